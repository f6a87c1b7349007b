#define CAF_SUITE http.websocket.ws_codec

#include "livegrid/http/websocket/ws_codec.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client_frame.hpp"
#include "heard_events.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::string_literals;

namespace {

using outcome = ws_codec::outcome;

constexpr std::uint64_t limit = 300;

struct fixture {
  fixture() {
    codec.limit(limit);
  }

  outcome feed(std::string_view bytes) {
    return codec.feed(bytes, to);
  }

  ws_codec codec;
  heard_events to;
};

/// The frames of a text message in pieces of one byte.
std::string in_pieces(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto first = (i == 0 ? 0x01 : 0x00) | (i + 1 == text.size() ? 0x80 : 0);
    out += client_frame(static_cast<std::uint8_t>(first), text.substr(i, 1));
  }
  return out;
}

CAF_TEST_FIXTURE_SCOPE(ws_codec_tests, fixture)

CAF_TEST(messages are told whole however their bytes are cut) {
  const auto bytes = client_frame(0x81, "") + in_pieces("h\xC3\xA9llo")
                     + client_frame(0x82, "\xff\0"s)
                     + client_frame(0x81, std::string(300, 'x'));
  const auto heard = "text |text h\xC3\xA9llo|binary \xff\0|text "s
                     + std::string(300, 'x') + "|";
  for (std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    CAF_MESSAGE(piece);
    to.heard.clear();
    auto last = outcome::closed;
    for (std::size_t i = 0; i < bytes.size(); i += piece)
      last = feed(std::string_view{bytes}.substr(i, piece));
    CAF_CHECK(last == outcome::idle);
    CAF_CHECK(to.heard == heard);
  }
  CAF_CHECK_EQUAL(to.answer, "");
  CAF_CHECK_EQUAL(codec.code(), 0);
}

CAF_TEST(a codec is idle between messages and at no other time) {
  CAF_CHECK(feed("") == outcome::idle);
  auto frame = client_frame(0x01, "ab");
  for (std::size_t i = 0; i + 1 < frame.size(); ++i)
    CAF_CHECK(feed(std::string_view{frame}.substr(i, 1)) == outcome::partial);
  // The frame is whole, but not the message; a ping between does not end it.
  CAF_CHECK(feed(frame.substr(frame.size() - 1)) == outcome::partial);
  CAF_CHECK(feed(client_frame(0x89, "p")) == outcome::partial);
  CAF_CHECK(feed(client_frame(0x80, "")) == outcome::idle);
  CAF_CHECK_EQUAL(to.heard, "ping p|text ab|");
  // A ping of its own may be in parts as well.
  CAF_CHECK(feed(client_frame(0x89, "p").substr(0, 3)) == outcome::partial);
  CAF_CHECK(feed(client_frame(0x89, "p").substr(3)) == outcome::idle);
  CAF_CHECK(feed(client_frame(0x81, "x") + client_frame(0x81, "y")[0])
            == outcome::partial);
}

CAF_TEST(frames are counted until they are taken) {
  CAF_CHECK_EQUAL(codec.take_frames(), 0u);
  feed(in_pieces("abc") + client_frame(0x8a, "") + client_frame(0x89, ""));
  feed(client_frame(0x81, "x").substr(0, 5));
  CAF_CHECK_EQUAL(codec.take_frames(), 5u);
  CAF_CHECK_EQUAL(codec.take_frames(), 0u);
}

CAF_TEST(pings are told and pongs are not ) {
  auto longest = std::string(125, 'p');
  CAF_CHECK(feed(client_frame(0x89, "") + client_frame(0x8a, "x")
                 + client_frame(0x89, longest))
            == outcome::idle);
  CAF_CHECK_EQUAL(to.heard, "ping |ping " + longest + "|");
  CAF_CHECK_EQUAL(to.answer, "");
}

CAF_TEST(a client that closes gets its answer) {
  struct {
    std::string payload;
    std::uint16_t code;
    std::string answer;
  } cases[] = {
    {"", 1005, "\x88\x00"s},
    {"\x03\xe8", 1000, "\x88\x02\x03\xe8"},
    {"\x03\xe9"
     "bye",
     1001,
     "\x88\x05\x03\xe9"
     "bye"},
    {"\x0f\xa0", 4000, "\x88\x02\x0f\xa0"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.code);
    ws_codec x;
    x.limit(limit);
    heard_events heard;
    // What stands before it is told, and what stands behind it is not. The
    // pings ahead of it get no answer from the codec.
    auto bytes = client_frame(0x81, "last") + client_frame(0x89, "p")
                 + client_frame(0x88, c.payload) + client_frame(0x81, "more");
    CAF_CHECK(x.feed(bytes, heard) == outcome::closed);
    CAF_CHECK_EQUAL(heard.heard, "text last|ping p|");
    CAF_CHECK(x.by_client());
    CAF_CHECK_EQUAL(x.code(), c.code);
    CAF_CHECK_EQUAL(heard.answer, c.answer);
  }
}

