#define CAF_SUITE http.websocket.ws_handshake

#include "livegrid/http/websocket/ws_handshake.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::literals;

namespace {

CAF_TEST(both fields have to name the upgrade in their lists) {
  struct {
    std::string_view upgrade;
    std::string_view connection;
    bool asks;
  } cases[] = {
    {"websocket", "Upgrade", true},
    {"WebSocket", "uPGRADE", true},
    {"h2c, websocket", "keep-alive, Upgrade", true},
    {"\twebsocket ", "Upgrade,close", true},
    {",,websocket", " ,\tUpgrade ,", true},
    {"", "", false},
    {"websocket", "", false},
    {"", "Upgrade", false},
    {"websocket", "keep-alive", false},
    {"h2c", "Upgrade", false},
    {"websockets", "Upgrade", false},
    {"web socket", "Upgrade", false},
    {"websocket", "Upgrades", false},
    {"websocket", "Up,grade", false},
    {"Upgrade", "websocket", false},
    {"websocket\0"sv, "Upgrade", false},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.upgrade << " | " << c.connection);
    CAF_CHECK_EQUAL(asks_for_websocket(c.upgrade, c.connection), c.asks);
  }
}

CAF_TEST(a key is 16 bytes in base64) {
  struct {
    std::string_view key;
    bool ok;
  } cases[] = {
    {"dGhlIHNhbXBsZSBub25jZQ==", true},
    {"AAAAAAAAAAAAAAAAAAAAAA==", true},
    {"+/0189azAZ+/0189azAZ+/==", true},
    {"", false},
    {"==", false},
    {"dGhlIHNhbXBsZSBub25jZQ=", false},
    {"dGhlIHNhbXBsZSBub25jZQ", false},
    {"dGhlIHNhbXBsZSBub25jZ===", false},
    {"dGhlIHNhbXBsZSBub25jZQQ=", false},
    {"dGhlIHNhbXBsZSBub25jZQQQ", false},
    {"dGhlIHNhbXBsZSBub25jZQQ==", false},
    {"dGhlIHNhbXBsZSBub25j-_==", false},
    {"dGhlIHNhbXBs SBub25jZQ==", false},
    {"dGhlIHNhbXBs\0SBub25jZQ=="sv, false},
    {"dGhlIHNhbXBs\xC3\xA9"
     "Bub25jZQ==",
     false},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.key);
    CAF_CHECK_EQUAL(is_websocket_key(c.key), c.ok);
  }
}

CAF_TEST(the answer carries the accept value and the protocol if there is one) {
  // The pair of RFC 6455, 1.3.
  const auto key = "dGhlIHNhbXBsZSBub25jZQ=="s;
  const auto head = "HTTP/1.1 101 Switching Protocols\r\n"
                    "Upgrade: websocket\r\n"
                    "Connection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"s;
  CAF_CHECK_EQUAL(switching_protocols(key), head + "\r\n");
  CAF_CHECK_EQUAL(switching_protocols(key, "livegrid"),
                  head + "Sec-WebSocket-Protocol: livegrid\r\n\r\n");
}

} // namespace
