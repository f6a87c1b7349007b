#include "livegrid/actors/prices/cell.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace livegrid {

namespace {

using places = std::make_index_sequence<fixed_cells>;

/// The place of a name in the table, or how many there are. All of this is one
/// jump and few comparisons with constants, since the compiler knows the table.
/// @param name has that size.
template <std::size_t Size, std::size_t... Is>
std::size_t place_of(std::string_view name,
                     std::index_sequence<Is...>) noexcept {
  auto result = fixed_cells;
  auto is = [&]<std::size_t I>() {
    if constexpr (known_cells[I].name.size() == Size)
      if (std::memcmp(name.data(), known_cells[I].name.data(), Size) == 0) {
        result = I;
        return true;
      }
    return false;
  };
  (is.template operator()<Is>() || ...);
  return result;
}

/// The same of a name of any size.
template <std::size_t... Sizes>
std::size_t place_of(std::string_view name,
                     std::index_sequence<Sizes...>) noexcept {
  auto result = fixed_cells;
  static_cast<void>(((name.size() == Sizes + 1
                      && (result = place_of<Sizes + 1>(name, places{}), true))
                     || ...));
  return result;
}

constexpr std::size_t longest_name = [] {
  std::size_t result = 0;
  for (const auto& x : known_cells)
    result = std::max(result, x.name.size());
  return result;
}();

} // namespace

std::string_view to_string(cell x) noexcept {
  return known_cells[index(x)].name;
}

std::optional<cell> parse_cell(std::string_view name) noexcept {
  auto i = place_of(name, std::make_index_sequence<longest_name>{});
  if (i == fixed_cells)
    return std::nullopt;
  return static_cast<cell>(i);
}

bool extra_cell::valid_name(std::string_view name) noexcept {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 32
         && std::all_of(name.begin(), name.end(), allowed) && name != "type"
         && !parse_cell(name);
}

} // namespace livegrid
