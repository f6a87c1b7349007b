#pragma once

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

/// What OpenBB Workspace's validator demands of `data.table`, with its
/// columnsDefs and chartView.
json_rules::rule table_rule();

/// What it demands of one element of `columnsDefs`.
json_rules::rule column_rule();

} // namespace livegrid
