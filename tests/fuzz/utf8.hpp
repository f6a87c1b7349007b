#pragma once

#include <cstddef>
#include <string_view>

namespace livegrid::fuzz {

/// Whether `text` is UTF-8 as RFC 3629 has it: no overlong forms, no
/// surrogates, nothing above U+10FFFF.
inline bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    auto first = static_cast<unsigned char>(text[i++]);
    if (first < 0x80)
      continue;
    auto more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4)
      return false;
    auto value = static_cast<unsigned>(first) & (0x3Fu >> more);
    for (; more > 0; --more, ++i) {
      if (i == text.size()
          || (static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80)
        return false;
      value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    }
    if ((first >= 0xF0 && (value < 0x10000 || value > 0x10FFFF))
        || (first >= 0xE0 && first < 0xF0
            && (value < 0x800 || (value >= 0xD800 && value < 0xE000))))
      return false;
  }
  return true;
}

} // namespace livegrid::fuzz
