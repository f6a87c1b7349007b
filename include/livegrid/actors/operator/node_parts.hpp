#pragma once

#include <functional>
#include <vector>

#include "livegrid/actors/operator/asker.hpp"

namespace livegrid {

/// One of the parts of the node, and what it says of itself.
struct node_part {
  const char* kind; ///< `market`, `fanout`, ...
  outcome<actor_status> said;
};

/// Goes on with all parts but symbols and subscribers.
void ask_parts(asker& ask, std::function<void(std::vector<node_part>&)> done);

/// The node's totals and rates, as its counters have them now.
actor_status status_of_node(const asker& ask);

} // namespace livegrid
