#include "livegrid/http/websocket/ws_handshake.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/system/base64.hpp"

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
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  if (EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha1(),
                 nullptr)
      != 1)
    throw std::runtime_error("no SHA-1");
  auto accept =
    to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  auto chosen = protocol.empty()
                  ? std::string{}
                  : "\r\nSec-WebSocket-Protocol: " + std::string{protocol};
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Accept: "
         + accept + chosen + "\r\n\r\n";
}

} // namespace livegrid
