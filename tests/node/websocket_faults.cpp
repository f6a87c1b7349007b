#define CAF_SUITE node.websocket_faults

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using frames = std::vector<ws_frame>;

constexpr const char* subscription = R"({"params":{"symbol":"AAPL"}})";

constexpr auto unknown(int code) {
  return static_cast<opcode>(code);
}

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

CAF_TEST_FIXTURE_SCOPE(websocket_faults_tests, fixture)

CAF_TEST(protocol_errors_close_with_1002) {
  std::string two = "ab";
  struct {
    const char* name;
    frames sent;
  } cases[] = {
    {"rsv1", {{.payload = subscription, .reserved = 4}}},
    {"rsv2", {{.payload = subscription, .reserved = 2}}},
    {"rsv3", {{.payload = subscription, .reserved = 1}}},
    {"rsv1 of a ping", {{.payload = "x", .code = opcode::ping, .reserved = 4}}},
    {"opcode 3", {{.payload = two, .code = unknown(3)}}},
    {"opcode 7", {{.payload = two, .code = unknown(7)}}},
    {"opcode 11", {{.payload = two, .code = unknown(11)}}},
    {"opcode 15", {{.payload = two, .code = unknown(15)}}},
    {"unmasked text", {{.payload = subscription, .masked = false}}},
    {"unmasked ping",
     {{.payload = two, .code = opcode::ping, .masked = false}}},
    {"unmasked empty", {{.payload = "", .masked = false}}},
    {"ping in pieces", {{.payload = two, .code = opcode::ping, .fin = false}}},
    {"close in pieces",
     {{.payload = close_payload(1000), .code = opcode::close, .fin = false}}},
    {"long ping", {{.payload = std::string(126, 'x'), .code = opcode::ping}}},
    {"long pong", {{.payload = std::string(126, 'x'), .code = opcode::pong}}},
    {"long close",
     {{.payload = close_payload(1000, std::string(124, 'x')),
       .code = opcode::close}}},
    {"continuation of nothing",
     {{.payload = two, .code = opcode::continuation}}},
    {"continuation after the end",
     {{.payload = subscription},
      {.payload = two, .code = opcode::continuation}}},
    {"text within a message",
     {{.payload = two, .fin = false}, {.payload = subscription}}},
    {"binary within a message",
     {{.payload = two, .fin = false},
      {.payload = two, .code = opcode::binary}}},
    {"close of one byte", {{.payload = "x", .code = opcode::close}}},
    {"close 0", {{.payload = close_payload(0), .code = opcode::close}}},
    {"close 999", {{.payload = close_payload(999), .code = opcode::close}}},
    {"close 1004", {{.payload = close_payload(1004), .code = opcode::close}}},
    {"close 1005", {{.payload = close_payload(1005), .code = opcode::close}}},
    {"close 1006", {{.payload = close_payload(1006), .code = opcode::close}}},
    {"close 1015", {{.payload = close_payload(1015), .code = opcode::close}}},
    {"close 1100", {{.payload = close_payload(1100), .code = opcode::close}}},
    {"close 2999", {{.payload = close_payload(2999), .code = opcode::close}}},
    {"close 5000", {{.payload = close_payload(5000), .code = opcode::close}}},
    {"close 65535", {{.payload = close_payload(65535), .code = opcode::close}}},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.name);
    CAF_CHECK_EQUAL(code_after(x.sent), 1002);
  }
}

CAF_TEST(bad_utf_8_closes_with_1007) {
  std::string_view cases[] = {
    "\xff",
    "\x80",
    "\xc0\xaf",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "\xe2\x82",
    "\xf0\x9f\x98",
    "\xc3",
    "\xf8\x88\x80\x80\x80",
    "ok then \xfe bad",
  };
  for (auto bytes : cases) {
    std::string text{bytes};
    CAF_CHECK_EQUAL(code_after({{.payload = text}}), 1007);
    // Also where it comes in pieces, with a ping between them.
    frames pieces;
    for (std::size_t i = 0; i < text.size(); ++i) {
      pieces.push_back({.payload = text.substr(i, 1),
                        .code = i ? opcode::continuation : opcode::text,
                        .fin = false});
      pieces.push_back({.payload = "p", .code = opcode::ping});
    }
    pieces.push_back({.payload = "", .code = opcode::continuation});
    CAF_CHECK_EQUAL(code_after(pieces), 1007);
  }
}

CAF_TEST(bad_utf_8_in_a_close_reason_is_an_error) {
  auto code = code_after(
    {{.payload = close_payload(1000, "\xff\xfe"), .code = opcode::close}});
  CAF_CHECK(code == 1007 || code == 1002);
}

CAF_TEST(a_message_may_have_72_kib_and_not_more) {
  check_served({{.payload = padded(73728)}});
  check_served(
    {{.payload = padded(60000), .fin = false},
     {.payload = std::string(13728, ' '), .code = opcode::continuation}});
  CAF_CHECK_EQUAL(code_after({{.payload = padded(73729)}}), 1009);
  CAF_CHECK_EQUAL(code_after({{.payload = padded(200000)}}), 1009);
  CAF_CHECK_EQUAL(code_after({{.payload = padded(60000), .fin = false},
                              {.payload = std::string(13729, ' '),
                               .code = opcode::continuation}}),
                  1009);
  CAF_CHECK_EQUAL(
    code_after({{.payload = std::string(73729, 'x'), .code = opcode::binary}}),
    1009);
}

CAF_TEST(an_endless_message_is_closed_with_1009) {
  auto client = connect();
  ws_frame piece{.payload = std::string(1000, ' '), .fin = false};
  for (int i = 0; i < 80; ++i) {
    client.send(piece);
    piece.code = opcode::continuation;
  }
  CAF_CHECK_EQUAL(client.wait_for_close(), 1009);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the_largest_message_is_a_setting) {
  node_process node{std::vector<std::string>{
    "--market.feed=none", example_symbols(), "--ws.max-message=1KiB"}};
  ws_client client{node.port(), "/live_grid_ws"};
  client.send_text(padded(1024));
  CAF_CHECK_EQUAL(client.next_json().at("symbol").text(), "AAPL");
  client.send_text(padded(1025));
  CAF_CHECK_EQUAL(client.wait_for_close(), 1009);
}
