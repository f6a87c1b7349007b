#pragma once

#include <string_view>

namespace livegrid {

/// What of the OpenAPI document is about no path, or about several, as JSON.
std::string_view openapi_base() noexcept;

/// What of the AsyncAPI document is about no channel, or about several, as
/// JSON.
std::string_view asyncapi_base() noexcept;

} // namespace livegrid
