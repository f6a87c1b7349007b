#pragma once

#include <set>
#include <string>

#include "livegrid/actors/members/member.hpp"

namespace livegrid {

/// What is another in a view than in the one before.
struct view_change {
  /// Instances of members that were none by the view before, or have been none
  /// since, which a list says (`member::since`).
  std::set<std::string> newcomers;

  /// Symbols have been moved to members, or back.
  bool pins_moved = false;
};

view_change change_of(const cluster_view& before, const cluster_view& next);

} // namespace livegrid
