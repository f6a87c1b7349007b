#define CAF_SUITE node.metrics

#include "metrics_page.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

std::string bad_input(std::string_view kind) {
  return "livegrid_bad_input_total{kind=\"" + std::string{kind} + "\"}";
}

std::string closes(std::string_view endpoint, std::string_view code) {
  return "livegrid_websocket_closes_total{endpoint=\"" + std::string{endpoint}
         + "\",code=\"" + std::string{code} + "\"}";
}

std::string requests(std::string_view method, std::string_view route,
                     int status) {
  return "livegrid_http_request_duration_seconds_count{method=\""
         + std::string{method} + "\",route=\"" + std::string{route}
         + "\",status=\"" + std::to_string(status) + "\"}";
}

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};

  double at(std::string_view series) {
    return metrics_page{node}.at(series);
  }

  /// Sends frames as a subscriber and waits for the close.
  void provoke(std::string_view path, const ws_frame& x, std::uint16_t code) {
    ws_client client{node.port(), path};
    client.send(x);
    CAF_CHECK_EQUAL(client.wait_for_close(), code);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(metrics_tests, fixture)

CAF_TEST(the_answer_is_the_text_format) {
  auto response = node.get("/metrics");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK_EQUAL(response.header("Content-Type"),
                  "text/plain; version=0.0.4; charset=utf-8");
}

CAF_TEST(ticks_are_counted_by_feed_and_outcome) {
  auto ticks = [&](std::string_view feed, std::string_view outcome) {
    return at("livegrid_ticks_total{feed=\"" + std::string{feed}
              + "\",outcome=\"" + std::string{outcome} + "\"}");
  };
  // A GET shows what the owners of the symbols have done by then.
  node.publish(R"([{"symbol":"A","price":1,"seq":5},
                   {"symbol":"A","price":1,"seq":5},
                   {"symbol":"B","price":1}])");
  node.rows("A,B");
  CAF_CHECK_EQUAL(ticks("post", "applied"), 2);
  CAF_CHECK_EQUAL(ticks("post", "repeated"), 1);
  node.post("x");
  CAF_CHECK_EQUAL(ticks("post", "refused"), 1);
  ws_client publisher{node.port(), "/ticks"};
  publisher.send_text(R"({"symbol":"A","price":2})");
  publisher.next_text();
  publisher.send_text(R"({"symbol":"A","price":-1e19})");
  publisher.next_text();
  node.rows("A,B");
  CAF_CHECK_EQUAL(ticks("socket", "applied"), 1);
  CAF_CHECK_EQUAL(ticks("socket", "refused"), 1);
  CAF_CHECK_EQUAL(ticks("simulator", "applied"), 0);
}

CAF_TEST(rows_and_subscribers_are_counted) {
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"(["AAPL","MSFT"])");
  subscriber.next_text();
  subscriber.next_text();
  wait_for_metric(node, "livegrid_rows_delivered_total", 2);
  node.publish(R"({"symbol":"AAPL","price":7})");
  subscriber.next_text();
  wait_for_metric(node, "livegrid_rows_delivered_total", 3);
  metrics_page during{node};
  CAF_CHECK_EQUAL(during.at("livegrid_rows_published_total"), 3);
  CAF_CHECK_EQUAL(during.at("livegrid_rows_merged_total"), 0);
  CAF_CHECK_EQUAL(during.at("livegrid_subscribers"), 1);
  subscriber.close();
  wait_for_metric(node, "livegrid_subscribers", 0);
  metrics_page after{node};
  CAF_CHECK_EQUAL(after.at("livegrid_subscribers_opened_total"), 1);
  CAF_CHECK_EQUAL(after.at("livegrid_subscribers_closed_total"), 1);
  CAF_CHECK_EQUAL(after.at("livegrid_ledger_off"), 0);
}

CAF_TEST(requests_are_counted_by_route_and_status) {
  node.get("/symbols");
  node.get("/symbols?x=1");
  node.post("[]");
  node.post("x");
  fetch(node.port(), "DELETE", "/symbols");
  fetch(node.port(), "INVALID", "/symbols");
  ws_client subscriber{node.port(), "/live_grid_ws"};
  metrics_page page{node};
  CAF_CHECK_EQUAL(page.at(requests("GET", "/symbols", 200)), 2);
  CAF_CHECK_EQUAL(page.at(requests("POST", "/ticks", 200)), 1);
  CAF_CHECK_EQUAL(page.at(requests("POST", "/ticks", 400)), 1);
  CAF_CHECK_EQUAL(page.at(requests("other", "/symbols", 405)), 1);
  CAF_CHECK_EQUAL(page.at(requests("GET", "/live_grid_ws", 101)), 1);
  CAF_CHECK_EQUAL(page.at(bad_input("http_malformed")), 1);
}

