#pragma once

#include <vector>

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

/// What of a widget, which must have passed `check_widget`, can be seen to fail
/// once Workspace uses it with this service, although it is valid; and the
/// cure. The path of each begins with a dot.
std::vector<json_rules::fault>
doubts_of_use(const rapidjson::Value& definition);

} // namespace livegrid
