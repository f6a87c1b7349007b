#define CAF_SUITE http.routes.route

#include "livegrid/http/routes/route.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

/// Answers with what was called, and how often.
class group {
public:
  static std::span<const route_row<group>> rows() noexcept {
    static constexpr auto all = std::to_array<route_row<group>>({
      {.api = {.path = "/a"}, .get = &group::get, .cost = &group::cost},
      {.api = {.path = "/b"},
       .post = &group::post,
       .upgrade = &group::upgrade,
       .when_full = true,
       .needs = scope::publish},
    });
    return all;
  }

private:
  void get(const http_request& request, const responder& to) {
    to({.body = "get " + request.path + ' ' + std::to_string(++calls_)});
  }

  void post(const http_request& request, const responder& to) {
    to({.body = "post " + request.path + ' ' + std::to_string(++calls_)});
  }

  upgrade_answer upgrade(const http_request&) {
    return ws_route_target{7, nullptr};
  }

  std::uint64_t cost(const http_request& request) const {
    return request.query.size();
  }

  int calls_ = 0;
};

std::string called(const route::handler& f, const std::string& path) {
  http_request request;
  request.path = path;
  std::string result;
  f(request, responder{[&](http_reply x) { result = std::move(x.body); }});
  return result;
}

struct fixture {
  group all;
  std::vector<route> routes;

  fixture() {
    add_routes(routes, all);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(route_tests, fixture)

CAF_TEST(the rows of a group become routes of the one group) {
  CAF_REQUIRE_EQUAL(routes.size(), 2u);
  CAF_CHECK_EQUAL(called(routes[0].get, "/a"), "get /a 1");
  CAF_CHECK_EQUAL(called(routes[1].post, "/b"), "post /b 2");
  CAF_CHECK(!routes[0].post);
  CAF_CHECK(!routes[0].upgrade);
  CAF_CHECK(!routes[1].get);
  auto upgraded = routes[1].upgrade({});
  CAF_CHECK_EQUAL(std::get<ws_route_target>(upgraded).max_message, 7u);
}

CAF_TEST(what a row does not say is as for most routes) {
  CAF_CHECK(!routes[0].when_full);
  CAF_CHECK(routes[0].needs == scope::read);
  CAF_CHECK(routes[1].when_full);
  CAF_CHECK(routes[1].needs == scope::publish);
  http_request request;
  request.query = "four";
  CAF_REQUIRE(routes[0].cost);
  CAF_CHECK_EQUAL(routes[0].cost(request), 4u);
  CAF_CHECK(!routes[1].cost);
}

CAF_TEST(a route is found by its whole path) {
  CAF_CHECK(find_route(routes, "/b") == &routes[1]);
  for (auto path : {"", "/", "/ab", "/b/", "/B"})
    CAF_CHECK(find_route(routes, path) == nullptr);
}

CAF_TEST(the methods of a path are those that it has handlers for) {
  CAF_CHECK_EQUAL(allowed_methods(routes[0]), "GET, HEAD, OPTIONS");
  CAF_CHECK_EQUAL(allowed_methods(routes[1]), "GET, POST, OPTIONS");
  routes[1].upgrade = nullptr;
  CAF_CHECK_EQUAL(allowed_methods(routes[1]), "POST, OPTIONS");
  routes[1].get = routes[0].get;
  CAF_CHECK_EQUAL(allowed_methods(routes[1]), "GET, HEAD, POST, OPTIONS");
}

CAF_TEST_FIXTURE_SCOPE_END()
