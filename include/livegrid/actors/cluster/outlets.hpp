#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/cluster/links.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/members/peer_word.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What goes to one other node.
struct outlet {
  peer_actor to;
  relay_actor relay; ///< carries the rows
  bool everything = false;
  std::unordered_set<symbol_name> watched;
  wish_digest wishes; ///< of `watched`

  /// What it has said anew, of what it has not said all.
  std::optional<std::unordered_set<symbol_name>> restated;
};

/// The ways of rows from this node's market to the other nodes.
///
/// * A *wish* of another node is to get the rows of a symbol, or of all; it is
///   a state, of which both nodes keep a digest.
/// * A node *stands by* for symbols that it will own next: it gets their rows
///   whether it wishes to or not.
/// * An *outlet* is where all of that goes to one node. It lasts as long as the
///   way to that.
///
/// A part of the grid's, in whose name it sends; see grid.hpp.
class outlets {
public:
  using names = std::vector<symbol_name>;

  outlets(ownership& symbols, links& peers);

  /// @param node see `batch_id::node`
  void init(grid_actor::pointer self, market_actor market, std::uint64_t node,
            counters_ptr stats);

  /// By the address of the other node's grid.
  const std::map<caf::actor_addr, outlet>& all() const noexcept {
    return all_;
  }

  /// Null if nothing goes to that node.
  const outlet* find(const peer_actor& peer) const;

  /// There is no way to that node any more.
  void drop(const peer_actor& peer);

  /// The same, of whoever is gone, if it is one of these.
  void drop_gone(const caf::actor_addr& who);

  /// A node that has heard of an actor here keeps it alive: so relays have to
  /// be ended.
  void end_all();

  // -- wishes -----------------------------------------------------------------

  void watch(const peer_actor& peer, const names& which);
  void unwatch(const peer_actor& peer, const names& which);
  void watch_all(const peer_actor& peer, bool on);

  /// A part of all that another node wants of this one.
  void restate(const peer_actor& peer, const wish_part& x);

  // -- standing by ------------------------------------------------------------

  /// Sends the rows of symbols that are here to who will own them next.
  void stand_by(const names& which);

  /// These are not here any more: nobody stands by for them.
  void stop_standing_by(const std::vector<ownership::forgotten>& which);

private:
  outlet& outlet_to(const peer_actor& peer);

  /// Symbols by whose next owner stands by for them, or did.
  using by_next = std::map<caf::actor_addr, names>;

  /// Has the market tell those relays no more of these.
  void unwatch_at_market(by_next which);

  ownership& symbols_;
  links& peers_;
  grid_actor::pointer self_ = nullptr;
  market_actor market_;
  std::uint64_t node_ = 0;
  counters_ptr stats_;
  std::map<caf::actor_addr, outlet> all_;
};

} // namespace livegrid
