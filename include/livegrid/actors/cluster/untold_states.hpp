#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "livegrid/actors/cluster/distant_rows.hpp"
#include "livegrid/actors/cluster/ownership.hpp"
#include "livegrid/actors/prices/row.hpp"

namespace livegrid {

/// Symbols of other owners of which a newer state may be held here than their
/// owner has. Each is *offered* to the owner, until that has taken it.
///
/// A plain object of the grid's, see grid.hpp.
class untold_states {
public:
  using names = std::vector<symbol_name>;

  untold_states(ownership& symbols, distant_rows& rows);

  /// Its owner may not know the state that is held here.
  void note(const symbol_name& which) {
    offered_.try_emplace(which, false);
  }

  /// The same, also if it has been offered.
  void note_anew(const symbol_name& which) {
    offered_.insert_or_assign(which, false);
  }

  /// This node was no member: whoever owns a symbol by that view, and did not
  /// before, could not ask it for what it has.
  void note_moved(const cluster_view& next);

  /// It is this node's own.
  void forget(const symbol_name& which) {
    offered_.erase(which);
  }

  /// What was offered may not have arrived.
  void offer_all_anew();

  /// Some of the states that that member has to be offered.
  /// @param leaving whether symbols are about to be held which are not yet
  row_batch next_for(const std::string& whom, bool leaving);

  /// Their owner has them now.
  void end(const names& which);

  /// Their owner has not taken them: they are offered again.
  void refuse(const names& which);

private:
  ownership& symbols_;
  distant_rows& rows_;

  /// Whether the owner has been told, and has not answered yet.
  std::unordered_map<symbol_name, bool> offered_;
};

} // namespace livegrid
