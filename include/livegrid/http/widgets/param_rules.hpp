#pragma once

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

/// What OpenBB Workspace's validator demands of a widget's `params`: an array
/// of parameters, or of arrays of them, which are rows.
json_rules::rule params_rule();

/// Whether one of `params` is of type `endpoint` and has the role
/// `fileSelector`, as a multi_file_viewer needs.
bool has_file_selector(const rapidjson::Value& params);

} // namespace livegrid
