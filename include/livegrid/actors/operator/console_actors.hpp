#pragma once

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// Who of the actors has how much to do.
console_entries actors_commands();

} // namespace livegrid
