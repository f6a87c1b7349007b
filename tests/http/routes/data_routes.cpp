#define CAF_SUITE http.routes.data_routes

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/routes/routes.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;

namespace {

/// A node without a way in, so that ticks get lost.
struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys};

  backend node{.sys = sys,
               .loop = loop,
               .market = {},
               .grid = {},
               .ingress = {},
               .fanout = {},
               .directory = {},
               .widgets = {},
               .max_body = 1024,
               .stats = std::make_shared<counters>(),
               .log = std::make_shared<logger>(log_level::error),
               .started = std::chrono::steady_clock::now(),
               .has_room = [] { return true; }};

  std::optional<http_reply> reply;

  fixture() {
    node.limit_ticks = [](const caller&, std::uint64_t, std::string_view) {
      return std::optional<refusal>{};
    };
  }

  void post(std::string body) {
    http_request request;
    request.method = "POST";
    request.path = "/ticks";
    request.body = std::move(body);
    post_ticks(node, request,
               responder{[this](http_reply x) { reply = std::move(x); }});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(data_routes_tests, fixture)

CAF_TEST(whoever posts ticks that nobody answers is told that they may count) {
  post(R"({"symbol":"A","price":1})");
  CAF_REQUIRE(reply);
  CAF_CHECK_EQUAL(reply->status, 504);
  CAF_CHECK_EQUAL(reply->body,
                  R"({"detail":"nobody has answered: the ticks may have been )"
                  R"(taken, or may yet be","type":"unsure"})");
  CAF_CHECK(reply->headers.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
