#pragma once

#include <string>
#include <vector>

#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// A setting that was given and changes nothing.
struct idle_setting {
  std::string name;
  std::string why; ///< and what would cure it
};

/// What was set beside others that leave it without effect. What has its
/// default counts as not set.
std::vector<idle_setting> settings_without_effect(const settings& x);

} // namespace livegrid
