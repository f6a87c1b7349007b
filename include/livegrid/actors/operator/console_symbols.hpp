#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator sees of symbols.
console_entries symbols_commands();

} // namespace livegrid
