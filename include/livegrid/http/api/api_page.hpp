#pragma once

#include <string>
#include <string_view>

namespace livegrid {

/// Renders the two documents, which must be of this service, as one page.
std::string api_page(std::string_view openapi_json,
                     std::string_view asyncapi_json);

} // namespace livegrid
