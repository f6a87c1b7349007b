#pragma once

#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// What is wrong between settings that are fine one by one; begins with the
/// name of the setting to look at.
complaint check_together(const settings& x);

} // namespace livegrid
