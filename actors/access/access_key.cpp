#include "livegrid/actors/access/access_key.hpp"

#include <algorithm>

namespace livegrid {

std::string_view to_string(scope x) noexcept {
  switch (x) {
  case scope::read:
    return "read";
  case scope::publish:
    return "publish";
  case scope::operate:
    return "operate";
  }
  return "none";
}

std::optional<scope> parse_scope(std::string_view text) noexcept {
  for (auto x : all_scopes)
    if (to_string(x) == text)
      return x;
  return std::nullopt;
}

bool is_key_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 64;
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= longest
         && std::all_of(text.begin(), text.end(), good);
}

} // namespace livegrid
