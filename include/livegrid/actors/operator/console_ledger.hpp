#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What became of the rows that were due to subscribers.
console_entries ledger_commands();

} // namespace livegrid
