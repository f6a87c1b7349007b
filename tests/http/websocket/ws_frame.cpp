#define CAF_SUITE http.websocket.ws_frame

#include "livegrid/http/websocket/ws_frame.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::string_literals;

namespace {

CAF_TEST(the header of a text frame is as long as its size needs) {
  struct {
    std::size_t size;
    std::string header;
  } cases[] = {
    {0, "\x81\x00"s},
    {1, "\x81\x01"s},
    {125, "\x81\x7d"s},
    {126, "\x81\x7e\x00\x7e"s},
    {255, "\x81\x7e\x00\xff"s},
    {65535, "\x81\x7e\xff\xff"s},
    {65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s},
    {0x012345, "\x81\x7f\x00\x00\x00\x00\x00\x01\x23\x45"s},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.size);
    std::string text(c.size, 'x');
    std::string out;
    append_text_frame(out, text);
    CAF_CHECK(out == c.header + text);
  }
}

CAF_TEST(a frame goes behind what is there already) {
  std::string out;
  append_text_frame(out, "\xC3\xA9\0"s);
  append_ping_frame(out);
  append_pong_frame(out, "hi");
  append_close_frame(out, close_code::policy, "no");
  append_text_frame(out, "x");
  CAF_CHECK(out
            == "\x81\x03\xC3\xA9\x00"
               "\x89\x00"
               "\x8a\x02hi"
               "\x88\x04\x03\xf0no"
               "\x81\x01x"s);
}

CAF_TEST(a close frame tells its code and as much of the reason as fits) {
  struct {
    close_code code;
    std::size_t size;
    std::string header;
    std::size_t kept;
  } cases[] = {
    {close_code::normal, 0, "\x88\x02\x03\xe8"s, 0},
    {close_code::going_away, 0, "\x88\x02\x03\xe9"s, 0},
    {close_code::fault, 122, "\x88\x7c\x03\xf3"s, 122},
    {close_code::too_big, 123, "\x88\x7d\x03\xf1"s, 123},
    {close_code::too_big, 124, "\x88\x7d\x03\xf1"s, 123},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.size);
    std::string out;
    append_close_frame(out, c.code, std::string(c.size, 'x'));
    CAF_CHECK(out == c.header + std::string(c.kept, 'x'));
  }
}

CAF_TEST(a pong gives the payload of the ping back) {
  std::string out;
  append_pong_frame(out, "");
  CAF_CHECK(out == "\x8a\x00"s);
  out.clear();
  append_pong_frame(out, std::string(125, '\xff'));
  CAF_CHECK(out == "\x8a\x7d"s + std::string(125, '\xff'));
}

CAF_TEST(the header of a client has four bytes of mask more) {
  CAF_CHECK_EQUAL(client_header_size(0), 6u);
  CAF_CHECK_EQUAL(client_header_size(125), 6u);
  CAF_CHECK_EQUAL(client_header_size(126), 8u);
  CAF_CHECK_EQUAL(client_header_size(65535), 8u);
  CAF_CHECK_EQUAL(client_header_size(65536), 14u);
}

} // namespace
