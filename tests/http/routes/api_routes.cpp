#define CAF_SUITE http.routes.api_routes

#include "livegrid/http/routes/api_routes.hpp"

#include <utility>

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(descriptions are sent from where they are) {
  api_description api{"{1}", "{2}", "<html>"};
  api_routes routes{api};
  http_reply reply;
  responder first{[&](http_reply x) { reply = std::move(x); }};
  routes.get_openapi({}, first);
  CAF_CHECK(reply.fixed_body.data() == api.openapi_json.data());
  CAF_CHECK_EQUAL(reply.type, "application/json");
  responder second{[&](http_reply x) { reply = std::move(x); }};
  routes.get_asyncapi({}, second);
  CAF_CHECK(reply.fixed_body.data() == api.asyncapi_json.data());
  responder third{[&](http_reply x) { reply = std::move(x); }};
  routes.get_docs({}, third);
  CAF_CHECK(reply.fixed_body.data() == api.page.data());
  CAF_CHECK_EQUAL(reply.type, "text/html; charset=utf-8");
  CAF_REQUIRE_EQUAL(reply.headers.size(), 1u);
  CAF_CHECK(reply.headers.front().second.starts_with("default-src 'none'"));
}
