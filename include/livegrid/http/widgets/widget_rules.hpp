#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/json/json_rules.hpp"

namespace livegrid {

/// Checks one widget definition as OpenBB Workspace's validator does, which
/// shows none of a backend's widgets if one of them fails.
/// @returns the first fault found.
std::optional<json_rules::fault>
check_widget(const rapidjson::Value& definition);

/// The type that Workspace takes the widget to have, as written.
std::string_view widget_type(const rapidjson::Value& definition);

/// The keys of a definition that Workspace does not know. It says so to its
/// user and shows the widget all the same.
std::vector<std::string> unknown_keys(const rapidjson::Value& definition);

} // namespace livegrid
