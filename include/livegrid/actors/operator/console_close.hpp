#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// How the operator ends a subscriber's connection.
console_entries close_commands();

} // namespace livegrid
