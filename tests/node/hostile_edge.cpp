// Clients that break HTTP, send more than they may, or read nothing.

#define CAF_SUITE node.hostile_edge

#include <string>
#include <string_view>
#include <vector>

#include "key_files.hpp"
#include "metrics_page.hpp"
#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

constexpr std::size_t mib = 1024 * 1024;

constexpr const char* one_tick = R"({"symbol":"AAPL","price":151})";

/// An upgrade whose lists come on several lines.
std::string upgrade_bytes(std::string_view more) {
  return "GET /live_grid_ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n"
         "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         + std::string{more} + "\r\n";
}

/// Ticks of that many symbols.
std::string ticks_of(int n) {
  std::string result = "[";
  for (int i = 0; i < n; ++i)
    result += std::string{i > 0 ? "," : ""} + R"({"symbol":"S)"
              + std::to_string(i) + R"(","price":1})";
  return result + "]";
}

struct fixture {
  node_process node{strings{"--market.feed=none", example_symbols()}};

  std::string price() {
    return node.rows("AAPL").at(0).at("price").literal();
  }

  /// Sends that behind a good request; checks that it is refused in the node's
  /// words, behind the other's answer, and that nothing after it is served.
  void check_refused(std::string_view bad, int status) {
    http_client client{node.port()};
    client.send(request_bytes("GET", "/ready") + std::string{bad}
                + request_bytes("POST", "/ticks", {}, one_tick));
    CAF_CHECK_EQUAL(client.read().status, 200);
    auto refused = client.read();
    CAF_CHECK_EQUAL(refused.status, status);
    CAF_CHECK(refused.json().at("detail").is_string());
    CAF_CHECK_EQUAL(refused.header("Connection"), "close");
    CAF_CHECK_EQUAL(client.read_to_end(), "");
    CAF_CHECK_EQUAL(price(), "150");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(hostile_edge_tests, fixture)

CAF_TEST(what is no request beyond doubt is refused and the last) {
  for (std::string_view bad :
       {"GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: y\rZ: a\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    CAF_MESSAGE(bad);
    check_refused(bad, 400);
  }
  check_refused("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
  check_refused("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501);
}

CAF_TEST(HTTP 1 0 needs no Host) {
  http_client client{node.port()};
  client.send("GET /ready HTTP/1.0\r\n\r\n");
  CAF_CHECK_EQUAL(client.read().status, 200);
}

CAF_TEST(a body ends where every program says so) {
  for (std::string_view fields :
       {"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 5"}) {
    CAF_MESSAGE(fields);
    check_refused("POST /ticks HTTP/1.1\r\nHost: x\r\n" + std::string{fields}
                    + "\r\n\r\n0\r\n\r\n",
                  400);
  }
  check_refused("POST /ticks HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                "0\r\n\r\n",
                400);
  check_refused("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                "Transfer-Encoding: chunked\r\n\r\n2\r\n[]x\r\n0\r\n\r\n",
                400);
}

CAF_TEST(lists of a handshake may come on several lines) {
  http_client client{node.port()};
  client.send(upgrade_bytes("Sec-WebSocket-Protocol: chat\r\n"
                            "Sec-WebSocket-Protocol: bearer, x.y\r\n"));
  auto answer = client.read();
  CAF_CHECK_EQUAL(answer.status, 101);
  CAF_CHECK_EQUAL(answer.header("Sec-WebSocket-Protocol"), "bearer");
}

CAF_TEST(two keys of a handshake are one too many) {
  http_client client{node.port()};
  client.send(upgrade_bytes("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  CAF_CHECK_EQUAL(client.read().status, 400);
  CAF_CHECK_EQUAL(client.read_to_end(), "");
}

CAF_TEST(frames right behind a handshake are read wherever it is cut) {
  auto bytes = upgrade_bytes("")
               + to_bytes({.payload = R"({"params":{"symbol":"MSFT"}})"});
  for (std::size_t cut : {std::size_t{1}, std::size_t{40}, bytes.size() - 45,
                          bytes.size() - 36, bytes.size() - 1}) {
    tcp_socket client{node.port()};
    client.send(bytes.substr(0, cut));
    // So that the node has read the first part.
    CAF_CHECK_EQUAL(node.get("/ready").status, 200);
    client.send(bytes.substr(cut));
    std::string got;
    while (got.find("\"MSFT\"") == std::string::npos)
      CAF_REQUIRE(client.read_some(got));
  }
}

CAF_TEST(nothing after the last request is served) {
  http_client client{node.port()};
  client.send(request_bytes("GET", "/ready", {{"Connection", "close"}})
              + request_bytes("POST", "/ticks", {}, one_tick));
  CAF_CHECK_EQUAL(client.read().status, 200);
  CAF_CHECK_EQUAL(client.read_to_end(), "");
  CAF_CHECK_EQUAL(price(), "150");
}

CAF_TEST(answers for who does not read are not made) {
  node.publish(ticks_of(1'000));
  auto one = node.get("/live_grid_data?symbol=*").body.size();
  CAF_REQUIRE(one > 64 * 1024);
  auto before = node.resident();
  std::string many;
  for (int i = 0; i < 64; ++i)
    many += request_bytes("GET", "/live_grid_data?symbol=*");
  std::vector<http_client> clients;
  constexpr std::size_t num_clients = 8;
  for (std::size_t i = 0; i < num_clients; ++i) {
    // The first one will read.
    clients.emplace_back(node.connect(i == 0 ? 0 : 4096));
    clients.back().send(many);
  }
  for (int i = 0; i < 20; ++i)
    CAF_CHECK_EQUAL(node.get("/ready").status, 200);
  // The kernel holds some of them, and the node few.
  CAF_CHECK_LESS(node.resident(), before + num_clients * mib / 2 + 16 * mib);
  CAF_MESSAGE("who reads gets all of them");
  for (int i = 0; i < 64; ++i)
    CAF_CHECK_EQUAL(clients.front().read().body.size(), one);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(what one client has under way is a part of what may be) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  auto half = "POST /ticks HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
              "\r\n"
              + std::string(900'000, ' ');
  {
    std::vector<http_client> clients;
    // A quarter of 256 MiB.
    for (std::size_t size = half.size(); size < 64 * mib; size += half.size()) {
      clients.emplace_back(node.port());
      CAF_REQUIRE(clients.back().send(half));
    }
    wait_until("they are counted", [&] {
      return metrics_page{node}.at("livegrid_http_buffered_bytes") > 60 * mib;
    });
    http_client over{node.port()};
    over.send(half);
    auto refused = over.read();
    CAF_CHECK_EQUAL(refused.status, 503);
    CAF_CHECK_EQUAL(refused.header("Retry-After"), "1");
    CAF_CHECK_EQUAL(over.read_to_end(), "");
    CAF_CHECK_GREATER(metrics_page{node}.at("livegrid_http_over_buffer_total"),
                      0);
    CAF_MESSAGE("small ones go on");
    CAF_CHECK_EQUAL(node.post(one_tick).status, 200);
    auto& first = clients.front();
    first.send(std::string(100'000 - 32, ' ') + one_tick + "   ");
    CAF_CHECK_EQUAL(first.read().status, 200);
  }
  // But for the question itself.
  wait_until("all is given back", [&] {
    return metrics_page{node}.at("livegrid_http_buffered_bytes") < 200;
  });
}

CAF_TEST(an upgrade that does not come about has an end) {
  // An answer that is larger than what the kernel takes of it.
  temp_file file{R"({"w":{"name":"W","type":"live_grid","endpoint":"w",
    "wsEndpoint":"ws","data":{"wsRowIdColumn":"symbol","table":{"showAll":true,
    "columnsDefs":[{"field":"symbol",
    "headerName":"S"}]}},"description":")"
                   + std::string(4 * mib - 1024, 'x') + "\"}}",
                 ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  auto before = node.resident();
  std::vector<tcp_socket> clients;
  auto asking = request_bytes("GET", "/widgets.json", handshake_headers());
  for (int i = 0; i < 20; ++i) {
    clients.push_back(node.connect(4096));
    clients.back().send(asking);
  }
  wait_until("they are there", [&] {
    return metrics_page{node}.at("livegrid_connections") > 20;
  });
  // A copy each would be twice that.
  CAF_CHECK_LESS(node.resident(), before + 40 * mib);
  wait_for_metric(node, "livegrid_connections", 1);
}

CAF_TEST(a body of nobody is not taken in) {
  key_files keys;
  auto reader = keys.add("reader", "read");
  auto writer = keys.add("writer", "publish");
  node_process node{keys.settings()};
  auto head = [](std::string_view target, std::string_view key) {
    return "POST " + std::string{target}
           + " HTTP/1.1\r\nHost: x\r\nX-API-KEY: " + std::string{key}
           + "\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n";
  };
  auto answer = [&](std::string_view bytes) {
    http_client client{node.port()};
    client.send(bytes);
    auto result = client.read();
    CAF_CHECK_EQUAL(client.read_to_end(), "");
    return result.status;
  };
  // None of them has sent a byte of it.
  CAF_CHECK_EQUAL(answer("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                         "Content-Length: 1000000\r\n\r\n"),
                  401);
  CAF_CHECK_EQUAL(answer("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n"),
                  401);
  CAF_CHECK_EQUAL(answer(head("/ticks", "nobody.x")), 403);
  CAF_CHECK_EQUAL(answer(head("/ticks", reader)), 403);
  CAF_CHECK_EQUAL(answer(head("/nowhere", reader)), 404);
  CAF_CHECK_EQUAL(answer(head("/symbols", reader)), 405);
  CAF_CHECK_EQUAL(answer("GET /ready HTTP/1.1\r\nHost: x\r\n"
                         "Content-Length: 1000000\r\n\r\n"),
                  413);
  node.wait_for_error_text("access_refused");
  CAF_CHECK_EQUAL(node.post(one_tick, {{"X-API-KEY", writer}}).body,
                  R"({"accepted":1})");
}

CAF_TEST(who is known when his body begins is looked at again at its end) {
  key_files keys;
  auto writer = keys.add("writer", "publish");
  node_process node{keys.settings()};
  http_client client{node.port()};
  auto all = request_bytes("POST", "/ticks", {{"X-API-KEY", writer}}, one_tick);
  client.send(all.substr(0, all.size() - 1));
  CAF_CHECK_EQUAL(node.get("/ready").status, 200);
  keys.revoke("writer");
  node.wait_for_error_text("key_revoked");
  client.send(all.substr(all.size() - 1));
  CAF_CHECK_EQUAL(client.read().status, 403);
}
