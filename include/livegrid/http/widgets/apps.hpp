#pragma once

#include <string>
#include <vector>

#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// The dashboard that OpenBB Workspace offers for these widgets, in the form
/// of its apps.json: one app with all of them, or none if there are none.
std::string apps_json(const std::vector<widget>& widgets);

} // namespace livegrid
