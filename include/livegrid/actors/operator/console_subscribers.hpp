#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator sees of subscribers.
console_entries subscribers_commands();

} // namespace livegrid
