#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the log has said of late, and what it says from now on.
console_entries log_commands();

} // namespace livegrid
