#pragma once

#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/delivery_options.hpp"

namespace livegrid {

/// Reads how a subscriber wants its rows from the query of a wsEndpoint:
/// `cells`, `batch`, `interval` and `with`. Others are left alone.
/// @returns the options, or what is wrong with one of them.
expected<delivery_options, std::string> parse_delivery(std::string_view query);

} // namespace livegrid
