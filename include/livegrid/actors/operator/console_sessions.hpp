#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator sees of venues and their trade dates, and does to them.
console_entries sessions_commands();

} // namespace livegrid
