#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "livegrid/actors/prices/delivery_options.hpp"

namespace livegrid {

/// Reads how a subscriber wants its rows from the query of a wsEndpoint:
/// `cells`, `batch` and `interval`. Others are left alone.
/// @returns what is wrong with one of them.
std::variant<delivery_options, std::string>
parse_delivery(std::string_view query);

} // namespace livegrid