CAF_TEST(a client that breaks a rule is closed with the code for it) {
  struct {
    std::string_view name;
    std::string bytes;
    close_code code;
  } cases[] = {
    {"without a mask", "\x81\x01x", close_code::protocol_error},
    {"a reserved bit", client_frame(0xc1, "x"), close_code::protocol_error},
    {"an unknown opcode", client_frame(0x83, "x"), close_code::protocol_error},
    {"a continuation of nothing", client_frame(0x80, "x"),
     close_code::protocol_error},
    {"a message within a message",
     client_frame(0x01, "x") + client_frame(0x81, "x"),
     close_code::protocol_error},
    {"a fragmented ping", client_frame(0x09, "x"), close_code::protocol_error},
    {"a ping too long", client_frame(0x89, std::string(126, 'x')),
     close_code::protocol_error},
    {"a close of one byte", client_frame(0x88, "x"),
     close_code::protocol_error},
    {"a close with a code that is none", client_frame(0x88, "\x03\xec"),
     close_code::protocol_error},
    {"bad UTF-8", client_frame(0x81, "\xff"), close_code::bad_utf8},
    {"half a character", client_frame(0x81, "\xC3"), close_code::bad_utf8},
    {"one byte too many", client_frame(0x81, std::string(limit + 1, 'x')),
     close_code::too_big},
    {"a binary of too many", client_frame(0x82, std::string(limit + 1, 'x')),
     close_code::too_big},
    {"one byte too many in fragments",
     client_frame(0x01, std::string(limit, 'x')) + client_frame(0x80, "x"),
     close_code::too_big},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.name);
    for (bool whole : {true, false}) {
      ws_codec x;
      x.limit(limit);
      heard_events heard;
      auto last = outcome::idle;
      auto bytes = client_frame(0x89, "p") + c.bytes;
      for (std::size_t i = 0; !whole && i < bytes.size(); ++i)
        if (last != outcome::closed)
          last = x.feed(std::string_view{bytes}.substr(i, 1), heard);
      if (whole)
        last = x.feed(bytes, heard);
      CAF_CHECK(last == outcome::closed);
      CAF_CHECK_EQUAL(x.code(), static_cast<std::uint16_t>(c.code));
      CAF_CHECK(!x.by_client());
      CAF_CHECK_EQUAL(heard.heard, "ping p|");
      CAF_CHECK_EQUAL(heard.answer, "");
    }
  }
}

CAF_TEST(a size that is announced is refused with the first byte of it) {
  // 2^63 - 1 bytes.
  auto header = "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s
                "maskx";
  CAF_CHECK(feed(header) == outcome::closed);
  CAF_CHECK_EQUAL(codec.code(), 1009);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a pool gives codecs back with the limit that is asked for) {
  ws_codec_pool pool;
  heard_events to;
  auto first = pool.borrow(3);
  CAF_CHECK(first->feed(client_frame(0x81, "abc"), to) == outcome::idle);
  auto second = pool.borrow(3);
  CAF_CHECK(first != second);
  auto used = first.get();
  pool.give_back(std::move(first));
  first = pool.borrow(4);
  CAF_CHECK(first.get() == used);
  CAF_CHECK(first->feed(client_frame(0x81, "abcd"), to) == outcome::idle);
  CAF_CHECK(second->feed(client_frame(0x81, "abcd"), to) == outcome::closed);
  CAF_CHECK_EQUAL(to.heard, "text abc|text abcd|");
  // However many come back, the pool works on.
  std::vector<std::unique_ptr<ws_codec>> many;
  for (int i = 0; i < 40; ++i)
    many.emplace_back(pool.borrow(3));
  for (auto& x : many)
    pool.give_back(std::move(x));
  CAF_CHECK(pool.borrow(3)->feed(client_frame(0x81, "z"), to) == outcome::idle);
}

} // namespace
