#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace livegrid::bench {

constexpr std::uint8_t text_frame = 0x81;
constexpr std::uint8_t close_frame = 0x88;
constexpr std::uint8_t ping_frame = 0x89;
constexpr std::uint8_t pong_frame = 0x8A;

/// Longer frames are not expected of the node.
constexpr std::size_t max_frame = 128 * 1024;

/// A whole frame of the node's.
struct frame {
  std::uint8_t head = 0; ///< FIN, reserved bits and opcode
  std::string_view payload;
  std::size_t size = 0; ///< with its header; 0 if more bytes are needed
};

/// Reads the frame at the begin of `in` in place.
/// @returns false for what a server may not send.
inline bool read_frame(std::string_view in, frame& out) noexcept {
  out.size = 0;
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(in[i]); };
  if (in.size() < 2)
    return true;
  out.head = byte(0);
  std::size_t length = byte(1);
  std::size_t begin = 2;
  if (length > 127)
    return false;
  if (length > 125) {
    begin = length == 126 ? 4 : 10;
    if (in.size() < begin)
      return true;
    auto least = length == 126 ? 126u : 65536u;
    length = 0;
    for (std::size_t i = 2; i < begin; ++i)
      length = length << 8 | byte(i);
    if (length < least || length > max_frame)
      return false;
  }
  if (in.size() < begin + length)
    return true;
  out.payload = in.substr(begin, length);
  out.size = begin + length;
  return true;
}

/// A client's frame of less than 64 KiB. Its mask is 0, so that the payload
/// stays as it is.
inline std::string frame_bytes(std::uint8_t head, std::string_view payload) {
  std::string result{static_cast<char>(head)};
  if (payload.size() < 126) {
    result += static_cast<char>(0x80 | payload.size());
  } else {
    result += static_cast<char>(0x80 | 126);
    result += static_cast<char>(payload.size() >> 8);
    result += static_cast<char>(payload.size() & 255);
  }
  result.append(4, '\0');
  result += payload;
  return result;
}

} // namespace livegrid::bench
