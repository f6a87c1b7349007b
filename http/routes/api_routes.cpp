#include "livegrid/http/routes/api_routes.hpp"

#include <array>

namespace livegrid {

namespace {

constexpr api_path openapi_api{
  .path = "/openapi.json",
  .operations = R"json({"get": {
  "operationId": "get_openapi",
  "tags": ["node"],
  "summary": "This description",
  "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}
}})json",
};

constexpr api_path asyncapi_api{
  .path = "/asyncapi.json",
  .operations = R"json({"get": {
  "operationId": "get_asyncapi",
  "tags": ["node"],
  "summary": "The description of the WebSockets",
  "responses": {"200": {"description": "AsyncAPI 3.0", "content": {"application/json": {"schema": {"type": "object"}}}}}
}})json",
};

constexpr api_path docs_api{
  .path = "/docs",
  .operations = R"json({"get": {
  "operationId": "get_docs",
  "tags": ["node"],
  "summary": "Both descriptions, to read",
  "responses": {"200": {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}}
}})json",
};

} // namespace

std::span<const route_row<api_routes>> api_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<api_routes>>({
    {.api = openapi_api, .get = &api_routes::get_openapi},
    {.api = asyncapi_api, .get = &api_routes::get_asyncapi},
    {.api = docs_api, .get = &api_routes::get_docs},
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
