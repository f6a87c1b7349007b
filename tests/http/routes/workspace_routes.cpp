#define CAF_SUITE http.routes.workspace_routes

#include "livegrid/http/routes/workspace_routes.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "guarded_routes.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : guarded_routes {
  widget_set widgets = *load_widgets("");
  workspace_routes routes{widgets, guard};
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
