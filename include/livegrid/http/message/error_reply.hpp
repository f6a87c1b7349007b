#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// The one place where a refusal becomes what a client is told: a status, and a
/// body as FastAPI writes it. `detail` is a list for `errc::invalid` and a
/// string for all others. Beside it `type` says `unsure` for `errc::unsure`.
/// @param where the first part of the list's `loc`: `body` or `query`.
http_reply error_reply(const refusal& x, std::string_view where = "body");

/// An answer to what no error code of ours says, with a string as `detail`.
http_reply error_reply(std::uint16_t status, std::string_view detail);

/// Appends an element of that list.
void append_fault(std::string& out, const refusal& x, std::string_view where);

/// The body alone, for a WebSocket, which knows no status.
std::string error_body(const refusal& x, std::string_view where = "body");

} // namespace livegrid
