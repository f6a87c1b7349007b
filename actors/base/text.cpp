#include "livegrid/actors/base/text.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

#include "livegrid/actors/base/invisible.hpp"

namespace livegrid {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool continues(std::string_view text, std::size_t i, unsigned char low = 0x80,
               unsigned char high = 0xBF) noexcept {
  if (i >= text.size())
    return false;
  auto c = static_cast<unsigned char>(text[i]);
  return c >= low && c <= high;
}

/// The size of the UTF-8 character at `i`, 0 if there is none (Unicode's table
/// of well-formed byte sequences).
std::size_t character_size(std::string_view text, std::size_t i) noexcept {
  auto c = static_cast<unsigned char>(text[i]);
  if (c < 0x80)
    return 1;
  if (c >= 0xC2 && c <= 0xDF)
    return continues(text, i + 1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    unsigned char low = c == 0xE0 ? 0xA0 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : 0xBF;
    return continues(text, i + 1, low, high) && continues(text, i + 2) ? 3 : 0;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    unsigned char low = c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xF4 ? 0x8F : 0xBF;
    return continues(text, i + 1, low, high) && continues(text, i + 2)
               && continues(text, i + 3)
             ? 4
             : 0;
  }
  return 0;
}

void append_unicode(std::string& out, unsigned code) {
  out += "\\u";
  append_hex(out, static_cast<unsigned char>(code >> 8));
  append_hex(out, static_cast<unsigned char>(code & 0xff));
}

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '"':
    out += "\\\"";
    break;
  case '\\':
    out += "\\\\";
    break;
  case '\n':
    out += "\\n";
    break;
  case '\r':
    out += "\\r";
    break;
  case '\t':
    out += "\\t";
    break;
  default:
    append_unicode(out, static_cast<unsigned char>(c));
  }
}

/// The code of a character of more than one byte.
char32_t code_of(std::string_view bytes) noexcept {
  auto lead = static_cast<unsigned char>(bytes[0]);
  char32_t result = lead & (0x7fu >> bytes.size());
  for (auto c : bytes.substr(1))
    result = result << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return result;
}

/// Appends a character of more than one byte.
void append_character(std::string& out, std::string_view bytes) {
  auto code = code_of(bytes);
  if (!is_invisible(code)) {
    out += bytes;
  } else if (code > 0xffff) {
    append_unicode(out, 0xd7c0 + static_cast<unsigned>(code >> 10));
    append_unicode(out, 0xdc00 + static_cast<unsigned>(code & 0x3ff));
  } else {
    append_unicode(out, static_cast<unsigned>(code));
  }
}

constexpr bool is_plain(char c) noexcept {
  auto x = static_cast<unsigned char>(c);
  return x >= 0x20 && x < 0x7F && x != '"' && x != '\\';
}

/// The four digits after the `u` of an escape; nothing if they are none.
std::optional<std::uint32_t> hex_unit(std::string_view text, std::size_t at) {
  std::uint32_t result = 0;
  if (at + 5 > text.size())
    return std::nullopt;
  const auto* begin = text.data() + at + 1;
  auto [end, ec] = std::from_chars(begin, begin + 4, result, 16);
  return ec == std::errc{} && end == begin + 4 ? std::optional{result}
                                               : std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t x) {
  auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (x < 0x80) {
    put(x);
  } else if (x < 0x800) {
    put(0xc0 | x >> 6);
    put(0x80 | (x & 0x3f));
  } else if (x < 0x10000) {
    put(0xe0 | x >> 12);
    put(0x80 | (x >> 6 & 0x3f));
    put(0x80 | (x & 0x3f));
  } else {
    put(0xf0 | x >> 18);
    put(0x80 | (x >> 12 & 0x3f));
    put(0x80 | (x >> 6 & 0x3f));
    put(0x80 | (x & 0x3f));
  }
}

