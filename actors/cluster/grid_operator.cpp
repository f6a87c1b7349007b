// What the grid tells the operator, and does for him.

#include <algorithm>
#include <memory>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/gathered.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// Less than the console waits.
constexpr std::chrono::milliseconds status_timeout{1500};

constexpr std::chrono::seconds ask_timeout{4};

std::string fact_of(const actor_status& x, std::string_view key) {
  for (const auto& [name, value] : x.facts)
    if (name == key)
      return value.str();
  return {};
}

std::string roles_of(const member& x) {
  return !x.owns_symbols ? x.serves_http ? "http" : "none"
         : x.serves_http ? "symbols,http"
                         : "symbols";
}

} // namespace

actor_status grid_state::status() const {
  actor_status result{name, config.self.name, {}, load_of(self)};
  auto put = [&](const char* key, fact_value value) {
    result.facts.emplace_back(key, std::move(value));
  };
  const auto& stats = *config.stats;
  auto closed = get(stats.subscribers_closed);
  put("member", symbols.is_member());
  put("epoch", symbols.view().epoch);
  put("members", symbols.view().members.size());
  put("settled", settled);
  put("symbols", symbols.here().size());
  put("viewers", get(stats.subscribers_opened) - closed);
  put("held", distant.size());
  put("places", symbols.remembered());
  put("batches_under_way", under_way.size());
  put("rows_missing", missing.size());
  put("relayed", get(stats.relay_rows));
  put("rows_from_peers", get(stats.rows_from_peers));
  for (const auto& [whom, x] : links)
    put("link", whom + (x.up() ? " up" : " down"));
  return result;
}

