#pragma once

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

  node& start(const std::string& name, bool owns = true);

  grid_config config_of(node& x);

  void dial(node& from, const member& whom, const grid_actor& caller);

  peer_actor way_to(const node& from, const node& to);

  /// Both nodes notice that their connection is gone.
  void break_cable(const std::string& a, const std::string& b) {
    cables.cut(a, b);
    cables.cut(b, a);
    consume_messages();
  }

  cluster_view view_of(const std::vector<std::string>& names);

  /// Tells all of them that they are the members from now on.
  void view(const std::vector<std::string>& names);

  /// Makes all of them nodes of a list: they have a roll-call, which does
  /// nothing here.
  void use_list();

  /// Lets those ask again who were told to do so.
  void settle();

  /// Two owners, and one where viewers and publishers are.
  void start_three();

  /// Ends a node without a word.
  void kill(const std::string& name);

  /// Ends all nodes, so that others may begin.
  void end_all();

  void watch(const std::string& at, std::initializer_list<std::string_view> xs);

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
                                       std::vector<tick> ticks);

  /// Price, volume and freshness, as `150 2 live`.
  std::string fetch_row(const std::string& at, std::string_view symbol);

  static std::string text_of(const row& x);

  /// The rows that a node's viewer got since it was last asked, as
  /// `AAPL 150 2 live`.
  std::vector<std::string> take_rows(const std::string& at);

  /// The volume that a node's viewer saw last.
  std::string last_volume(const std::string& at, const std::string& symbol);

  std::uint64_t owned_by(const std::string& at);
};

} // namespace livegrid::test
