#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// Why one viewer sees what it sees.
console_entries why_commands();

} // namespace livegrid
