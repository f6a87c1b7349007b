#define CAF_SUITE node.abuse

#include <map>

#include "node_fixture.hpp"

using namespace livegrid::test;

namespace {

constexpr std::size_t mib = 1024 * 1024;

std::string repeated(std::string_view text, std::size_t n) {
  std::string result;
  for (std::size_t i = 0; i < n; ++i)
    result += text;
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(abuse_tests, node_fixture)

CAF_TEST(nested_bodies_are_refused) {
  struct {
    const char* name;
    std::string body;
  } cases[] = {
    {"brackets", repeated("[", 1'000'000)},
    {"closed brackets", repeated("[", 500'000) + repeated("]", 500'000)},
    {"objects", repeated(R"({"a":)", 200'000)},
    {"a nested cell", R"({"symbol":"A","price":1,"x":)" + repeated("[", 500'000)
                        + repeated("]", 500'000) + "}"},
    {"a nested cell that is ignored",
     R"({"symbol":"A","price":1,"date":)" + repeated("[", 1'000'000)},
    {"a long string", R"({"symbol":")" + repeated("x", 1'000'000) + R"("})"},
    {"a long number",
     R"({"symbol":"A","price":)" + repeated("9", 1'000'000) + "}"},
    {"quotes", repeated("\"", 1'000'000)},
    {"backslashes", "\"" + repeated("\\", 999'999)},
    {"commas", "[" + repeated(",", 1'000'000)},
    {"lines", repeated("{}\n", 300'000)},
    {"numbers", "[" + repeated("1,", 500'000) + "1]"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.name);
    auto status = node.post(x.body).status;
    CAF_CHECK(status == 400 || status == 422);
    // What is refused must not be told at greater length than it had.
    CAF_REQUIRE(node.running());
  }
  check_alive();
}

CAF_TEST(a_tick_of_a_hundred_thousand_cells_is_refused) {
  std::string body = R"({"symbol":"A","price":1)";
  for (int i = 0; i < 80'000; ++i)
    body += ",\"x" + std::to_string(i) + "\":1";
  CAF_CHECK_EQUAL(node.post(body + "}").status, 422);
  check_alive();
}

CAF_TEST(nested_messages_of_a_subscriber_are_answered) {
  ws_client subscriber{node.port(), "/live_grid_ws"};
  for (auto& text :
       {repeated("[", 16'000), repeated(R"({"a":)", 3'000),
        R"({"params":{"symbol":)" + repeated("[", 15'000) + "}}",
        R"({"params":{"symbol":")" + repeated("x", 15'000) + "\"}}"}) {
    subscriber.send_text(text);
    CAF_CHECK_EQUAL(subscriber.next_json().at("type").text(), "error");
  }
  check_alive();
}

CAF_TEST(a_header_flood_is_refused) {
  http_client client{node.port()};
  client.send("GET /health HTTP/1.1\r\n"
              + repeated("X-Flood: 0123456789\r\n", 200'000) + "\r\n");
  auto response = client.try_read();
  CAF_CHECK(!response || response->status >= 400);
  check_alive();
}

CAF_TEST(half_requests_do_not_block_others) {
  std::vector<http_client> slow;
  for (int i = 0; i < 300; ++i) {
    slow.emplace_back(node.port());
    slow.back().send(i % 2 ? "GET /health HTTP/1.1\r\nX-Slow: "
                           : "POST /ticks HTTP/1.1\r\nHost: x\r\n"
                             "Content-Length: 100\r\n\r\n{");
  }
  check_alive();
  for (auto& client : slow)
    client.send("x");
  check_alive();
}

CAF_TEST(a_frame_that_announces_4_gib_is_refused_without_allocating) {
  auto before = node.resident();
  for (auto target : {"/live_grid_ws", "/ticks"}) {
    for (std::uint64_t size : {1ull << 32, 1ull << 40, (1ull << 63) - 1}) {
      for (auto code : {opcode::text, opcode::binary}) {
        ws_client client{node.port(), target};
        client.send({.payload = "x", .code = code, .announced = size});
        CAF_CHECK_EQUAL(client.wait_for_close(), 1009);
      }
    }
    ws_client client{node.port(), target};
    client.send({.payload = "x", .announced = 1ull << 63});
    auto code = client.wait_for_close();
    CAF_CHECK(code == 1002 || code == 1009);
  }
  CAF_CHECK_LESS(node.resident(), before + 32 * mib);
  check_alive();
}

CAF_TEST(a_reset_at_any_stage_harms_nobody) {
  auto upgrade = request_bytes("GET", "/live_grid_ws", handshake_headers());
  struct {
    const char* name;
    std::string sent;
    bool upgraded;
  } cases[] = {
    {"after connect", "", false},
    {"within the request line", "GET /hea", false},
    {"within the headers", "GET /health HTTP/1.1\r\nHost:", false},
    {"after a request", request_bytes("GET", "/live_grid_data"), false},
    {"within a body", "POST /ticks HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
     false},
    {"after pipelined requests",
     repeated(request_bytes("GET", "/widgets.json"), 20), false},
    {"before the 101", upgrade, false},
    {"before the 101, behind a frame",
     upgrade + to_bytes({.payload = R"({"params":{"symbol":"*"}})"}), false},
    {"after the upgrade", "", true},
    {"within a frame", to_bytes({.payload = "hello"}).substr(0, 4), true},
    {"after a subscription",
     to_bytes({.payload = R"({"params":{"symbol":"*"}})"}), true},
    {"after a close",
     to_bytes({.payload = close_payload(1000), .code = opcode::close}), true},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.name);
    for (int i = 0; i < 50; ++i) {
      if (x.upgraded) {
        ws_client client{node.port(), "/live_grid_ws"};
        client.socket().send(x.sent);
        client.socket().reset();
      } else {
        tcp_socket client{node.port()};
        client.send(x.sent);
        client.reset();
      }
    }
    check_alive();
  }
}

CAF_TEST(a_publisher_that_is_gone_before_its_answers_harms_nobody) {
  std::string bad;
  for (int i = 0; i < 50; ++i)
    bad += to_bytes({.payload = "rubbish"});
  for (int i = 0; i < 300; ++i) {
    ws_client client{node.port(), "/ticks"};
    client.socket().send(bad);
    client.socket().reset();
  }
  check_alive();
}

CAF_TEST_FIXTURE_SCOPE_END()
