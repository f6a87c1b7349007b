#define CAF_SUITE http.websocket.ws_client_codec

#include "livegrid/http/websocket/ws_client_codec.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/websocket/ws_codec.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

#include "heard_events.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::string_literals;

namespace {

struct fixture {
  fixture() {
    codec.limit(1'000'000);
  }

  /// Hands what the client has to send to the server.
  ws_codec::outcome carry() {
    return codec.feed(client.take_output(), to);
  }

  ws_client_codec client{10};
  ws_codec codec;
  heard_events to;
};

CAF_TEST_FIXTURE_SCOPE(ws_client_codec_tests, fixture)

CAF_TEST(what is sent is masked and comes in its order) {
  CAF_CHECK_EQUAL(client.take_output(), "");
  auto text = "AAAA\xC3\xA9"s;
  client.send_text(text);
  client.send_text("");
  client.send_text(std::string(70'000, 'x'));
  auto bytes = client.take_output();
  CAF_CHECK_EQUAL(client.take_output(), "");
  CAF_CHECK(static_cast<unsigned char>(bytes[1]) == (0x80 | text.size()));
  CAF_CHECK_EQUAL(bytes.size(), 6 + text.size() + 6 + 14 + 70'000);
  CAF_CHECK(codec.feed(bytes, to) == ws_codec::outcome::idle);
  CAF_CHECK(to.heard
            == "text " + text + "|text |text " + std::string(70'000, 'x')
                 + "|");
  // Each frame has a mask of its own.
  client.send_text(text);
  client.send_text(text);
  bytes = client.take_output();
  auto frame = bytes.size() / 2;
  CAF_CHECK(bytes.substr(2, 4) != bytes.substr(frame + 2, 4));
}

CAF_TEST(texts come whole and are handed over once) {
  std::string bytes;
  append_text_frame(bytes, "first");
  append_text_frame(bytes, "");
  // A text in two fragments, and a binary message, which nobody asked for.
  bytes += "\x01\x03one\x80\x03two\x82\x01x"s;
  for (auto c : bytes)
    client.feed({&c, 1});
  CAF_CHECK_EQUAL(client.take_texts(),
                  (std::vector<std::string>{"first", "", "onetwo"}));
  CAF_CHECK(client.take_texts().empty());
  CAF_CHECK_EQUAL(client.end(), "");
}

CAF_TEST(pings are answered with their payload) {
  client.feed("\x89\x00\x89\x02hi"s);
  CAF_CHECK(carry() == ws_codec::outcome::idle);
  CAF_CHECK_EQUAL(to.heard, "");
  // The codec of a server tells of no pongs: they are read by hand.
  client.feed("\x89\x02hi"s);
  auto pong = client.take_output();
  CAF_REQUIRE_EQUAL(pong.size(), 8u);
  CAF_CHECK(pong.starts_with("\x8a\x82"));
  CAF_CHECK_EQUAL(static_cast<char>(pong[6] ^ pong[2]), 'h');
  CAF_CHECK_EQUAL(static_cast<char>(pong[7] ^ pong[3]), 'i');
}

CAF_TEST(a close is sent with 1000 and nothing behind it) {
  client.send_text("x");
  CAF_CHECK(carry() == ws_codec::outcome::idle);
  client.send_close();
  client.send_text("y");
  CAF_CHECK(carry() == ws_codec::outcome::closed);
  CAF_CHECK_EQUAL(to.heard, "text x|");
  CAF_CHECK(codec.by_client());
  CAF_CHECK_EQUAL(codec.code(), 1000);
  CAF_CHECK_EQUAL(client.end(), "");
  client.feed(to.answer);
  CAF_CHECK_EQUAL(client.end(), "closed with 1000");
}

CAF_TEST(the end says how the server closed or that it broke a rule) {
  auto closed = [](close_code code) {
    std::string out;
    append_close_frame(out, code, "why");
    return out;
  };
  auto text_of = [](std::size_t size) {
    std::string out;
    append_text_frame(out, std::string(size, 'x'));
    return out;
  };
  struct {
    std::string_view name;
    std::string bytes;
    std::string_view end;
  } cases[] = {
    {"nothing", "", ""},
    {"half a header", "\x81", ""},
    {"half a text", "\x81\x02x", ""},
    {"the largest text", text_of(10), ""},
    {"a close without a code", "\x88\x00"s, "closed with 1005"},
    {"a close", closed(close_code::policy), "closed with 1008"},
    {"a text and a close", text_of(1) + closed(close_code::fault),
     "closed with 1011"},
    {"a text too large", text_of(11), "a frame that may not be"},
    {"fragments too large", "\x01\x06xxxxxx\x80\x05xxxxx",
     "a frame that may not be"},
    {"a mask", "\x81\x81\x01\x02\x03\x04x", "a frame that may not be"},
    {"a reserved bit", "\xc1\x01x", "a frame that may not be"},
    {"an unknown opcode", "\x83\x01x", "a frame that may not be"},
    {"a continuation of nothing", "\x80\x01x", "a frame that may not be"},
    {"bad UTF-8", "\x81\x01\xff", "a frame that may not be"},
    {"a fragmented ping", "\x09\x00"s, "a frame that may not be"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.name);
    ws_client_codec x{10};
    x.feed(c.bytes);
    CAF_CHECK_EQUAL(x.end(), c.end);
    // It stays so whatever comes behind.
    if (!c.end.empty()) {
      x.feed(text_of(1));
      CAF_CHECK_EQUAL(x.end(), c.end);
    }
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
