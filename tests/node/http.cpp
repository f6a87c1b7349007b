#define CAF_SUITE node.http

#include <memory>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};

  /// Whether a request on a new connection is still served.
  bool serves() {
    return node.get("/health").status == 200;
  }

  /// Sends `bytes`; checks that the answer is an error or a closed connection.
  void check_refused(std::string_view bytes) {
    http_client client{node.port()};
    client.send(bytes);
    client.socket().shutdown_write();
    auto response = client.try_read();
    if (response) {
      CAF_CHECK_GREATER_OR_EQUAL(response->status, 400);
      CAF_CHECK_LESS(response->status, 600);
    }
    CAF_CHECK(serves());
  }
};

constexpr std::size_t max_body = 1024 * 1024;

constexpr const char* one_tick = R"({"symbol":"AAPL","price":151})";

} // namespace

CAF_TEST_FIXTURE_SCOPE(http_tests, fixture)

CAF_TEST(a_request_line_of_64_kib_is_served) {
  std::string names = "AAPL";
  while (names.size() < 60'000)
    names += ",MSFT,AAPL";
  auto target = "/live_grid_data?symbol=" + names + "&x=";
  target.append(65536 - target.size() - 13, 'x');
  CAF_CHECK_EQUAL(("GET " + target + " HTTP/1.1").size(), 65536u);
  auto response = node.get(target);
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK_EQUAL(response.json().size(), 2u);
}

CAF_TEST(a_longer_request_line_is_refused) {
  for (auto size : {100'000u, 2'000'000u}) {
    CAF_MESSAGE(size);
    check_refused("GET /health?x=" + std::string(size, 'x')
                  + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
}

CAF_TEST(headers_have_limits) {
  CAF_CHECK_EQUAL(
    node.get("/health", {{"X-Long", std::string(8000, 'x')}}).status, 200);
  check_refused("GET /health HTTP/1.1\r\nX-Long: " + std::string(1'000'000, 'x')
                + "\r\n\r\n");
  check_refused("GET /health HTTP/1.1\r\n" + std::string(1'000'000, 'x')
                + ": y\r\n\r\n");
}

CAF_TEST(a_body_up_to_the_limit_is_taken) {
  std::string body = one_tick;
  body.resize(max_body, ' ');
  CAF_CHECK_EQUAL(node.post(body).status, 200);
  http_client client{node.port()};
  client.send("POST /ticks HTTP/1.1\r\nHost: x\r\n"
              "Transfer-Encoding: chunked\r\n\r\n"
              + chunked(body, 7919));
  CAF_CHECK_EQUAL(client.read().status, 200);
}

CAF_TEST(a_longer_body_is_413_and_the_answer_arrives) {
  for (auto size : {max_body + 1, 5 * max_body}) {
    CAF_MESSAGE(size);
    std::string body = one_tick;
    body.resize(size, ' ');
    auto response = node.post(body);
    CAF_CHECK_EQUAL(response.status, 413);
    CAF_CHECK(response.json().at("detail").is_string());
    http_client client{node.port()};
    client.send("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                "Transfer-Encoding: chunked\r\n\r\n"
                + chunked(body, 65536));
    response = client.read();
    CAF_CHECK_EQUAL(response.status, 413);
    CAF_CHECK(response.json().at("detail").is_string());
  }
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
}

CAF_TEST(an_announced_body_over_the_limit_is_413_at_once) {
  http_client client{node.port()};
  client.send("POST /ticks HTTP/1.1\r\nHost: x\r\n"
              "Content-Length: 4294967297\r\n\r\n");
  CAF_CHECK_EQUAL(client.read().status, 413);
  CAF_CHECK(serves());
}

CAF_TEST(a_chunked_body_is_taken) {
  for (auto size : {1u, 5u, 4096u}) {
    http_client client{node.port()};
    client.send("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                "Transfer-Encoding: chunked\r\n\r\n"
                + chunked(one_tick, size));
    CAF_CHECK_EQUAL(client.read().body, R"({"accepted":1})");
  }
}

CAF_TEST(a_request_may_come_byte_by_byte) {
  http_client client{node.port()};
  client.socket().send_bytewise(request_bytes("POST", "/ticks", {}, one_tick));
  CAF_CHECK_EQUAL(client.read().body, R"({"accepted":1})");
  client.socket().send_bytewise(
    request_bytes("GET", "/live_grid_data?symbol=AAPL"));
  CAF_CHECK_EQUAL(client.read().json().at(0).at("price").literal(), "151");
}

CAF_TEST(a_client_that_waits_for_100_continue_is_told_to_go_on) {
  std::string body = one_tick;
  auto head = "POST /ticks HTTP/1.1\r\nHost: x\r\nexpect:100-Continue\r\n"
              "Content-Length: ";
  tcp_socket client{node.port()};
  CAF_REQUIRE(client.send(head + std::to_string(body.size()) + "\r\n\r\n"));
  std::string got;
  while (got.find("\r\n\r\n") == std::string::npos)
    CAF_REQUIRE(client.read_some(got));
  CAF_CHECK_EQUAL(got, "HTTP/1.1 100 Continue\r\n\r\n");
  CAF_REQUIRE(client.send(body));
  client.shutdown_write();
  auto answer = client.read_to_end();
  CAF_CHECK(answer.starts_with("HTTP/1.1 200 "));
  CAF_CHECK(answer.ends_with(R"({"accepted":1})"));
  CAF_MESSAGE("one that does not wait hears of it only once it has to");
  http_client hasty{node.port()};
  hasty.send(head + std::to_string(body.size()) + "\r\n\r\n" + body);
  CAF_CHECK_EQUAL(hasty.read().body, R"({"accepted":1})");
  CAF_MESSAGE("a body that is too large is refused before it is sent");
  http_client big{node.port()};
  big.send(head + std::to_string(max_body + 1) + "\r\n\r\n");
  CAF_CHECK_EQUAL(big.read().status, 413);
}

CAF_TEST(pipelined_requests_are_answered_in_order) {
  http_client client{node.port()};
  std::string bytes;
  constexpr int rounds = 20;
  for (int i = 1; i <= rounds; ++i) {
    bytes +=
      request_bytes("POST", "/ticks", {},
                    R"({"symbol":"AAPL","price":)" + std::to_string(i) + "}");
    bytes += request_bytes("GET", "/live_grid_data?symbol=AAPL");
    bytes += request_bytes("GET", "/nowhere");
    bytes += request_bytes("GET", "/symbols");
    bytes += request_bytes("POST", "/ticks", {}, "nonsense");
  }
  client.send(bytes);
  for (int i = 1; i <= rounds; ++i) {
    CAF_CHECK_EQUAL(client.read().body, R"({"accepted":1})");
    CAF_CHECK(client.read().json().at(0).has("price"));
    CAF_CHECK_EQUAL(client.read().status, 404);
    CAF_CHECK_EQUAL(client.read().json().size(), 5u);
    CAF_CHECK_EQUAL(client.read().status, 400);
  }
}

CAF_TEST(a_half_closed_client_gets_its_answers) {
  http_client client{node.port()};
  client.send(request_bytes("GET", "/health") + request_bytes("GET", "/"));
  client.socket().shutdown_write();
  CAF_CHECK_EQUAL(client.read().status, 200);
  CAF_CHECK(client.read().json().has("Info"));
  CAF_CHECK_EQUAL(client.read_to_end(), "");
}

CAF_TEST(what_is_not_http_is_refused) {
  std::string_view cases[] = {
    "nonsense\r\n\r\n",
    std::string_view{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11},
    std::string_view{"\0\0\0\0\0\0\0\0", 8},
    "GET\r\n\r\n",
    "GET  HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nNo colon here\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n",
    "\r\n\r\n\r\n\r\nGET",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nContent-Length: "
    "99999999999999999999\r\n\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\nxyz\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "fffffffffffffffff\r\n",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    "Content-Length: 2\r\n\r\n[]",
    "POST /ticks HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: "
    "3\r\n\r\n[]",
  };
  for (auto bytes : cases) {
    CAF_MESSAGE(bytes.substr(0, 60));
    check_refused(bytes);
  }
}

CAF_TEST(requests_on_one_connection_do_not_hide_in_another) {
  // Two lengths that disagree must not smuggle the second request in.
  http_client client{node.port()};
  client.send("POST /ticks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
              "Transfer-Encoding: chunked\r\n\r\n"
              "0\r\n\r\n"
              + request_bytes("POST", "/ticks", {}, one_tick));
  client.socket().shutdown_write();
  client.read_to_end();
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
}

CAF_TEST(nothing_hides_behind_a_length_that_proxies_may_not_see) {
  // Each is followed by a request that must not be served: it may be what a
  // proxy takes for a body.
  for (std::string_view odd :
       {"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Content-Length : 2\r\n\r\n[]",
        "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
        "0\r\n\r\n",
        "Content-Length: +2\r\n\r\n[]", "Content-Length: 2, 2\r\n\r\n[]",
        "Content-Length: 0x2\r\n\r\n[]", "Content-Length: 2 9\r\n\r\n[]",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n[]",
        "X: y\rContent-Length: 2\r\n\r\n[]",
        "Transfer-Encoding: chunked\r\n\r\n2\n[]\n0\n\n",
        "Transfer-Encoding: chunked\r\n\r\n0x2\r\n[]\r\n0\r\n\r\n"}) {
    CAF_MESSAGE(odd);
    http_client client{node.port()};
    client.send("POST /ticks HTTP/1.1\r\nHost: x\r\n" + std::string{odd}
                + request_bytes("POST", "/ticks", {}, one_tick));
    client.socket().shutdown_write();
    CAF_CHECK_EQUAL(client.read().status, 400);
    CAF_CHECK_EQUAL(client.read_to_end(), "");
  }
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
}

CAF_TEST(nor_does_anything_hide_behind_other_requests) {
  auto get = request_bytes("GET", "/ready");
  // RESTinio goes on by itself after the most that it has under way at once.
  for (std::size_t n : {1, 63, 64, 65, 130}) {
    CAF_MESSAGE(n << " requests before it");
    http_client client{node.port()};
    std::string all;
    for (std::size_t i = 0; i < n; ++i)
      all += get;
    client.send(all + "GET /ready HTTP/1.1\r\nHost: x\r\nX-A : 5\r\n\r\n"
                + request_bytes("POST", "/ticks", {}, one_tick));
    for (std::size_t i = 0; i < n; ++i)
      CAF_CHECK_EQUAL(client.read().status, 200);
    CAF_CHECK_EQUAL(client.read().status, 400);
    CAF_CHECK_EQUAL(client.read_to_end(), "");
  }
  http_client client{node.port()};
  auto headers = handshake_headers();
  headers.emplace_back("X-A ", "5");
  client.send(get + request_bytes("GET", "/live_grid_ws", headers));
  CAF_CHECK_EQUAL(client.read().status, 200);
  CAF_CHECK_EQUAL(client.read().status, 400);
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
}

CAF_TEST(a_client_that_half_closes_gets_all_of_many_answers) {
  http_client client{node.port()};
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += request_bytes("GET", "/ready");
  client.send(all);
  client.socket().shutdown_write();
  for (int i = 0; i < 200; ++i)
    CAF_CHECK_EQUAL(client.read().status, 200);
}

CAF_TEST(the_form_of_a_request_to_a_proxy_is_served) {
  for (auto target : {"http://127.0.0.1/health", "http://x.example:80/health",
                      "https://[::1]/health"}) {
    CAF_MESSAGE(target);
    CAF_CHECK_EQUAL(node.get(target).status, 200);
  }
  CAF_CHECK_EQUAL(node.get("http://127.0.0.1").status, 200);
  CAF_CHECK_EQUAL(node.get("http://127.0.0.1/nowhere").status, 404);
  CAF_CHECK_EQUAL(node.get("/a://b/health").status, 404);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(connections_over_the_limit_are_answered_with_503) {
  node_process node{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--http.max-connections=4"}};
  std::vector<http_client> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(node.port());
    CAF_CHECK_EQUAL(clients.back().request("GET", "/symbols").status, 200);
  }
  http_client fifth{node.port()};
  auto response = fifth.request("GET", "/symbols");
  CAF_CHECK_EQUAL(response.status, 503);
  CAF_CHECK(response.json().at("detail").is_string());
  // Those inside go on, and a place that falls free is given away.
  CAF_CHECK_EQUAL(clients[0].request("GET", "/symbols").status, 200);
  clients.pop_back();
  auto deadline = clock::now() + patience;
  int status = 503;
  while (status == 503 && clock::now() < deadline)
    status = node.get("/symbols").status;
  CAF_CHECK_EQUAL(status, 200);
}

CAF_TEST(resets_before_they_are_accepted_do_not_use_up_the_limit) {
  node_process node{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--http.max-connections=5"}};
  std::vector<std::unique_ptr<tcp_socket>> held;
  for (int i = 0; i < 5; ++i)
    held.push_back(std::make_unique<tcp_socket>(node.port()));
  // RESTinio counted each of them as one that is being accepted, for ever.
  for (int i = 0; i < 200; ++i)
    tcp_socket{node.port()}.reset();
  held.clear();
  // Closing takes the node a moment: until then it answers 503.
  auto deadline = clock::now() + patience;
  int status = 0;
  while (status != 200 && clock::now() < deadline)
    status = node.get("/health").status;
  CAF_CHECK_EQUAL(status, 200);
}
