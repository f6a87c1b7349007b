#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator sees of a cluster, and changes in it.
console_entries cluster_commands();

} // namespace livegrid
