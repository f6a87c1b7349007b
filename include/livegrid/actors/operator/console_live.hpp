#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator watches as it changes.
console_entries live_commands();

} // namespace livegrid
