#include "livegrid/actors/prices/symbol_name.hpp"

#include <array>

namespace livegrid {

namespace {

constexpr auto allowed = [] {
  std::array<bool, 256> result{};
  for (unsigned char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "abcdefghijklmnopqrstuvwxyz"
                                          "0123456789.-_:/=^@&+"})
    result[c] = true;
  return result;
}();

} // namespace

std::optional<symbol_name> symbol_name::parse(std::string_view text) {
  if (!valid(text))
    return std::nullopt;
  return symbol_name{text};
}

bool symbol_name::valid(std::string_view text) noexcept {
  if (text.empty() || text.size() > max_size)
    return false;
  for (unsigned char c : text)
    if (!allowed[c])
      return false;
  return true;
}

} // namespace livegrid
