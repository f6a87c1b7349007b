#include "livegrid/actors/operator/console_cluster.hpp"

#include <functional>
#include <string>
#include <utility>

#include "livegrid/actors/cluster/member_list.hpp"
#include "livegrid/actors/operator/forwarding.hpp"
#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"

namespace livegrid {

namespace {

/// Asks the grid and answers with what `put` makes of what it says.
template <class T, class... Ts>
void ask_grid(asker& ask, console_promise to,
              std::function<void(T&, console_answer&)> put, Ts... what) {
  if (!ask.node.grid)
    return refuse(to, alone_error());
  ask.grid(asker::timeout, std::move(what)...)
    .then(
      [to, put](T& said) mutable {
        console_answer result;
        put(said, result);
        to.deliver(std::move(result));
      },
      refusal_to(to));
}

/// Makes totals rates. Returns false if some are not known of late.
bool rate_links(asker& ask, listing& nodes) {
  auto now = ask.now();
  auto known = true;
  for (auto& line : nodes.rows) {
    auto& in = line.at(rows_in_column);
    auto& out = line.at(rows_out_column);
    auto from = to_number(in);
    auto to = to_number(out);
    if (!from || !to)
      continue;
    auto rates =
      ask.links.look(std::hash<std::string>{}(line.at(0)), now, {*from, *to});
    known = known && rates;
    in = rates ? to_tenths(rates->at(0)) : "-";
    out = rates ? to_tenths(rates->at(1)) : "-";
  }
  ask.links.tidy(now);
  return known;
}

/// @param again whether it has been asked before, to see what has changed.
void list_nodes(asker& ask, bool again, console_promise to) {
  ask.grid(asker::timeout, list_atom_v)
    .then(
      [&ask, again, to](listing& x) mutable {
        if (!rate_links(ask, x) && !again)
          return ask.after_a_while([&ask, to] { list_nodes(ask, true, to); });
        console_answer result;
        result.lists.emplace_back(std::move(x));
        to.deliver(std::move(result));
      },
      refusal_to(to));
}

void nodes(asker& ask, const console_command&, console_promise to) {
  if (!ask.node.grid)
    return refuse(to, alone_error());
  list_nodes(ask, false, to);
}

void where(asker& ask, const console_command& x, console_promise to) {
  if (auto which = symbol_of(x, 0, to))
    ask_grid<actor_status>(
      ask, to,
      [](actor_status& said, console_answer& result) {
        result.parts.emplace_back(std::move(said));
      },
      where_atom_v, *which);
}

void move(asker& ask, const console_command& x, console_promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
  // The node that is to have it says so itself.
  if (x.args.size() == 2)
    return forward(ask, x.args[1], "move " + x.args[0], to);
  ask_grid<bool>(
    ask, to,
    [symbol = x.args[0]](bool&, console_answer& result) {
      result.note = symbol + " is moving";
    },
    pin_atom_v, *which);
}

/// Whether this node is to own symbols.
void set_owning(asker& ask, bool on, console_promise to) {
  ask_grid<bool>(
    ask, to,
    [on](bool& owns, console_answer& result) {
      result.note = owns ? "owns its share of the symbols"
                    : on ? "serves viewers only"
                         : "owns no symbols; what it has is moving";
    },
    pin_atom_v, on);
}

void drain(asker& ask, const console_command& x, console_promise to) {
  if (!x.args.empty())
    return forward(ask, x.args[0], "drain", to);
  set_owning(ask, false, to);
}

void rebalance(asker& ask, const console_command& x, console_promise to) {
  if (!x.options.contains("here"))
    return forward(ask, "all", "rebalance --here", to);
  set_owning(ask, true, to);
}

} // namespace

console_entries cluster_commands() {
  return {
    {"nodes", "",
     "the nodes of the cluster, how far away they are and what comes and goes",
     nodes},
    {"where", "NAME", "which node owns a symbol, and which one will", where, 1,
     1},
    {"move", "NAME [NODE]", "moves a symbol to a node", move, 1, 2},
    {"drain", "[NODE]", "moves all symbols of a node to the others", drain, 0,
     1},
    {"rebalance",
     "",
     "every node owns its share again, whatever was moved or drained",
     rebalance,
     0,
     0,
     {"here"}},
  };
}

} // namespace livegrid
