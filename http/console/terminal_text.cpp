#include "livegrid/http/console/terminal_text.hpp"

#include <utf8proc.h>

#include "livegrid/actors/base/invisible.hpp"

namespace livegrid {

namespace {

constexpr char32_t none = 0xffffffff;

struct character {
  char32_t code = none;  ///< `none` for a byte that is no UTF-8
  std::size_t bytes = 1; ///< that it takes
};

/// The first character of text that is not empty. Overlong forms, surrogates
/// and what is above U+10FFFF are no UTF-8.
character first_of(std::string_view text) noexcept {
  utf8proc_int32_t code = 0;
  auto n =
    utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (n < 1)
    return {};
  return {static_cast<char32_t>(code), static_cast<std::size_t>(n)};
}

bool is_unprintable(char32_t x) noexcept {
  // Of emoji only how they look: it has no width.
  return x == none || (is_invisible(x) && !(x >= 0xfe00 && x <= 0xfe0f));
}

/// The columns of a terminal that a character takes, or what stands for it.
std::size_t width_of(char32_t x) noexcept {
  return is_unprintable(x) ? 1
                           : static_cast<std::size_t>(utf8proc_charwidth(
                             static_cast<utf8proc_int32_t>(x)));
}

} // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto x = first_of(text);
    if (is_unprintable(x.code))
      result += '?';
    else
      result += text.substr(0, x.bytes);
    text.remove_prefix(x.bytes);
  }
  return result;
}

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t result = 0;
  while (!text.empty()) {
    auto x = first_of(text);
    result += width_of(x.code);
    text.remove_prefix(x.bytes);
  }
  return result;
}

std::string fit(std::string_view text, std::size_t width) {
  auto result = printable(text);
  if (columns_of(result) <= width)
    return result;
  std::size_t used = 0;
  std::size_t end = 0;
  while (width > 0) {
    auto x = first_of(std::string_view{result}.substr(end));
    used += width_of(x.code);
    if (used > width - 1)
      break;
    end += x.bytes;
  }
  result.resize(end);
  return width > 0 ? result + "…" : result;
}

std::string as_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto x = first_of(text);
    if (x.code == none)
      result += "\xef\xbf\xbd";
    else
      result += text.substr(0, x.bytes);
    text.remove_prefix(x.bytes);
  }
  return result;
}

} // namespace livegrid
