#pragma once

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// Reads all of a request but its body.
/// @param from whose connection it has come on.
/// @param proxies whose word on who their client is counts.
/// @param keys whether somebody will look at credentials.
/// @param secure whether it has come through TLS.
http_request read_request(const request_head& head, const http_input& from,
                          const address_ranges& proxies, bool keys,
                          bool secure);

} // namespace livegrid
