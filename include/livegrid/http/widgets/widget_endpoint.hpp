#pragma once

#include <span>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Where a widget's endpoint or wsEndpoint leads.
struct widget_endpoint {
  /// As requests have it: one leading slash, none doubled, none at the end.
  std::string path;

  bool has_query = false;
};

/// Parses an endpoint as a widget definition names it. It must be a path of
/// this service that OpenBB Workspace asks for as it is written, with or
/// without a leading slash, and may have a query.
/// @param own the paths at which the service itself answers.
/// @returns the endpoint, or why it can be none.
expected<widget_endpoint, std::string>
parse_widget_endpoint(std::string_view text,
                      std::span<const std::string_view> own);

/// The path with one leading slash, none doubled and none at the end.
std::string normalized_path(std::string_view path);

} // namespace livegrid
