#define CAF_SUITE http.routes.request_handler

#include "livegrid/http/routes/request_handler.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "restinio_server.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// Says what it got.
class echo_endpoint final : public ws_endpoint {
public:
  counters::endpoint kind() const noexcept override {
    return counters::endpoint::publisher;
  }

  void on_open(const std::shared_ptr<ws_session>& way_out) override {
    session_ = way_out;
  }

  std::string on_text(std::string&& text) override {
    if (auto s = session_.lock())
      s->send_text("got " + text);
    return {};
  }

  std::string on_binary() override {
    return {};
  }

  void on_writable() override {
    // nop
  }

  void on_gone(std::uint16_t, std::string_view) override {
    // nop
  }

  bool busy() const noexcept override {
    return false;
  }

  bool settled() const noexcept override {
    return true;
  }

private:
  std::weak_ptr<ws_session> session_;
};

/// A server with a few routes of the test's own.
struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop{sys}; ///< which no thread runs but the test's
  settings values;
  counters_ptr stats = std::make_shared<counters>();
  log_ptr log = std::make_shared<logger>(log_level::error);
  connection_gate& gate = asio::use_service<connection_gate>(loop.context());
  access_guard guard{loop.context(), values, stats, log};
  ws_sessions sessions{loop.context(), stats, log, std::chrono::seconds{15},
                       64 * 1024};
  metrics numbers{stats};
  server_state state;
  std::vector<route> routes;
  std::vector<responder> kept; ///< of requests that nobody answers yet
  std::shared_ptr<request_handler> handler;
  restinio_server<restinio_traits> server{loop.context()};

  fixture() {
    auto echo = [](const http_request& request, const responder& to) {
      to({.body = request.method + ' ' + request.query + request.body});
    };
    routes.push_back({.path = "/get", .get = echo});
    routes.push_back({.path = "/post", .post = echo});
    routes.push_back({.path = "/later",
                      .get = [this](const http_request&, const responder& to) {
                        kept.emplace_back(to);
                      }});
    routes.push_back({.path = "/ws", .upgrade = [](const http_request& x) {
                        if (!x.query.empty())
                          return upgrade_answer{http_reply{.status = 400}};
                        return upgrade_answer{ws_route_target{
                          1000, std::make_unique<echo_endpoint>()}};
                      }});
    handler =
      std::make_shared<request_handler>(request_handles{.loop = loop,
                                                        .state = state,
                                                        .routes = routes,
                                                        .guard = guard,
                                                        .sessions = sessions,
                                                        .metrics = numbers,
                                                        .stats = stats,
                                                        .log = log},
                                        values);
    handler->allow({"http://own"}, {"http://own"});
    gate.configure(
      {.max_open = 10,
       .max_body = 16,
       .max_buffered = 1'000'000,
       .stats = stats,
       .log = log,
       .more_headers =
         [this](const auto& origin) { return handler->header_lines(origin); },
       .on_head =
         [this](http_input& from, const request_head& x) {
           return handler->on_head(from, x);
         }});
    numbers.watch(gate.budget());
    server.on_request = [this](restinio::request_handle_t x) {
      return handler->on_request(std::move(x));
    };
    server.open(&gate, 10);
  }

  ~fixture() {
    kept.clear();
    sessions.drop_all();
    server.turn();
  }

  /// All of the answer to a request, on a connection of its own.
  std::string ask(const std::string& line, const std::string& fields = {},
                  const std::string& body = {}) {
    auto client =
      server.connect_and_send(line + " HTTP/1.1\r\nHost: node\r\n" + fields
                              + "Connection: close\r\n\r\n" + body);
    return server.receive(client, "");
  }

  static std::string upgrade_fields(const std::string& version,
                                    const std::string& key) {
    return "Host: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: "
           + version + "\r\nSec-WebSocket-Key: " + key + "\r\n\r\n";
  }

  /// The answer to an upgrade that is refused.
  std::string ask_upgrade(const std::string& target,
                          const std::string& version = "13",
                          const std::string& key = "AAAAAAAAAAAAAAAAAAAAAA==") {
    auto client = server.connect_and_send("GET " + target + " HTTP/1.1\r\n"
                                          + upgrade_fields(version, key));
    return server.receive(client, "");
  }
};

