#define CAF_SUITE http.routes.info_routes

#include <memory>
#include <optional>
#include <string>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/routes/routes.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;

namespace {

using handler = void (*)(backend&, const http_request&, const responder&);

/// A node with no more parts than these routes look at.
struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys};
  bool room = true;

  backend node{.sys = sys,
               .loop = loop,
               .market = {},
               .ingress = {},
               .fanout = {},
               .widgets = {},
               .stats = std::make_shared<counters>(),
               .log = std::make_shared<logger>(log_level::error),
               .started = std::chrono::steady_clock::now(),
               .has_room = [this] { return room; }};

  fixture() {
    node.health = std::make_shared<health_check>(
      loop.context(),
      probe_config{.find_symbol = {}, .where = {}, .target = ""}, node.log);
  }

  http_reply ask(handler route, std::string query = {}) {
    std::optional<http_reply> result;
    http_request request;
    request.query = std::move(query);
    route(node, request,
          responder{[&](http_reply x) { result = std::move(x); }});
    CAF_REQUIRE(result);
    return *std::move(result);
  }

  void check(handler route, int status, std::string_view begin) {
    auto reply = ask(route);
    CAF_CHECK_EQUAL(reply.status, status);
    CAF_MESSAGE(reply.body);
    CAF_CHECK(reply.body.starts_with(begin));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(info_routes_tests, fixture)

CAF_TEST(a node is ready from its feeds until it goes down) {
  check(get_ready, 503, R"({"status":"starting","detail":)");
  node.fed = true;
  check(get_ready, 200, R"({"status":"ready"})");
  node.draining = true;
  check(get_ready, 503, R"({"status":"going down","detail":)");
}

CAF_TEST(a node is ready only while its cluster agrees with it) {
  node.fed = true;
  set(node.stats->owners_disagree, 1);
  check(get_ready, 200, R"({"status":"ready"})");
  CAF_MESSAGE("in a cluster");
  auto member = false;
  node.is_member = [&] { return member; };
  check(get_ready, 503,
        R"({"status":"waiting","why":["not_a_member"],"detail":"the node is )");
  member = true;
  check(get_ready, 503,
        R"({"status":"waiting","why":["owners_disagree"],"detail":"nodes )");
  set(node.stats->viewers_behind, 7);
  check(get_ready, 503,
        R"({"status":"waiting","why":["owners_disagree","viewers_behind"],)"
        R"("detail":"nodes that have seen other members than this one for )"
        R"(more than 3 s: 1; symbols of which another node has had rows for )"
        R"(more than 3 s that viewers here have not been given: 7"})");
  set(node.stats->owners_disagree, 0);
  check(get_ready, 503,
        R"({"status":"waiting","why":["viewers_behind"],"detail":"symbols )");
  CAF_MESSAGE("a restart would mend neither");
  auto alive = ask(get_ready, "alive");
  CAF_CHECK_EQUAL(alive.status, 200);
  CAF_CHECK_EQUAL(alive.body, R"({"status":"alive"})");
  check(get_health, 200, R"({"status":"ok","version":)");
  set(node.stats->viewers_behind, 0);
  check(get_ready, 200, R"({"status":"ready"})");
}

CAF_TEST(a node is healthy while it has room and stays) {
  check(get_health, 200, R"({"status":"ok","version":)");
  room = false;
  check(get_health, 503, R"({"status":"full","detail":)");
  node.draining = true;
  check(get_health, 503, R"({"status":"going down","detail":)");
}

CAF_TEST_FIXTURE_SCOPE_END()
