#include "livegrid/http/system/base64.hpp"

#include <array>
#include <cstdint>

namespace livegrid {

namespace {

constexpr std::string_view alphabet{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "abcdefghijklmnopqrstuvwxyz"
                                    "0123456789+/"};

constexpr std::uint8_t no_digit = 64;

constexpr auto digits = [] {
  std::array<std::uint8_t, 256> result{};
  result.fill(no_digit);
  for (std::uint8_t i = 0; i < 64; ++i)
    result[static_cast<unsigned char>(alphabet[i])] = i;
  return result;
}();

} // namespace

std::string to_base64(std::string_view bytes) {
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto part = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8
             | (j < part.size() ? static_cast<unsigned char>(part[j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      result += j <= part.size() ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
  }
  return result;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  auto padding = std::size_t{text.ends_with("=")} + text.ends_with("==");
  auto body = text.substr(0, text.size() - padding);
  std::string result;
  result.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned pending = 0;
  for (unsigned char c : body) {
    if (digits[c] == no_digit)
      return std::nullopt;
    bits = (bits << 6 | digits[c]) & 0xffffff;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      result += static_cast<char>(bits >> pending & 0xff);
    }
  }
  // Bits of the last digit that belong to no byte would be a second way to
  // write the same.
  if ((bits & ((1u << pending) - 1)) != 0)
    return std::nullopt;
  return result;
}

} // namespace livegrid
