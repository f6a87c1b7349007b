#include "livegrid/actors/prices/symbol_name.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>

#include "livegrid/actors/base/invisible.hpp"

namespace livegrid {

namespace {

/// What a byte cannot be in a name without more ado; those of a text are put
/// together.
constexpr std::uint8_t bad = 1;
constexpr std::uint8_t part_of_character = 2;

constexpr auto kinds = [] {
  std::array<std::uint8_t, 256> result{};
  for (std::size_t c = 0; c < result.size(); ++c)
    result[c] = c >= 0x80 ? part_of_character : c < ' ' || c == 0x7f ? bad : 0;
  for (unsigned char c : std::string_view{",\"\\*?"})
    result[c] = bad;
  return result;
}();

bool is_letter(utf8proc_category_t x) noexcept {
  return x >= UTF8PROC_CATEGORY_LU && x <= UTF8PROC_CATEGORY_LO;
}

/// Many scripts write a vowel as a mark of the letter before it.
bool is_mark(utf8proc_category_t x) noexcept {
  return x == UTF8PROC_CATEGORY_MN || x == UTF8PROC_CATEGORY_MC;
}

/// The size of the character that a text begins with, and its code; below 1 if
/// it is none.
utf8proc_ssize_t size_of_first(std::string_view text,
                               utf8proc_int32_t& code) noexcept {
  return utf8proc_iterate(
    reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
    static_cast<utf8proc_ssize_t>(text.size()), &code);
}

/// Whether a text whose ASCII characters may be in a name has no others but
/// letters and their marks.
[[gnu::noinline]] bool has_only_letters(std::string_view text) noexcept {
  auto after_letter = false;
  while (!text.empty()) {
    utf8proc_int32_t code = 0;
    auto size = size_of_first(text, code);
    if (size <= 0)
      return false;
    auto what = utf8proc_category(code);
    // Some letters and marks show nothing: two names would look the same.
    if (code >= 0x80
        && (is_invisible(static_cast<char32_t>(code))
            || !(is_letter(what) || (is_mark(what) && after_letter))))
      return false;
    after_letter = is_letter(what) || (is_mark(what) && after_letter);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

} // namespace

std::optional<symbol_name> symbol_name::parse(std::string_view text) {
  if (!valid(text))
    return std::nullopt;
  return symbol_name{text};
}

bool symbol_name::valid(std::string_view text) noexcept {
  if (text.empty() || text.size() > max_size || text.front() == ' '
      || text.back() == ' ')
    return false;
  std::uint8_t all = 0;
  for (unsigned char c : text)
    all |= kinds[c];
  return all == 0 || (all == part_of_character && has_only_letters(text));
}

std::string letters_to_lower(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    utf8proc_int32_t code = 0;
    auto size = size_of_first(text, code);
    utf8proc_uint8_t bytes[4];
    auto n = size > 0 ? utf8proc_encode_char(utf8proc_tolower(code), bytes) : 0;
    if (n > 0)
      result.append(reinterpret_cast<const char*>(bytes),
                    static_cast<std::size_t>(n));
    else
      result += text.front(); // which is no character's
    text.remove_prefix(n > 0 ? static_cast<std::size_t>(size) : 1);
  }
  return result;
}

} // namespace livegrid
