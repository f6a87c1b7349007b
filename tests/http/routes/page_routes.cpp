#define CAF_SUITE http.routes.page_routes

#include "livegrid/http/routes/page_routes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "guarded_routes.hpp"
#include "reply_header.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : guarded_routes {
  page_routes routes{guard};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(page_routes_tests, fixture)

CAF_TEST(a program is told who this is) {
  routes.get_index(request, to());
  CAF_CHECK_EQUAL(reply.status, 200);
  CAF_CHECK_EQUAL(reply.type, "application/json");
  CAF_CHECK(reply.body.starts_with("{\"Info\":\"Live Grid"));
  CAF_CHECK_EQUAL(header_of(reply, "Vary"), "Accept");
}

CAF_TEST(a browser gets a page that loads nothing from elsewhere) {
  request.accept = "text/html,*/*";
  routes.get_index(request, to());
  CAF_CHECK_EQUAL(reply.status, 200);
  CAF_CHECK_EQUAL(reply.type, "text/html; charset=utf-8");
  CAF_CHECK(header_of(reply, "Content-Security-Policy")
              .starts_with("default-src 'none'"));
  CAF_CHECK_EQUAL(header_of(reply, "Referrer-Policy"), "no-referrer");
}

CAF_TEST(files of the page are known by their hashes) {
  for (const auto& file : routes.files()) {
    CAF_MESSAGE(file.path);
    CAF_CHECK_EQUAL(file.label, "page");
    request = {};
    file.get(request, to());
    CAF_CHECK_EQUAL(reply.status, 200);
    auto etag = header_of(reply, "ETag");
    auto plain = reply.content().size();
    if (file.path.starts_with("/assets/"))
      CAF_CHECK_EQUAL(header_of(reply, "Cache-Control"),
                      "public, max-age=31536000, immutable");
    request.if_none_match = etag;
    file.get(request, to());
    CAF_CHECK_EQUAL(reply.status, 304);
    CAF_MESSAGE("zipped it is another one");
    request.accept_encoding = "gzip";
    file.get(request, to());
    CAF_CHECK_EQUAL(reply.status, 200);
    CAF_CHECK_EQUAL(header_of(reply, "Content-Encoding"), "gzip");
    CAF_CHECK(header_of(reply, "ETag") != etag);
    CAF_CHECK_LESS(reply.content().size(), plain);
  }
}

CAF_TEST(a browser without a key is told in words and others are not ) {
  http_reply refused{.status = 401, .body = "{}"};
  request.path = "/";
  explain_key(request, refused);
  CAF_CHECK_EQUAL(refused.body, "{}");
  request.accept = "text/html";
  request.path = "/symbols";
  explain_key(request, refused);
  CAF_CHECK_EQUAL(refused.body, "{}");
  request.path = "/";
  explain_key(request, refused);
  CAF_CHECK_EQUAL(refused.status, 401);
  CAF_CHECK(refused.body.find("?api_key=") != std::string::npos);
  CAF_CHECK_EQUAL(refused.type, "text/html; charset=utf-8");
}

CAF_TEST_FIXTURE_SCOPE_END()