caf::result<console_answer> grid_state::ask_console(const std::string& whom,
                                                    const std::string& line) {
  if (whom == config.self.name && operators)
    return self->delegate(operators, ask_atom_v, line);
  auto i = links.find(whom);
  if (i == links.end())
    return make_error(errc::invalid, "no node '" + whom + "'; try nodes");
  if (!i->second.up())
    return make_error(errc::unavailable, "node " + whom + " is out of reach");
  auto to = self->make_response_promise<console_answer>();
  self->request(i->second.peer, ask_timeout, ask_atom_v, line)
    .then([to](console_answer& x) mutable { to.deliver(std::move(x)); },
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
  return to;
}

caf::result<listing> grid_state::list_members() {
  auto result = std::make_shared<gathered<listing>>();
  auto& list = result->all;
  list.columns = {"node",       "roles",   "state",  "epoch",
                  "symbols",    "viewers", "rtt_us", "rows in/s",
                  "rows out/s", "waiting", "address"};
  auto fill = [](std::vector<std::string>& line, const actor_status& said) {
    line[2] = fact_of(said, "member") != "true"    ? "no member"
              : fact_of(said, "settled") != "true" ? "claiming"
                                                   : "up";
    line[3] = fact_of(said, "epoch");
    line[4] = fact_of(said, "symbols");
    line[5] = fact_of(said, "viewers");
  };
  for (const auto& x : symbols.view().members)
    list.rows.push_back({x.name, roles_of(x), "out of reach", "", "", "", "",
                         "", "", "", x.address + ':' + std::to_string(x.port)});
  list.total = list.rows.size();
  if (!symbols.is_member()) {
    list.title = "this node is no member now; as it was";
    return std::move(list);
  }
  fill(list.rows[symbols.self()], status());
  list.rows[symbols.self()][6] = "0";
  auto begin = self->clock().now();
  for (std::size_t i = 0; i < symbols.view().members.size(); ++i) {
    auto known = links.find(symbols.name_of(i));
    if (i == symbols.self() || known == links.end() || !known->second.up())
      continue;
    list.rows[i][rows_in_column] = std::to_string(known->second.rows_in);
    list.rows[i][rows_out_column] = "0";
    if (auto to = outlets.find(known->second.peer.address());
        to != outlets.end()) {
      ++result->missing;
      self->request(to->second.relay, status_timeout, status_atom_v)
        .then(
          [result, i](const actor_status& said) {
            auto& line = result->all.rows[i];
            line[rows_out_column] = fact_of(said, "sent");
            line[waiting_column] = fact_of(said, "waiting");
            result->one_done();
          },
          [result](const caf::error&) { result->one_done(); });
    }
    ++result->missing;
    self->request(known->second.peer, status_timeout, status_atom_v)
      .then(
        [this, result, fill, begin, i,
         whom = known->first](const actor_status& said) {
          auto& line = result->all.rows[i];
          fill(line, said);
          if (auto x = links.find(whom);
              x != links.end() && x->second.differs_since && line[2] == "up")
            line[2] = "other view";
          line[6] = std::to_string(
            std::chrono::duration_cast<std::chrono::microseconds>(
              self->clock().now() - begin)
              .count());
          result->one_done();
        },
        [result, i](const caf::error& why) {
          // An error of one stands in its place.
          result->all.rows[i][2] = to_refusal(why).message;
          result->one_done();
        });
  }
  if (result->missing == 0)
    return std::move(list);
  result->to = self->make_response_promise<listing>();
  return result->to;
}

caf::result<actor_status> grid_state::find(const symbol_name& which) {
  auto at = symbols.look_up(which);
  if (!at.placed)
    return make_error(errc::unavailable, "no node owns symbols now");
  actor_status result{"symbol", which.str(), {}, {}};
  const auto& owner = symbols.view().members[at.placed->owner];
  result.facts.emplace_back("owner", owner.name);
  result.facts.emplace_back(
    "pinned",
    std::binary_search(owner.pinned.begin(), owner.pinned.end(), which));
  if (at.placed->next)
    result.facts.emplace_back("next", symbols.name_of(*at.placed->next));
  result.facts.emplace_back("epoch", symbols.view().epoch);
  if (at.here && !symbols.is_mine(at))
    result.facts.emplace_back("here", "until its owner has claimed it");
  if (auto known = distant.find(which);
      known != distant.end() && known->second.held)
    result.facts.emplace_back(
      "held", "version " + std::to_string(known->second.held->version())
                + " of epoch "
                + std::to_string(known->second.held->order().epoch));
  return result;
}

caf::result<bool> grid_state::pin(const symbol_name& which) {
  if (!symbols.is_member())
    return make_error(errc::unavailable, "this node is no member now");
  if (!config.self.owns_symbols)
    return make_error(errc::invalid,
                      "node " + config.self.name + " owns no symbols");
  auto pinned = config.self.pinned;
  auto at = std::lower_bound(pinned.begin(), pinned.end(), which);
  if (at == pinned.end() || *at != which) {
    if (pinned.size() == max_pinned)
      return make_error(errc::invalid, "as many symbols as there may be ("
                                         + std::to_string(max_pinned)
                                         + ") have been moved to node "
                                         + config.self.name + " already");
    pinned.insert(at, which);
    asked_to_own = true;
    config.log->info("symbol_pinned", {{"symbol", which.str()}});
    config.restate(true, std::move(pinned));
  }
  for (const auto& [whom, x] : links)
    if (x.up())
      self->send(x.peer, unpin_atom_v, std::vector<symbol_name>{which});
  return true;
}

void grid_state::unpin(const std::vector<symbol_name>& names) {
  auto pinned = config.self.pinned;
  auto before = pinned.size();
  std::erase_if(pinned, [&](const symbol_name& x) {
    return std::find(names.begin(), names.end(), x) != names.end();
  });
  if (pinned.size() != before)
    config.restate(config.self.owns_symbols, std::move(pinned));
}

caf::result<bool> grid_state::set_owning(bool on) {
  if (!symbols.is_member())
    return make_error(errc::unavailable, "this node is no member now");
  auto owns = on && may_own;
  auto others = std::any_of(links.begin(), links.end(), [](const auto& x) {
    return x.second.owns_symbols;
  });
  if (!owns && config.self.owns_symbols && !others)
    return make_error(errc::invalid,
                      "node " + config.self.name
                        + " is the last one that owns symbols: nobody would "
                          "have them");
  // What was asked before may not have come into a view yet.
  if (owns != asked_to_own || owns != config.self.owns_symbols
      || !config.self.pinned.empty()) {
    asked_to_own = owns;
    config.log->info("node_owning", {{"on", owns}});
    config.restate(owns, {});
  }
  return owns;
}

} // namespace livegrid
