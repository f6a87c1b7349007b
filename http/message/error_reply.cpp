#include "livegrid/http/message/error_reply.hpp"

#include "livegrid/actors/base/text.hpp"

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

http_reply error_reply(const refusal& x, std::string_view where) {
  http_reply result{.status = status_of(x.code), .body = error_body(x, where)};
  // Who comes again in a second may be taken.
  if (x.code == errc::limited || x.type == "busy")
    result.headers.emplace_back("Retry-After", "1");
  return result;
}

http_reply error_reply(std::uint16_t status, std::string_view detail) {
  http_reply result{.status = status, .body = "{\"detail\":"};
  append_json_string(result.body, detail);
  result.body += '}';
  return result;
}

std::string error_body(const refusal& x, std::string_view where) {
  std::string out = "{\"detail\":";
  if (x.code != errc::invalid) {
    append_json_string(out, x.message);
    // Where there is no status, on a WebSocket, it has to be told from others.
    if (x.code == errc::unsure)
      out += ",\"type\":\"unsure\"";
    out += '}';
    return out;
  }
  out += '[';
  append_fault(out, x, where);
  out += "]}";
  return out;
}

void append_fault(std::string& out, const refusal& x, std::string_view where) {
  out += "{\"loc\":[";
  append_json_string(out, where);
  if (x.element >= 0) {
    out += ',';
    out += std::to_string(x.element);
  }
  if (!x.field.empty()) {
    out += ',';
    append_json_string(out, x.field);
  }
  out += "],\"msg\":";
  append_json_string(out, x.message);
  out += ",\"type\":";
  append_json_string(out, x.type);
  out += '}';
}

} // namespace livegrid
