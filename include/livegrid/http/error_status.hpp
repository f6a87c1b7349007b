#pragma once

#include <string_view>

#include <caf/error.hpp>

#include "livegrid/error.hpp"
#include "livegrid/http/http_request.hpp"

namespace livegrid {

/// The one map from our error codes to HTTP statuses, with FastAPI's body.
/// @param where what was refused: `body` or `query`.
http_reply to_reply(const refusal& x, std::string_view where = "body");

} // namespace livegrid
