#include "livegrid/http/routes/api_routes.hpp"

#include <array>

namespace livegrid {

std::span<const route_row<api_routes>> api_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<api_routes>>({
    {.path = "/openapi.json", .get = &api_routes::get_openapi},
    {.path = "/asyncapi.json", .get = &api_routes::get_asyncapi},
    {.path = "/docs", .get = &api_routes::get_docs},
  });
  return all;
}

void api_routes::get_openapi(const http_request&, const responder& to) {
  to({.fixed_body = api_.openapi_json});
}

void api_routes::get_asyncapi(const http_request&, const responder& to) {
  to({.fixed_body = api_.asyncapi_json});
}

void api_routes::get_docs(const http_request&, const responder& to) {
  to({.type = "text/html; charset=utf-8",
      .headers = {{"Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "base-uri 'none'; form-action 'none'; "
                   "frame-ancestors 'none'"}},
      .fixed_body = api_.page});
}

} // namespace livegrid
