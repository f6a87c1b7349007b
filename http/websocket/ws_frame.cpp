#include "livegrid/http/websocket/ws_frame.hpp"

namespace livegrid {

namespace {

constexpr char final_text = '\x81';
constexpr char final_close = '\x88';
constexpr char final_ping = '\x89';
constexpr char final_pong = '\x8a';

} // namespace

void append_text_frame(std::string& out, std::string_view text) {
  auto size = text.size();
  out += final_text;
  auto put_size = [&](int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
      out += static_cast<char>((size >> shift) & 0xff);
  };
  if (size < 126) {
    put_size(1);
  } else if (size < 65536) {
    out += static_cast<char>(126);
    put_size(2);
  } else {
    out += static_cast<char>(127);
    put_size(8);
  }
  out += text;
}

void append_close_frame(std::string& out, close_code code,
                        std::string_view reason) {
  reason = reason.substr(0, 123);
  auto value = static_cast<std::uint16_t>(code);
  out += final_close;
  out += static_cast<char>(reason.size() + 2);
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xff);
  out += reason;
}

void append_ping_frame(std::string& out) {
  out += final_ping;
  out += '\0';
}

void append_pong_frame(std::string& out, std::string_view payload) {
  payload = payload.substr(0, 125);
  out += final_pong;
  out += static_cast<char>(payload.size());
  out += payload;
}

} // namespace livegrid
