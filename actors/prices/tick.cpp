#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

namespace {

constexpr auto cells = [] {
  std::array<cell, num_fields> result{};
  for (std::size_t i = 0; i < fixed_cells; ++i)
    if (known_cells[i].kind == cell_kind::number)
      result[static_cast<std::size_t>(known_cells[i].number)] =
        static_cast<cell>(i);
  return result;
}();

/// The least value of each field.
constexpr auto least = [] {
  std::array<double, num_fields> result{};
  for (const auto& x : known_cells)
    if (x.is_price)
      result[static_cast<std::size_t>(x.number)] = -max_value;
  return result;
}();

/// Whether the table has each field in the one cell of its own.
constexpr bool each_field_has_a_cell() {
  for (std::size_t i = 0; i < num_fields; ++i)
    if (const auto& x = known_cells[index(cells[i])];
        x.kind != cell_kind::number || static_cast<std::size_t>(x.number) != i)
      return false;
  return true;
}

static_assert(each_field_has_a_cell());

} // namespace

std::string_view to_string(field x) noexcept {
  return to_string(to_cell(x));
}

std::optional<field> parse_field(std::string_view name) noexcept {
  auto c = parse_cell(name);
  return c ? to_field(*c) : std::nullopt;
}

cell to_cell(field x) noexcept {
  return cells[static_cast<std::size_t>(x)];
}

std::optional<field> to_field(cell x) noexcept {
  const auto& known = known_cells[index(x)];
  if (known.kind != cell_kind::number)
    return std::nullopt;
  return known.number;
}

bool acceptable(field f, double x) noexcept {
  // NaN fails every comparison.
  return x >= least[static_cast<std::size_t>(f)] && x <= max_value;
}

bool tick::acceptable() const noexcept {
  if ((given | cleared) >> num_fields)
    return false;
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    if (has(f) && !livegrid::acceptable(f, values[i]))
      return false;
  }
  return true;
}

} // namespace livegrid