bool has(const std::string& text, std::string_view what) {
  CAF_MESSAGE(text);
  return text.find(what) != text.npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(request_handler_tests, fixture)

CAF_TEST(a request gets the answer of its route) {
  auto got = ask("GET /get?query");
  CAF_CHECK(got.starts_with("HTTP/1.1 200 OK\r\n"));
  CAF_CHECK(has(got, "\r\nX-Content-Type-Options: nosniff\r\n"));
  CAF_CHECK(got.ends_with("\r\n\r\nGET query"));
  got = ask("POST /post", "Content-Length: 4\r\n", "body");
  CAF_CHECK(got.ends_with("\r\n\r\nPOST body"));
  CAF_CHECK_EQUAL(handler->under_way(), 0u);
}

CAF_TEST(a HEAD gets the head of what a GET gets) {
  auto got = ask("HEAD /get?query");
  CAF_CHECK(has(got, "\r\nContent-Length: 9\r\n"));
  CAF_CHECK(got.ends_with("\r\n\r\n"));
}

CAF_TEST(what there is not is said) {
  CAF_CHECK(ask("GET /nowhere").starts_with("HTTP/1.1 404 "));
  auto got = ask("POST /get", "Content-Length: 1\r\n", "x");
  CAF_CHECK(got.starts_with("HTTP/1.1 405 "));
  CAF_CHECK(has(got, "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
  got = ask("GET /post");
  CAF_CHECK(got.starts_with("HTTP/1.1 405 "));
  CAF_CHECK(has(got, "\r\nAllow: POST, OPTIONS\r\n"));
}

CAF_TEST(a page of elsewhere may not publish) {
  auto fields = std::string{"Content-Length: 1\r\nOrigin: http://else\r\n"};
  CAF_CHECK(ask("POST /post", fields, "x").starts_with("HTTP/1.1 403 "));
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::origin)), 1u);
  fields = "Content-Length: 1\r\nOrigin: http://own\r\n";
  auto got = ask("POST /post", fields, "x");
  CAF_CHECK(got.starts_with("HTTP/1.1 200 "));
  CAF_CHECK(has(got, "\r\nAccess-Control-Allow-Origin: http://own\r\n"));
}

CAF_TEST(a request is under way until it is answered) {
  auto client =
    server.connect_and_send("GET /later HTTP/1.1\r\nHost: node\r\n\r\n");
  server.until("the request", [&] { return !kept.empty(); });
  CAF_CHECK_EQUAL(handler->under_way(), 1u);
  kept.front()({.body = "at last"});
  kept.clear();
  CAF_CHECK(has(server.receive(client, "at last"), "200 OK"));
  CAF_CHECK_EQUAL(handler->under_way(), 0u);
}

CAF_TEST(a route that answers nothing is a fault unless the node goes down) {
  auto ask_and_drop = [&] {
    auto client = server.connect_and_send(
      "GET /later HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
    server.until("the request", [&] { return !kept.empty(); });
    kept.clear();
    return server.receive(client, "");
  };
  CAF_CHECK(ask_and_drop().starts_with("HTTP/1.1 500 "));
  state.draining = true;
  CAF_CHECK(ask_and_drop().starts_with("HTTP/1.1 503 "));
}

CAF_TEST(an upgrade becomes a WebSocket of its route) {
  auto client =
    server.connect_and_send("GET /ws HTTP/1.1\r\n"
                            + upgrade_fields("13", "AAAAAAAAAAAAAAAAAAAAAA==")
                            // A masked text frame, `hi`.
                            + std::string("\x81\x82\0\0\0\0hi", 8));
  auto got = server.receive(client, "got hi");
  CAF_CHECK(got.starts_with("HTTP/1.1 101 "));
  CAF_CHECK(has(got, "got hi"));
  CAF_CHECK_EQUAL(sessions.size(), 1u);
  CAF_CHECK_EQUAL(handler->under_way(), 0u);
}

CAF_TEST(what is no upgrade is refused) {
  auto got = ask("GET /ws");
  CAF_CHECK(got.starts_with("HTTP/1.1 426 "));
  CAF_CHECK(has(got, "\r\nUpgrade: websocket\r\n"));
  got = ask_upgrade("/ws", "12");
  CAF_CHECK(got.starts_with("HTTP/1.1 426 "));
  CAF_CHECK(has(got, "\r\nSec-WebSocket-Version: 13\r\n"));
  CAF_CHECK(ask_upgrade("/ws", "13", "x").starts_with("HTTP/1.1 400 "));
  CAF_MESSAGE("by its route");
  CAF_CHECK(ask_upgrade("/ws?no").starts_with("HTTP/1.1 400 "));
  CAF_MESSAGE("by a node that goes down");
  state.draining = true;
  CAF_CHECK(ask_upgrade("/ws").starts_with("HTTP/1.1 503 "));
  CAF_CHECK_EQUAL(sessions.size(), 0u);
  CAF_CHECK_EQUAL(get(stats->of(counters::fault::handshake)), 3u);
}

CAF_TEST(requests are counted by their routes) {
  ask("GET /get");
  ask("GET /nowhere");
  auto text = numbers.text();
  CAF_CHECK(text.find("route=\"/get\"") != text.npos);
  CAF_CHECK(text.find("route=\"unknown\"") != text.npos);
  CAF_CHECK(text.find("/nowhere") == text.npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
