#include "livegrid/text.hpp"

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
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += digits[(code >> shift) & 15];
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

/// Appends a character of more than one byte.
void append_character(std::string& out, std::string_view bytes) {
  auto last = static_cast<unsigned char>(bytes.back());
  if (bytes.size() == 2 && bytes[0] == '\xC2' && last < 0xA0)
    append_unicode(out, last);
  else if (bytes == "\xE2\x80\xA8" || bytes == "\xE2\x80\xA9")
    append_unicode(out, last == 0xA8 ? 0x2028 : 0x2029);
  else
    out += bytes;
}

constexpr bool is_plain(char c) noexcept {
  auto x = static_cast<unsigned char>(c);
  return x >= 0x20 && x < 0x7F && x != '"' && x != '\\';
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

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  auto first = text.find_first_not_of(blanks);
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
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
  // On a mismatch the last star takes one more character.
  std::size_t i = 0;
  std::size_t j = 0;
  auto star = pattern.npos;
  std::size_t taken = 0;
  while (i < name.size()) {
    if (j < pattern.size() && pattern[j] == '*') {
      star = j++;
      taken = i;
    } else if (j < pattern.size()
               && (pattern[j] == '?' || pattern[j] == name[i])) {
      ++i;
      ++j;
    } else if (star != pattern.npos) {
      j = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', j) == pattern.npos;
}

} // namespace livegrid
