#define CAF_SUITE node.websocket

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using frames = std::vector<ws_frame>;

constexpr const char* subscription = R"({"params":{"symbol":"AAPL"}})";

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};

  ws_client connect() {
    return ws_client{node.port(), "/live_grid_ws"};
  }

  /// Sends frames; returns the code of the close frame that follows.
  std::uint16_t code_after(const frames& xs) {
    auto client = connect();
    for (auto& x : xs)
      client.send(x);
    auto code = client.wait_for_close();
    client.send({.payload = close_payload(1000), .code = opcode::close});
    // Then it is the server that ends the connection.
    CAF_CHECK(!client.next().has_value());
    return code;
  }

  /// Checks that the frames are a message that subscribes.
  void check_served(const frames& xs) {
    auto client = connect();
    for (auto& x : xs)
      client.send(x);
    for (;;) {
      auto x = client.next();
      CAF_REQUIRE(x.has_value());
      if (x->code == opcode::pong)
        continue;
      CAF_REQUIRE(x->code == opcode::text);
      CAF_CHECK_EQUAL(json_value::parse(x->payload).at("symbol").text(),
                      "AAPL");
      return;
    }
  }
};

/// A subscription padded to `size` bytes.
std::string padded(std::size_t size) {
  std::string result = subscription;
  result.resize(size, ' ');
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(websocket_tests, fixture)

CAF_TEST(a_message_may_come_in_fragments) {
  std::string text = subscription;
  check_served({{.payload = text.substr(0, 5), .fin = false},
                {.payload = text.substr(5), .code = opcode::continuation}});
  frames single_bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    single_bytes.push_back({.payload = text.substr(i, 1),
                            .code = i ? opcode::continuation : opcode::text,
                            .fin = i + 1 == text.size()});
  check_served(single_bytes);
  check_served({{.payload = "", .fin = false},
                {.payload = "", .code = opcode::continuation, .fin = false},
                {.payload = text, .code = opcode::continuation, .fin = false},
                {.payload = "", .code = opcode::continuation}});
}

CAF_TEST(control_frames_may_come_between_fragments) {
  std::string text = subscription;
  check_served(
    {{.payload = text.substr(0, 9), .fin = false},
     {.payload = "p", .code = opcode::ping},
     {.payload = text.substr(9, 3), .code = opcode::continuation, .fin = false},
     {.payload = "unasked", .code = opcode::pong},
     {.payload = text.substr(12), .code = opcode::continuation}});
}

CAF_TEST(a_ping_between_fragments_is_answered_before_the_message_ends) {
  auto client = connect();
  client.send({.payload = "{\"par", .fin = false});
  client.send({.payload = "now", .code = opcode::ping});
  auto pong = client.next();
  CAF_REQUIRE(pong.has_value());
  CAF_CHECK(pong->code == opcode::pong);
  CAF_CHECK_EQUAL(pong->payload, "now");
  client.send(
    {.payload = R"(ams":{"symbol":"AAPL"}})", .code = opcode::continuation});
  CAF_CHECK_EQUAL(client.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(pings_are_echoed_and_pongs_ignored) {
  auto client = connect();
  for (auto& payload : {std::string{}, std::string{"hello"},
                        std::string(125, 'x'), std::string{"\0\xff\x80", 3}}) {
    client.send({.payload = "nobody asked", .code = opcode::pong});
    client.send({.payload = payload, .code = opcode::ping});
    auto pong = client.next();
    CAF_REQUIRE(pong.has_value());
    CAF_CHECK(pong->code == opcode::pong);
    CAF_CHECK_EQUAL(pong->payload, payload);
  }
  client.send_text(subscription);
  CAF_CHECK_EQUAL(client.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(many_pings_are_answered_in_order_up_to_the_last) {
  auto client = connect();
  for (int i = 1; i <= 1000; ++i)
    client.send({.payload = std::to_string(i), .code = opcode::ping});
  // Of those that came together the last one is answered.
  for (int last = 0; last < 1000;) {
    auto pong = client.next();
    CAF_REQUIRE(pong && pong->code == opcode::pong);
    auto now = std::stoi(pong->payload);
    CAF_REQUIRE_GREATER(now, last);
    last = now;
  }
}

CAF_TEST(a_close_is_echoed_and_ends_the_connection) {
  for (int number : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000,
                     3999, 4000, 4999}) {
    auto code = static_cast<std::uint16_t>(number);
    CAF_MESSAGE(code);
    CAF_CHECK_EQUAL(code_after({{.payload = close_payload(code, "bye"),
                                 .code = opcode::close}}),
                    code);
  }
  auto code = code_after({{.payload = "", .code = opcode::close}});
  CAF_CHECK(code == 1005 || code == 1000);
  CAF_CHECK_EQUAL(
    code_after({{.payload = close_payload(1000, std::string(123, 'x')),
                 .code = opcode::close}}),
    1000);
}

CAF_TEST(what_follows_a_close_is_ignored) {
  auto client = connect();
  client.send({.payload = close_payload(1000), .code = opcode::close});
  client.send_text(subscription);
  client.send({.payload = "x", .code = opcode::ping});
  std::vector<std::string> texts;
  CAF_CHECK_EQUAL(client.wait_for_close(&texts), 1000);
  CAF_CHECK(texts.empty());
}

CAF_TEST(a_character_may_be_split_by_fragments_and_pings) {
  // Two, three and four bytes long.
  for (std::string character :
       {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    auto text = R"({"x":")" + character + R"(","params":{"symbol":"AAPL"}})";
    for (std::size_t cut = 6; cut < 6 + character.size(); ++cut) {
      check_served(
        {{.payload = text.substr(0, cut), .fin = false},
         {.payload = "p", .code = opcode::ping},
         {.payload = text.substr(cut), .code = opcode::continuation}});
    }
  }
}

CAF_TEST(frames_may_come_byte_by_byte) {
  auto client = connect();
  client.socket().send_bytewise(
    to_bytes({.payload = padded(300)})
    + to_bytes({.payload = "p", .code = opcode::ping}));
  // A pong need not wait for the row.
  int rows = 0;
  int pongs = 0;
  while (rows + pongs < 2) {
    auto x = client.next();
    CAF_REQUIRE(x.has_value());
    rows += x->code == opcode::text;
    pongs += x->code == opcode::pong;
  }
  CAF_CHECK_EQUAL(rows, 1);
  CAF_CHECK_EQUAL(pongs, 1);
}

CAF_TEST(many_frames_may_come_in_one_write) {
  auto client = connect();
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    bytes += to_bytes({.payload = R"({"params":{"symbol":[]}})"});
    bytes += to_bytes({.payload = subscription});
  }
  client.socket().send(bytes);
  client.send({.payload = close_payload(1000), .code = opcode::close});
  std::vector<std::string> texts;
  CAF_CHECK_EQUAL(client.wait_for_close(&texts), 1000);
  for (auto& text : texts)
    CAF_CHECK_EQUAL(json_value::parse(text).at("symbol").text(), "AAPL");
}

CAF_TEST(lengths_in_a_longer_form_than_needed_are_understood_or_refused) {
  // RFC 6455 wants the shortest form; either answer is a clean one.
  auto client = connect();
  std::string text = subscription;
  std::string bytes{"\x81\xfe\x00", 3};
  bytes += static_cast<char>(text.size());
  bytes += std::string(4, '\0') + text;
  client.socket().send(bytes);
  auto x = client.next();
  CAF_REQUIRE(x.has_value());
  if (x->code == opcode::close)
    CAF_CHECK_EQUAL(x->close_code(), 1002);
  else
    CAF_CHECK_EQUAL(json_value::parse(x->payload).at("symbol").text(), "AAPL");
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(pings_come_at_the_interval_and_silence_alone_is_no_reason_to_drop) {
  node_process node{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--ws.ping-interval=200ms"}};
  ws_client client{node.port(), "/live_grid_ws"};
  // Never answers a ping, but its TCP acknowledges each of them.
  for (int i = 0; i < 12; ++i) {
    auto x = client.next();
    CAF_REQUIRE(x.has_value());
    CAF_CHECK(x->code == opcode::ping);
    CAF_CHECK_LESS_OR_EQUAL(x->payload.size(), 125u);
  }
  client.send_text(subscription);
  for (;;) {
    auto x = client.next();
    CAF_REQUIRE(x.has_value());
    if (x->code == opcode::text)
      break;
    CAF_CHECK(x->code == opcode::ping);
  }
}
