#include "livegrid/http/readers/query_text.hpp"

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

void append_escape(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

} // namespace

std::optional<std::string> decode_query(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      result += ' ';
    } else if (text[i] != '%') {
      result += text[i];
    } else {
      auto high = i + 2 < text.size() ? hex_value(to_lower(text[i + 1])) : -1;
      auto low = i + 2 < text.size() ? hex_value(to_lower(text[i + 2])) : -1;
      if (high < 0 || low < 0)
        return std::nullopt;
      result += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return result;
}

std::optional<std::vector<std::pair<std::string, std::string>>>
parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> result;
  while (!query.empty()) {
    auto part = take_part(query, '&');
    if (part.empty())
      continue;
    auto equals = part.find('=');
    auto key = decode_query(part.substr(0, equals));
    auto value =
      decode_query(equals == std::string_view::npos ? std::string_view{}
                                                    : part.substr(equals + 1));
    if (!key || !value)
      return std::nullopt;
    result.emplace_back(std::move(*key), std::move(*value));
  }
  return result;
}

std::string escape_for_header(std::string_view text) {
  std::string result;
  for (auto c : text)
    if (static_cast<unsigned char>(c) < 0x80)
      result += c;
    else
      append_escape(result, c);
  return result;
}

std::string escape_query(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
  std::string result;
  for (auto c : text)
    if (plain.find(c) != plain.npos)
      result += c;
    else
      append_escape(result, c);
  return result;
}

} // namespace livegrid
