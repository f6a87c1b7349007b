#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/api/api_path.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// What the service says of its own interface, made once at start.
struct api_description {
  std::string openapi_json;  ///< OpenAPI 3.1: requests and answers
  std::string asyncapi_json; ///< AsyncAPI 3.0: the WebSockets
  std::string page;          ///< both as HTML, for people
};

/// Describes all paths: the service's own and those of its widgets.
api_description describe_api(const std::vector<widget>& widgets,
                             std::span<const api_path> own);

} // namespace livegrid
