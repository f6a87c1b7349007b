#define CAF_SUITE http.routes.workspace_routes

#include "livegrid/http/routes/workspace_routes.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/access_guard.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  asio::io_context loop;
  access_guard guard{loop, settings{}, std::make_shared<counters>(),
                     std::make_shared<logger>(log_level::error)};
  widget_set widgets = *load_widgets("");
  workspace_routes routes{widgets, guard};
  http_request request;
  http_reply reply;

  responder to() {
    return responder{[this](http_reply x) { reply = std::move(x); }};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(workspace_routes_tests, fixture)

CAF_TEST(who may see all is sent what was written at the start) {
  routes.get_widgets(request, to());
  CAF_CHECK(reply.fixed_body.data() == widgets.widgets_json.data());
  routes.get_apps(request, to());
  CAF_CHECK(reply.fixed_body.data() == widgets.apps_json.data());
}

CAF_TEST(widgets for a key name symbols that it may see) {
  auto key = std::make_shared<access_key>();
  key->symbols =
    std::make_shared<symbol_filter>(std::vector<std::string>{"AAPL"});
  request.who.key = key;
  routes.get_widgets(request, to());
  CAF_CHECK(reply.fixed_body.empty());
  CAF_CHECK(reply.body.find("AAPL") != std::string::npos);
  CAF_CHECK(reply.body.find("MSFT") == std::string::npos);
  CAF_REQUIRE_EQUAL(reply.headers.size(), 1u);
  CAF_CHECK_EQUAL(reply.headers.front().second, "no-store");
}

CAF_TEST_FIXTURE_SCOPE_END()
