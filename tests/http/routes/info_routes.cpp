#define CAF_SUITE http.routes.info_routes

#include "livegrid/http/routes/info_routes.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/health/health_check.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using handler = void (info_routes::*)(const http_request&, const responder&);

struct fixture {
  asio::io_context loop;
  connection_gate& gate = asio::use_service<connection_gate>(loop);
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  server_state state;
  bool clustered = false;
  bool member = false;

  fixture() {
    state.health = std::make_shared<health_check>(
      loop, probe_config{.find_symbol = {}, .where = {}, .target = ""}, log);
  }

  void limit_connections(std::uint64_t most) {
    gate.configure({.max_open = most, .stats = stats, .log = log});
  }

  http_reply ask(handler route, std::string query = {}) {
    std::optional<http_reply> result;
    http_request request;
    request.query = std::move(query);
    info_routes routes{
      {.state = state,
       .gate = gate,
       .stats = stats,
       .metrics = nullptr,
       .is_member =
         clustered ? std::function{[this] { return member; }} : nullptr}};
    (routes.*route)(request,
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
  check(&info_routes::get_ready, 503, R"({"status":"starting","detail":)");
  state.fed = true;
  check(&info_routes::get_ready, 200, R"({"status":"ready"})");
  state.draining = true;
  check(&info_routes::get_ready, 503, R"({"status":"going down","detail":)");
}

CAF_TEST(a node is ready only while its cluster agrees with it) {
  state.fed = true;
  set(stats->owners_disagree, 1);
  check(&info_routes::get_ready, 200, R"({"status":"ready"})");
  CAF_MESSAGE("in a cluster");
  clustered = true;
  check(&info_routes::get_ready, 503,
        R"({"status":"waiting","why":["not_a_member"],"detail":"the node is )");
  member = true;
  check(&info_routes::get_ready, 503,
        R"({"status":"waiting","why":["owners_disagree"],"detail":"nodes )");
  set(stats->viewers_behind, 7);
  check(&info_routes::get_ready, 503,
        R"({"status":"waiting","why":["owners_disagree","viewers_behind"],)"
        R"("detail":"nodes that have seen other members than this one for )"
        R"(more than 3 s: 1; symbols of which another node has had rows for )"
        R"(more than 3 s that viewers here have not been given: 7"})");
  set(stats->owners_disagree, 0);
  check(&info_routes::get_ready, 503,
        R"({"status":"waiting","why":["viewers_behind"],"detail":"symbols )");
  CAF_MESSAGE("a restart would mend neither");
  auto alive = ask(&info_routes::get_ready, "alive");
  CAF_CHECK_EQUAL(alive.status, 200);
  CAF_CHECK_EQUAL(alive.body, R"({"status":"alive"})");
  check(&info_routes::get_health, 200, R"({"status":"ok","version":)");
  set(stats->viewers_behind, 0);
  check(&info_routes::get_ready, 200, R"({"status":"ready"})");
}

CAF_TEST(a node is healthy while it has room and stays) {
  check(&info_routes::get_health, 200, R"({"status":"ok","version":)");
  limit_connections(0);
  check(&info_routes::get_health, 503, R"({"status":"full","detail":)");
  state.draining = true;
  check(&info_routes::get_health, 503, R"({"status":"going down","detail":)");
}

CAF_TEST_FIXTURE_SCOPE_END()