CAF_TEST(closes_are_counted_by_endpoint_and_code) {
  for (auto code : std::vector<std::uint16_t>{1000, 4321, 4322}) {
    ws_client client{node.port(), "/ticks"};
    client.send({.payload = close_payload(code), .code = opcode::close});
    client.wait_for_close();
  }
  {
    ws_client lost{node.port(), "/live_grid_ws"};
    lost.socket().reset();
  }
  wait_for_metric(node, closes("subscriber", "1006"), 1);
  metrics_page page{node};
  CAF_CHECK_EQUAL(page.at(closes("publisher", "1000")), 1);
  CAF_CHECK_EQUAL(page.at(closes("publisher", "other")), 2);
  // The node's own closes count once.
  provoke("/live_grid_ws", {.payload = "x", .reserved = 1}, 1002);
  CAF_CHECK_EQUAL(at(closes("subscriber", "1002")), 1);
  CAF_CHECK_EQUAL(at(closes("subscriber", "1006")), 1);
}

CAF_TEST(bad_input_is_counted_by_kind) {
  auto expect_more = [&](std::string_view kind, auto provocation) {
    auto before = at(bad_input(kind));
    provocation();
    wait_for_metric(node, bad_input(kind), before + 1);
  };
  auto raw = [&](const std::string& bytes) {
    return [&, bytes] {
      http_client client{node.port()};
      client.send(bytes);
      client.read_to_end();
    };
  };
  expect_more("tick_malformed", [&] { node.post("x"); });
  expect_more("tick_invalid", [&] { node.post(R"({"symbol":"A"})"); });
  expect_more("query", [&] { node.get("/live_grid_data?symbol=%5C"); });
  expect_more("query", [&] {
    handshake(node.port(), "/live_grid_ws?cells=x", handshake_headers());
  });
  header_list foreign{{"Origin", "https://foreign.example"}};
  expect_more("origin", [&] { node.post("[]", foreign); });
  expect_more("origin", [&] {
    auto headers = handshake_headers();
    headers.insert(headers.end(), foreign.begin(), foreign.end());
    handshake(node.port(), "/live_grid_ws", headers);
  });
  expect_more("handshake", [&] { node.get("/live_grid_ws"); });
  expect_more("http_malformed", raw("nonsense\r\n\r\n"));
  expect_more("http_body_too_big", raw("POST /ticks HTTP/1.1\r\nHost: x\r\n"
                                       "Content-Length: 99999999\r\n\r\n"));
  expect_more("http_url_too_long",
              raw("GET /" + std::string(80'000, 'x') + " HTTP/1.1\r\n\r\n"));
  expect_more(
    "http_header_too_big",
    raw("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"));
  expect_more("websocket_protocol", [&] {
    provoke("/live_grid_ws", {.payload = "x", .reserved = 1}, 1002);
  });
  expect_more("websocket_utf8",
              [&] { provoke("/live_grid_ws", {.payload = "\xff"}, 1007); });
  expect_more("websocket_too_big", [&] {
    provoke("/live_grid_ws", {.payload = std::string(80'000, 'x')}, 1009);
  });
  expect_more("subscription", [&] {
    ws_client client{node.port(), "/live_grid_ws"};
    client.send_text("x");
    client.next_text();
  });
}

CAF_TEST(bad_input_is_logged_by_kind_with_whose_it_was_and_why) {
  auto raw = [&](const std::string& bytes) {
    http_client client{node.port()};
    client.send(bytes);
    client.read_to_end();
  };
  header_list foreign{{"Origin", "https://foreign.example\"x"}};
  node.get("/live_grid_data?symbol=%21%0A%21&token=hunter2");
  node.post("[]", foreign);
  node.get("/live_grid_ws?token=hunter2");
  raw("nonsense\r\n\r\n");
  raw("POST /ticks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  raw("GET /" + std::string(80'000, 'x') + " HTTP/1.1\r\n\r\n");
  raw("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  provoke("/live_grid_ws", {.payload = "x", .reserved = 1}, 1002);
  provoke("/ticks", {.payload = "\xff"}, 1007);
  provoke("/live_grid_ws", {.payload = std::string(80'000, 'x')}, 1009);
  node.post("x");
  {
    ws_client client{node.port(), "/live_grid_ws"};
    client.send_text("x");
    client.next_text();
  }
  std::pair<const char*, const char*> expected[]{
    {"bad_input kind=\"query\"",
     R"(what="GET /live_grid_data" why="'!\n!' is no symbol name")"},
    {"bad_input kind=\"origin\"",
     R"(what="POST /ticks" why="this page may not publish: )"
     R"(https://foreign.example\"x")"},
    {"bad_input kind=\"handshake\"",
     R"(what="GET /live_grid_ws" why="this path is a WebSocket")"},
    {"bad_input kind=\"http_malformed\"",
     R"(why="the first line is no request of HTTP")"},
    {"bad_input kind=\"http_body_too_big\"", "http.max-body"},
    {"bad_input kind=\"http_url_too_long\"", "72 KiB"},
    {"bad_input kind=\"http_header_too_big\"", "too large"},
    {"bad_input kind=\"websocket_protocol\"", R"(what="subscriber" why=)"},
    {"bad_input kind=\"websocket_utf8\"", R"(what="publisher" why=)"},
    {"bad_input kind=\"websocket_too_big\"", R"(what="subscriber" why=)"},
    {"ticks_refused feed=\"post\"", "why="},
    {"bad_message subscriber=", "why="},
  };
  for (const auto& [begin, end] : expected) {
    node.wait_for_error_text(begin);
    auto log = node.standard_error();
    auto line = log.substr(log.find(begin));
    line.resize(line.find('\n'));
    CAF_MESSAGE(line);
    CAF_CHECK(line.find(" peer=\"127.0.0.1:") != std::string::npos);
    CAF_CHECK(line.find(end) != std::string::npos);
  }
  CAF_CHECK(node.standard_error().find("hunter2") == std::string::npos);
}

CAF_TEST(feeds_that_are_done_are_told_from_those_that_are_missed) {
  auto feeds = [](std::string_view feed, std::string_view state) {
    return "livegrid_feeds{feed=\"" + std::string{feed} + "\",state=\""
           + std::string{state} + "\"}";
  };
  CAF_CHECK_EQUAL(at(feeds("post", "up")), 1);
  {
    ws_client publisher{node.port(), "/ticks"};
    publisher.send_text(R"({"symbol":"A","price":2})");
    publisher.next_text();
    CAF_CHECK_EQUAL(at(feeds("socket", "up")), 1);
  }
  wait_for_metric(node, feeds("socket", "ended"), 1);
  CAF_CHECK_EQUAL(at(feeds("socket", "up")), 0);
  CAF_CHECK_EQUAL(at(feeds("socket", "lost")), 0);
  CAF_CHECK_EQUAL(at(R"(livegrid_symbols{freshness="down"})"), 1);
}

CAF_TEST(connections_over_the_limit_are_counted) {
  node_process small{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--http.max-connections=2"}};
  http_client first{small.port()};
  http_client second{small.port()};
  first.request("GET", "/health");
  second.request("GET", "/health");
  CAF_CHECK_EQUAL(small.get("/symbols").status, 503);
  small.wait_for_error_text("connection_refused peer=\"127.0.0.1:");
  auto text = first.request("GET", "/metrics").body;
  CAF_CHECK(text.find("\nlivegrid_connections_refused_total 1\n")
            != std::string::npos);
}

CAF_TEST(what_clients_send_makes_no_series) {
  auto visit = [&](int round) {
    std::string ticks;
    for (int i = 0; i < 500; ++i)
      ticks += R"({"symbol":"S)" + std::to_string(round * 500 + i)
               + R"(","price":1})" + "\n";
    node.publish(ticks);
    std::vector<ws_client> subscribers;
    for (int i = 0; i < 10; ++i) {
      auto number = std::to_string(round * 10 + i);
      subscribers.emplace_back(node.port(), "/live_grid_ws");
      subscribers.back().subscribe("\"S" + number + '"');
      subscribers.back().next_text();
      node.get("/odd" + number + "?x=" + number);
      node.get("/metrics?x=" + number);
      fetch(node.port(), i % 2 == 0 ? "PUT" : "PROPFIND", "/odd" + number);
    }
  };
  visit(0);
  auto few = metrics_page{node}.series().size();
  for (int round = 1; round < 4; ++round)
    visit(round);
  CAF_CHECK_EQUAL(metrics_page{node}.series().size(), few);
}

CAF_TEST_FIXTURE_SCOPE_END()
