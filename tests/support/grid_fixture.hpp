#pragma once

#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/cluster/grid.hpp"

#include "cable.hpp"
#include "members.hpp"

#include "actor_fixture.hpp"

namespace livegrid::test {

/// Several nodes of a cluster in one process: each with its market, its grid
/// and a viewer. They get to each other as long as no cable is cut.
class grid_fixture : public actor_fixture {
public:
  struct node {
    member who;
    market_actor market;
    grid_actor grid;
    std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
    row_sink_actor viewer;
    bool valid = true;
    std::size_t dials = 0;
    peer_actor stand_in; ///< whoever is found in its place, if there is one
    counters_ptr stats;
  };

  std::map<std::string, node> nodes;
  std::set<std::string> cut; ///< nodes that nobody gets to
  std::uint64_t epoch = 10;
  std::vector<tick> first_states;
  bool listed = false;

  /// Whether each node counts for itself.
  bool apart = false;

  cabling cables;

  node& start(const std::string& name, bool owns = true) {
    auto& x = nodes[name];
    x.who = make_member(name, owns);
    x.stats = apart ? std::make_shared<counters>() : stats;
    x.market = own(sys.spawn(market, market_of({}, 1000)));
    x.grid = own(sys.spawn(grid, config_of(x)));
    x.viewer = make_fanout(x.got);
    consume_messages();
    return x;
  }

  grid_config config_of(node& x) {
    return {.cluster = "test",
            .self = x.who,
            .market = x.market,
            .dial = [this, &x](const member& whom,
                               const grid_actor& from) { dial(x, whom, from); },
            .valid = [&x] { return x.valid; },
            .restate =
              [&x](bool owns, std::vector<symbol_name> pinned) {
                x.who.owns_symbols = owns;
                x.who.pinned = std::move(pinned);
              },
            .first_states = first_states,
            .stats = x.stats,
            .log = quiet,
            .wall_clock = test_clock};
  }

  void dial(node& from, const member& whom, const grid_actor& caller) {
    ++from.dials;
    auto to = nodes.find(whom.name);
    if (to == nodes.end() || cut.contains(whom.name)
        || cut.contains(from.who.name))
      caf::anon_send(caller, link_atom_v, whom.instance,
                     std::string{"no way there"});
    else
      caf::anon_send(caller, link_atom_v, whom.instance,
                     to->second.stand_in ? to->second.stand_in
                                         : way_to(from, to->second));
  }

  peer_actor way_to(const node& from, const node& to) {
    auto end_of = [](const node& x) {
      return cabling::end{x.who.name,
                          caf::actor_cast<caf::strong_actor_ptr>(x.grid)};
    };
    return caf::actor_cast<peer_actor>(
      cables.between(sys, end_of(from), end_of(to)));
  }

  /// Both nodes notice that their connection is gone.
  void break_cable(const std::string& a, const std::string& b) {
    cables.cut(a, b);
    cables.cut(b, a);
    consume_messages();
  }

  cluster_view view_of(const std::vector<std::string>& names) {
    cluster_view result{++epoch, {}};
    for (const auto& x : names)
      result.members.emplace_back(nodes.at(x).who);
    return result;
  }

  /// Tells all of them that they are the members from now on.
  void view(const std::vector<std::string>& names) {
    auto now = view_of(names);
    for (const auto& x : names)
      self->send(nodes.at(x).grid, now);
    settle();
  }

  /// Makes all of them nodes of a list: they have a roll-call, which does
  /// nothing here.
  void use_list() {
    listed = true;
    for (auto& [name, x] : nodes)
      self->send(x.grid, join_atom_v, caf::actor_cast<rollcall_actor>(self));
    consume_messages();
  }

  /// Lets those ask again who were told to do so.
  void settle() {
    consume_messages();
    // Without word from the roll-call, grids look for each other.
    if (listed)
      pass(std::chrono::seconds{1});
    for (int i = 0; i < 5; ++i)
      pass(std::chrono::milliseconds{20});
  }

  /// Two owners, and one where viewers and publishers are.
  void start_three() {
    start("a");
    start("b");
    start("g", false);
    view({"a", "b", "g"});
  }

  /// Ends a node without a word.
  void kill(const std::string& name) {
    auto& x = nodes.at(name);
    caf::anon_send_exit(x.grid, caf::exit_reason::kill);
    caf::anon_send_exit(x.market, caf::exit_reason::kill);
    consume_messages();
  }

  /// Ends all nodes, so that others may begin.
  void end_all() {
    for (auto& [name, x] : nodes) {
      end(x.grid);
      end(x.market);
    }
    nodes.clear();
  }

  void watch(const std::string& at,
             std::initializer_list<std::string_view> xs) {
    self->send(nodes.at(at).grid, watch_atom_v, names_of(xs),
               nodes.at(at).viewer);
    consume_messages();
  }

  /// A trade of one share, so that the volume counts what was applied.
  static tick one(std::string_view symbol, double price) {
    auto x = trade(symbol, price);
    x.set(field::size, 1);
    return x;
  }

  auto start_publish(const std::string& at, std::vector<tick> ticks) {
    return self->request(nodes.at(at).grid, caf::infinite, publish_atom_v,
                         batch_of(std::move(ticks)));
  }

  caf::expected<std::uint64_t> publish(const std::string& at,
                                       std::vector<tick> ticks) {
    return ask<std::uint64_t>(nodes.at(at).grid, publish_atom_v,
                              batch_of(std::move(ticks)));
  }

  /// Price, volume and freshness, as `150 2 live`.
  std::string fetch_row(const std::string& at, std::string_view symbol) {
    auto x =
      ask<row_batch>(nodes.at(at).grid, fetch_atom_v, names_of({symbol}));
    if (!x)
      return to_refusal(x.error()).message;
    return text_of(*x->rows.at(0));
  }

  static std::string text_of(const row& x) {
    std::string fresh{x.text(cell::freshness)};
    return std::string{x.text(cell::price)} + ' '
           + std::string{x.text(cell::volume)} + ' '
           + fresh.substr(1, fresh.size() - 2);
  }

  /// The rows that a node's viewer got since it was last asked, as
  /// `AAPL 150 2 live`.
  std::vector<std::string> take_rows(const std::string& at) {
    std::vector<std::string> result;
    for (const auto& batch : nodes.at(at).got->batches)
      for (const auto& x : batch.rows)
        result.emplace_back(x->symbol().str() + ' ' + text_of(*x));
    nodes.at(at).got->batches.clear();
    return result;
  }

  /// The volume that a node's viewer saw last.
  std::string last_volume(const std::string& at, const std::string& symbol) {
    std::string result;
    for (const auto& batch : nodes.at(at).got->batches)
      for (const auto& x : batch.rows)
        if (x->symbol().str() == symbol)
          result = x->text(cell::volume);
    return result;
  }

  std::uint64_t owned_by(const std::string& at) {
    auto x = ask<actor_status>(nodes.at(at).market, status_atom_v);
    CAF_REQUIRE(x);
    return std::stoull(fact(*x, "symbols"));
  }
};

} // namespace livegrid::test
