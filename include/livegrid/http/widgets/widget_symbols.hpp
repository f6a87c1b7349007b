#pragma once

#include <rapidjson/document.h>

#include "livegrid/actors/prices/symbol_filter.hpp"

namespace livegrid {

/// Takes out of the `symbol` params of all live_grids what somebody may not
/// see: the options and the default value, for which one that he may see steps
/// in, or `*` where none is known by name.
/// @param widgets as in `widget_set::widgets_json`.
void narrow_symbols(rapidjson::Document& widgets, const symbol_filter& to);

} // namespace livegrid
