// What the grid tells the operator, and does for him.

#include <algorithm>
#include <memory>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/cluster/member_list.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// Members and relays may take so long to say how they are. Less than what the
/// console waits.
constexpr std::chrono::milliseconds status_timeout{1500};

/// Another node's console may take so long to answer.
constexpr std::chrono::seconds ask_timeout{4};

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
  put("settled", share.settled());
  put("symbols", symbols.here().size());
  put("viewers", get(stats.subscribers_opened) - closed);
  put("held", rows.all().size());
  put("places", symbols.remembered());
  put("batches_under_way", under_way.size());
  put("rows_missing", missing.size());
  put("relayed", get(stats.relay_rows));
  put("rows_from_peers", get(stats.rows_from_peers));
  for (const auto& [whom, x] : peers.all())
    put("link", whom + (x.up() ? " up" : " down"));
  return result;
}

caf::result<console_answer> grid_state::ask_console(const std::string& whom,
                                                    const std::string& line) {
  if (whom == config.self.name && operators)
    return self->delegate(operators, ask_atom_v, line);
  const auto* x = peers.find(whom);
  if (x == nullptr)
    return make_error(errc::invalid, "no node '" + whom + "'; try nodes");
  if (!x->up())
    return make_error(errc::unavailable, "node " + whom + " is out of reach");
  auto to = self->make_response_promise<console_answer>();
  self->request(x->peer, ask_timeout, ask_atom_v, line)
    .then([to](console_answer& said) mutable { to.deliver(std::move(said)); },
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
  return to;
}

caf::result<listing> grid_state::list_members() {
  auto list = std::make_shared<member_list>();
  const auto& members = symbols.view().members;
  for (const auto& x : members)
    list->lines.emplace_back(member_line::of(x));
  if (!symbols.is_member()) {
    auto result = list->finish();
    result.title = "this node is no member now; as it was";
    return result;
  }
  auto& own = list->lines[symbols.self()];
  own.set_status(status());
  own.rtt_us = "0";
  for (std::size_t i = 0; i < members.size(); ++i)
    if (const auto* x = peers.find(members[i].name); x != nullptr && x->up())
      ask_member(*x, i, list);
  if (list->missing == 0)
    return list->finish();
  list->to = self->make_response_promise<listing>();
  return list->to;
}

void grid_state::ask_member(const member_link& x, std::size_t i,
                            const std::shared_ptr<member_list>& list) {
  auto& line = list->lines[i];
  line.rows_in = std::to_string(x.rows_in);
  line.rows_out = "0";
  if (const auto* to = outgoing.find(x.peer)) {
    ++list->missing;
    self->request(to->relay, status_timeout, status_atom_v)
      .then(
        [list, i](const actor_status& said) {
          list->lines[i].set_relay(said);
          list->one_done();
        },
        [list](const caf::error&) { list->one_done(); });
  }
  ++list->missing;
  self->request(x.peer, status_timeout, status_atom_v)
    .then(
      [this, list, i, begin = now()](const actor_status& said) {
        auto& its = list->lines[i];
        its.set_status(said);
        if (const auto* y = peers.find(its.name);
            y != nullptr && y->differs_since && its.state == "up")
          its.state = "other view";
        its.rtt_us = std::to_string(
          std::chrono::duration_cast<std::chrono::microseconds>(now() - begin)
            .count());
        list->one_done();
      },
      [list, i](const caf::error& why) {
        // The error of one stands in the place of its state.
        list->lines[i].state = to_refusal(why).message;
        list->one_done();
      });
}

caf::result<actor_status> grid_state::find(const symbol_name& which) const {
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
  if (auto held = rows.held(which))
    result.facts.emplace_back(
      "held", "version " + std::to_string(held->version()) + " of epoch "
                + std::to_string(held->order().epoch));
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
  for (const auto& [whom, x] : peers.all())
    if (x.up())
      self->send(x.peer, unpin_atom_v, std::vector<symbol_name>{which});
  return true;
}

void grid_state::unpin(const std::vector<symbol_name>& which) {
  auto pinned = config.self.pinned;
  auto before = pinned.size();
  std::erase_if(pinned, [&](const symbol_name& x) {
    return std::find(which.begin(), which.end(), x) != which.end();
  });
  if (pinned.size() != before)
    config.restate(config.self.owns_symbols, std::move(pinned));
}

caf::result<bool> grid_state::set_owning(bool on) {
  if (!symbols.is_member())
    return make_error(errc::unavailable, "this node is no member now");
  auto owns = on && may_own;
  if (!owns && config.self.owns_symbols && !peers.any_owner())
    return make_error(errc::invalid,
                      "node " + config.self.name
                        + " is the last one that owns symbols: nobody would "
                          "have them");
  // The view may not show yet what the operator has asked for before.
  if (owns != asked_to_own || owns != config.self.owns_symbols
      || !config.self.pinned.empty()) {
    asked_to_own = owns;
    config.log->info("node_owning", {{"on", owns}});
    config.restate(owns, {});
  }
  return owns;
}

} // namespace livegrid
