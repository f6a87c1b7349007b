#include "livegrid/http/console/terminal_text.hpp"

#include <algorithm>
#include <iterator>

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
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80)
    return {lead, 1};
  std::size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < n)
    return {};
  char32_t code = lead & (0x7fu >> n);
  for (std::size_t i = 1; i < n; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0u) != 0x80u)
      return {};
    code = code << 6 | (byte & 0x3fu);
  }
  constexpr char32_t least[] = {0x80, 0x800, 0x10000};
  if (code < least[n - 2] || code > 0x10ffff
      || (code >= 0xd800 && code <= 0xdfff))
    return {};
  return {code, n};
}

struct range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool is_in(const range (&all)[N], char32_t x) noexcept {
  return std::any_of(std::begin(all), std::end(all), [x](const range& r) {
    return r.first <= x && x <= r.last;
  });
}

bool is_unprintable(char32_t x) noexcept {
  // Of emoji only how they look: it has no width.
  return x == none || (is_invisible(x) && !(x >= 0xfe00 && x <= 0xfe0f));
}

constexpr range without_width[] = {
  {0x300, 0x36f},
  {0x1ab0, 0x1aff},
  {0x20d0, 0x20ff},
  {0xfe00, 0xfe0f},
};

constexpr range wide[] = {
  {0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
  {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
  {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

std::size_t width_of(char32_t x) noexcept {
  return is_unprintable(x)         ? 1
         : is_in(without_width, x) ? 0
         : is_in(wide, x)          ? 2
                                   : 1;
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
