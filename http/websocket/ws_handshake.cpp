#include "livegrid/http/websocket/ws_handshake.hpp"

#include <algorithm>
#include <cctype>

#include <restinio/utils/base64.hpp>
#include <restinio/utils/sha1.hpp>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// Whether a comma list holds a token, letters of either case.
bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty())
    if (equal_ignoring_case(trimmed(take_part(list, ','), header_blanks),
                            token))
      return true;
  return false;
}

} // namespace

bool asks_for_websocket(std::string_view upgrade, std::string_view connection) {
  return has_token(upgrade, "websocket") && has_token(connection, "upgrade");
}

bool is_websocket_key(std::string_view key) {
  auto ok = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/';
  };
  return key.size() == 24 && key.ends_with("==")
         && std::all_of(key.begin(), key.end() - 2, ok);
}

std::string switching_protocols(std::string key, std::string_view protocol) {
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  namespace utils = restinio::utils;
  auto chosen = protocol.empty()
                  ? std::string{}
                  : "\r\nSec-WebSocket-Protocol: " + std::string{protocol};
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Accept: "
         + utils::base64::encode(
           utils::sha1::to_string(utils::sha1::make_digest(key)))
         + chosen + "\r\n\r\n";
}

} // namespace livegrid
