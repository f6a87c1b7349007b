#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// Whether all is well, and what the node and its parts say of themselves.
console_entries status_commands();

} // namespace livegrid
