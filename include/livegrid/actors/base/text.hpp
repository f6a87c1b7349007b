#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace livegrid {

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8
/// come out as U+FFFD, so that the result is always valid JSON. Control
/// characters and line separators, Unicode's too, are escaped, so that no
/// reader takes it for more than one line.
void append_json_string(std::string& out, std::string_view text);

/// The text that a JSON string stands for, which has its quotes. What is no
/// such string comes back as it is.
std::string json_string_text(std::string_view json);

/// Whether a character is one of 0 to 9.
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// The letter in lower case; what is no ASCII letter stays what it is.
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The text with its ASCII letters in lower case.
std::string to_lower(std::string_view text);

/// Whether two texts are the same but for the case of their ASCII letters, as
/// the names of HTTP are (RFC 9110, 5.1).
constexpr bool equal_ignoring_case(std::string_view a,
                                   std::string_view b) noexcept {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i]))
      return false;
  return true;
}

/// The value of a hexadecimal digit in lower case, 0 to 15; -1 if the character
/// is none.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c))
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Appends a byte as two hexadecimal digits in lower case.
void append_hex(std::string& out, unsigned char byte);

/// The blanks that may stand around the parts of a header (RFC 9110, 5.6.3).
constexpr std::string_view header_blanks = " \t";

/// The text without the blanks around it; by default line ends are blanks, too.
std::string_view trimmed(std::string_view text,
                         std::string_view blanks = " \t\r\n") noexcept;

/// Takes the part before the first separator off the front of a text, and the
/// separator with it. Called until nothing is left, it yields all parts but an
/// empty one at the end.
std::string_view take_part(std::string_view& rest, char separator) noexcept;

/// The parts between commas, without the blanks around them, and also those
/// that are empty; none for a blank text.
std::vector<std::string> split_list(std::string_view text);

/// `text` fit for a line of an error message: in quotes, shortened, without
/// control characters.
std::string quote(std::string_view text);

/// The first `max_size` bytes of `text` or a little less, so that no UTF-8
/// character is cut in two.
std::string_view cut_text(std::string_view text, std::size_t max_size) noexcept;

/// Whether a name matches a pattern in which `*` stands for anything and `?`
/// for one character.
bool matches(std::string_view name, std::string_view pattern) noexcept;

} // namespace livegrid
