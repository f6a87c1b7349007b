#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// Makes a live_grid widget of its definition, which must have passed
/// `check_widget`.
/// @param own the paths at which the service itself answers.
/// @returns the widget, or what this service cannot serve of it.
expected<widget, json_rules::fault>
make_live_grid(std::string_view id, const rapidjson::Value& definition,
               std::span<const std::string_view> own);

/// What of a live_grid will not work as its author may expect, although it is
/// valid. The path of each begins with a dot.
std::vector<json_rules::fault> doubts_of(const widget& x,
                                         const rapidjson::Value& definition);

} // namespace livegrid
