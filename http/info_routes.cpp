// What the node says of itself over HTTP.

#include "livegrid/counters.hpp"
#include "livegrid/http/json_text.hpp"
#include "livegrid/http/routes.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

std::uint64_t subscribers(const counters& x) noexcept {
  // Closed first: it must not overtake the other.
  auto closed = get(x.subscribers_closed);
  return get(x.subscribers_opened) - closed;
}

} // namespace

void get_health(backend& b, const http_request&, const responder& to) {
  auto ok = !b.draining && b.has_room();
  auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
    std::chrono::steady_clock::now() - b.started);
  std::string body = "{\"status\":\"";
  body += ok ? "ok" : b.draining ? "going down" : "full";
  body += "\",\"version\":";
  append_json_string(body, version);
  body += ",\"uptime_s\":" + std::to_string(uptime.count());
  body += ",\"symbols\":" + std::to_string(get(b.stats->symbols));
  body += ",\"subscribers\":" + std::to_string(subscribers(*b.stats)) + '}';
  to({.status = static_cast<std::uint16_t>(ok ? 200 : 503),
      .body = std::move(body)});
}

void get_metrics(backend& b, const http_request&, const responder& to) {
  to({.body = b.metrics->text(),
      .type = "text/plain; version=0.0.4; charset=utf-8"});
}

} // namespace livegrid
