#include "livegrid/http/error_status.hpp"

#include "livegrid/http/json_text.hpp"

namespace livegrid {

namespace {

std::uint16_t status_of(errc x) noexcept {
  switch (x) {
  case errc::malformed:
    return 400;
  case errc::invalid:
    return 422;
  case errc::too_big:
    return 413;
  case errc::unavailable:
  case errc::timed_out:
  case errc::moved:
    return 503;
  case errc::forbidden:
    return 403;
  case errc::limited:
    return 429;
  case errc::unsure:
    return 504;
  }
  return 500;
}

} // namespace

http_reply to_reply(const refusal& x, std::string_view where) {
  http_reply result{.status = status_of(x.code), .body = error_body(x, where)};
  // Who comes again in a second may be taken.
  if (x.code == errc::limited || x.type == "busy")
    result.headers.emplace_back("Retry-After", "1");
  return result;
}

} // namespace livegrid
