#pragma once

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

/// What OpenBB Workspace's validator demands of a column's `sparkline`.
json_rules::rule sparkline_rule();

} // namespace livegrid
