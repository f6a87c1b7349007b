// The operator's questions about a cluster, and to its other nodes.

#include "livegrid/actors/cluster/member_list.hpp"
#include "livegrid/actors/operator/console_gather.hpp"

namespace livegrid {

namespace {

/// Longer than the other node waits for its own parts.
constexpr std::chrono::seconds forward_timeout{5};

constexpr const char* alone = "the node is alone; cluster.etcd makes it one of "
                              "several";

/// Adds what one node has answered, and says whose it is.
void merge(console_answer& all, const std::string& node, console_answer one) {
  for (auto& x : one.parts) {
    x.name = x.name.empty() ? node : node + ' ' + x.name;
    all.parts.emplace_back(std::move(x));
  }
  for (auto& x : one.lists) {
    x.columns.insert(x.columns.begin(), "node");
    for (auto& line : x.rows)
      line.insert(line.begin(), node);
    auto same =
      std::find_if(all.lists.begin(), all.lists.end(), [&](const listing& y) {
        return y.title == x.title && y.columns == x.columns;
      });
    if (same == all.lists.end()) {
      all.lists.emplace_back(std::move(x));
      continue;
    }
    same->rows.insert(same->rows.end(), std::make_move_iterator(x.rows.begin()),
                      std::make_move_iterator(x.rows.end()));
    same->total += x.total;
    same->pages = std::max(same->pages, x.pages);
  }
  if (!one.note.empty())
    all.note += (all.note.empty() ? "" : "; ") + node + ": " + one.note;
}

} // namespace

void console_state::forward(const std::string& node, const std::string& line,
                            promise to) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  if (node == "all")
    return forward_to_all(line, to);
  self->request(config.grid, forward_timeout, ask_atom_v, node, line)
    .then([to](console_answer& x) mutable { to.deliver(std::move(x)); },
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::forward_to_all(const std::string& line, promise to) {
  auto ask_all = [this, line, to](const listing& members) mutable {
    struct collector {
      std::map<std::string, console_answer> answers;
      std::size_t missing = 0;
      std::size_t refused = 0;
    };
    auto all = std::make_shared<collector>();
    all->missing = members.rows.size();
    auto done = [all, to]() mutable {
      if (--all->missing > 0)
        return;
      console_answer result;
      for (auto& [node, x] : all->answers)
        merge(result, node, std::move(x));
      if (all->refused == all->answers.size())
        to.deliver(make_error(errc::invalid, result.note));
      else
        to.deliver(std::move(result));
    };
    for (const auto& x : members.rows) {
      const auto& node = x.at(0);
      self->request(config.grid, forward_timeout, ask_atom_v, node, line)
        .then(
          [all, done, node](console_answer& said) mutable {
            all->answers[node] = std::move(said);
            done();
          },
          [all, done, node](const caf::error& why) mutable {
            // An error of one stands in its place.
            ++all->refused;
            all->answers[node].note = to_refusal(why).message;
            done();
          });
    }
  };
  self->request(config.grid, forward_timeout, list_atom_v)
    .then(std::move(ask_all),
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

template <class T, class... Ts>
void console_state::ask_grid(promise to,
                             std::function<void(T&, console_answer&)> put,
                             Ts... what) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  self->request(config.grid, console_timeout, std::move(what)...)
    .then(
      [to, put](T& said) mutable {
        console_answer result;
        put(said, result);
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::forward_to_owner(const symbol_name& which,
                                     console_command x, promise to) {
  x.options["here"];
  self->request(config.grid, console_timeout, where_atom_v, which)
    .then(
      [this, line = x.str(), to](const actor_status& said) mutable {
        for (const auto& [key, value] : said.facts)
          if (key == "owner")
            return forward(value.str(), line, to);
        to.deliver(make_error(errc::unavailable, "its owner is not known"));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::nodes(const console_command&, promise to) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  list_nodes(false, to);
}

void console_state::list_nodes(bool again, promise to) {
  self->request(config.grid, console_timeout, list_atom_v)
    .then(
      [this, again, to](listing& x) mutable {
        if (!rate_links(x) && !again)
          return after_a_while([this, to] { list_nodes(true, to); });
        console_answer result;
        result.lists.emplace_back(std::move(x));
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

bool console_state::rate_links(listing& nodes) {
  auto now = self->clock().now();
  auto known = true;
  for (auto& line : nodes.rows) {
    auto& in = line.at(rows_in_column);
    auto& out = line.at(rows_out_column);
    auto from = to_number(in);
    auto to = to_number(out);
    if (!from || !to)
      continue;
    auto rates =
      links_.look(std::hash<std::string>{}(line.at(0)), now, {*from, *to});
    known = known && rates;
    in = rates ? to_tenths(rates->at(0)) : "-";
    out = rates ? to_tenths(rates->at(1)) : "-";
  }
  links_.tidy(now);
  return known;
}

void console_state::where(const console_command& x, promise to) {
  if (auto which = symbol_of(x, 0, to))
    ask_grid<actor_status>(
      to,
      [](actor_status& said, console_answer& result) {
        result.parts.emplace_back(std::move(said));
      },
      where_atom_v, *which);
}

void console_state::move(const console_command& x, promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
  // The node that is to have it says so itself.
  if (x.args.size() == 2)
    return forward(x.args[1], "move " + x.args[0], to);
  ask_grid<bool>(
    to,
    [symbol = x.args[0]](bool&, console_answer& result) {
      result.note = symbol + " is moving";
    },
    pin_atom_v, *which);
}

void console_state::set_owning(bool on, promise to) {
  ask_grid<bool>(
    to,
    [on](bool& owns, console_answer& result) {
      result.note = owns ? "owns its share of the symbols"
                    : on ? "serves viewers only"
                         : "owns no symbols; what it has is moving";
    },
    pin_atom_v, on);
}

void console_state::drain(const console_command& x, promise to) {
  if (!x.args.empty())
    return forward(x.args[0], "drain", to);
  set_owning(false, to);
}

void console_state::rebalance(const console_command& x, promise to) {
  if (!x.options.contains("here"))
    return forward("all", "rebalance --here", to);
  set_owning(true, to);
}

} // namespace livegrid
