#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace livegrid::test {

/// Writes a frame as a client sends it (RFC 6455, 5.2): masked, of fewer than
/// 65536 bytes.
/// @param first its first byte: FIN, the reserved bits and the opcode.
inline std::string client_frame(std::uint8_t first, std::string_view payload) {
  constexpr std::string_view mask = "\x11\x9f\x42\xc7";
  std::string out{static_cast<char>(first)};
  auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80 | size);
  } else {
    out += static_cast<char>(0xfe);
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(size & 0xff);
  }
  out += mask;
  for (std::size_t i = 0; i < size; ++i)
    out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

} // namespace livegrid::test
