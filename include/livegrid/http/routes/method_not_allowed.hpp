#pragma once

#include "livegrid/http/routes/routes.hpp"

namespace livegrid {

/// Says which methods that path has (RFC 9110, 15.5.6).
http_reply method_not_allowed(const route& where);

} // namespace livegrid
