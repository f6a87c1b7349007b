#pragma once

#include <caf/all.hpp>

namespace livegrid {

/// Whether both are the same way to the same actor. An actor of another node
/// has the same address after the connection was lost and found again, so that
/// they compare equal; but what is said of the way before is not said of the
/// one of now.
template <class A, class B>
bool same_way(const A& a, const B& b) {
  return caf::actor_cast<caf::actor_control_block*>(a)
         == caf::actor_cast<caf::actor_control_block*>(b);
}

} // namespace livegrid
