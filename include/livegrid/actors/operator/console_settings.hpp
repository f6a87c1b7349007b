#pragma once

#include <string>
#include <vector>

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the node is set to.
console_entries settings_commands();

/// The settings that differ from their defaults.
/// @param all name, value and default of each.
listing changed_settings(const std::vector<std::vector<std::string>>& all);

} // namespace livegrid
