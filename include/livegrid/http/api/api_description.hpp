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

/// What of the OpenAPI document is about no path, or about several, as JSON.
std::string_view openapi_base() noexcept;

/// What of the AsyncAPI document is about no channel, or about several, as
/// JSON.
std::string_view asyncapi_base() noexcept;

/// Renders the two documents, which must be of this service, as one page.
std::string api_page(std::string_view openapi_json,
                     std::string_view asyncapi_json);

} // namespace livegrid
