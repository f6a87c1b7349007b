#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator sees of feeds, and does to them.
console_entries feeds_commands();

} // namespace livegrid
