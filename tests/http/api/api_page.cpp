#define CAF_SUITE http.api.api_page

#include "livegrid/http/api/api_page.hpp"

#include <string>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::string_view requests = R"json({
  "info": {"version": "1 & 2"},
  "paths": {"/a": {"get": {
    "summary": "What <a> is",
    "parameters": [{"name": "q", "description": "A part"}],
    "responses": {
      "200": {"description": "It", "content": {"text/plain": {"schema": {"type": "string"}}}},
      "400": {"$ref": "#/components/responses/Error"}
    }
  }}},
  "components": {"responses": {"Error": {"description": "What is wrong"}}}
})json";

constexpr std::string_view sockets = R"json({
  "channels": {"b": {
    "address": "/b",
    "summary": "Rows",
    "messages": {"row": {"$ref": "#/components/messages/Row"}}
  }},
  "components": {"messages": {"Row": {"summary": "One", "payload": {"type": "object"}}}}
})json";

struct fixture {
  std::string page = api_page(requests, sockets);

  bool shows(std::string_view what) {
    return page.find(what) != std::string::npos;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(api_page_tests, fixture)

CAF_TEST(a page shows operations and channels) {
  CAF_CHECK(shows("<b>GET</b> <code>/a</code></h2>"));
  CAF_CHECK(shows("<code>?q</code><td>A part"));
  CAF_CHECK(shows("<code>200</code><td>It"));
  CAF_CHECK(shows("<b>WS</b> <code>/b</code></h2>"));
}

CAF_TEST(a page shows what references stand for) {
  CAF_CHECK(shows("<code>400</code><td>What is wrong"));
  CAF_CHECK(shows("row: One"));
}

CAF_TEST(a page shows text as text) {
  CAF_CHECK(shows("What &lt;a&gt; is"));
  CAF_CHECK(shows("1 &amp; 2"));
  CAF_CHECK(!shows("<a>"));
}

CAF_TEST_FIXTURE_SCOPE_END()