/// Takes the escape whose `u` is at `i`, and the other half of a pair; leaves
/// `i` at the last character of it.
void append_utf16(std::string& out, std::string_view text, std::size_t& i) {
  auto first = hex_unit(text, i);
  if (!first) {
    out += 'u';
    return;
  }
  i += 4;
  auto is_half = [](std::uint32_t x, std::uint32_t from) {
    return x >= from && x < from + 0x400;
  };
  if (is_half(*first, 0xd800) && text.substr(i + 1).starts_with("\\u"))
    if (auto second = hex_unit(text, i + 2);
        second && is_half(*second, 0xdc00)) {
      i += 6;
      return append_utf8(out, 0x10000 + ((*first - 0xd800) << 10)
                                + (*second - 0xdc00));
    }
  if (is_half(*first, 0xd800) || is_half(*first, 0xdc00))
    out += replacement;
  else
    append_utf8(out, *first);
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    auto first = i;
    while (i < text.size() && is_plain(text[i]))
      ++i;
    out.append(text, first, i - first);
    if (i == text.size())
      break;
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      append_escaped(out, text[i++]);
      continue;
    }
    if (auto size = character_size(text, i)) {
      append_character(out, text.substr(i, size));
      i += size;
    } else {
      out += replacement;
      ++i;
    }
  }
  out += '"';
}

std::string json_string_text(std::string_view json) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"')
    return std::string{json};
  auto text = json.substr(1, json.size() - 2);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    constexpr std::string_view letters = "bfnrt";
    constexpr std::string_view meant = "\b\f\n\r\t";
    auto c = text[++i];
    if (c == 'u') {
      append_utf16(result, text, i);
      continue;
    }
    auto at = letters.find(c);
    result += at == letters.npos ? c : meant[at];
  }
  return result;
}

std::string to_lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = to_lower(c);
  return result;
}

void append_hex(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

std::string_view trimmed(std::string_view text,
                         std::string_view blanks) noexcept {
  // Of most texts neither end is looked up among the blanks.
  auto is_blank = [&](char c) {
    return static_cast<unsigned char>(c) <= ' '
           && blanks.find(c) != blanks.npos;
  };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string_view take_part(std::string_view& rest, char separator) noexcept {
  auto end = rest.find(separator);
  auto result = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return result;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> result;
  if (trimmed(text).empty())
    return result;
  // What ends with a comma has an empty part behind it.
  for (auto more = true; more;) {
    more = text.find(',') != text.npos;
    result.emplace_back(trimmed(take_part(text, ',')));
  }
  return result;
}

std::string quote(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string result = "\"";
  for (auto c : text.substr(0, longest)) {
    auto control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    result += control ? '?' : c;
  }
  return result + (text.size() > longest ? "...\"" : "\"");
}

std::string_view cut_text(std::string_view text,
                          std::size_t max_size) noexcept {
  if (text.size() <= max_size)
    return text;
  auto size = max_size;
  // A character has at most three bytes that continue it.
  for (int i = 0; i < 3 && size > 0 && continues(text, size); ++i)
    --size;
  return text.substr(0, continues(text, size) ? max_size : size);
}

bool matches(std::string_view name, std::string_view pattern) noexcept {
  // On a mismatch the last star takes one more character; a character may have
  // several bytes.
  auto behind = [&](std::size_t at) {
    do
      ++at;
    while (continues(name, at));
    return at;
  };
  std::size_t i = 0;
  std::size_t j = 0;
  auto star = pattern.npos;
  std::size_t taken = 0;
  while (i < name.size()) {
    if (j < pattern.size() && pattern[j] == '*') {
      star = j++;
      taken = i;
    } else if (j < pattern.size() && pattern[j] == '?') {
      i = behind(i);
      ++j;
    } else if (j < pattern.size() && pattern[j] == name[i]) {
      ++i;
      ++j;
    } else if (star != pattern.npos) {
      j = star + 1;
      i = taken = behind(taken);
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', j) == pattern.npos;
}

} // namespace livegrid
