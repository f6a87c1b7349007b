#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

namespace {

constexpr std::array<cell, num_fields> cells{
  cell::price, cell::volume,   cell::size,     cell::prev_close,
  cell::open,  cell::high,     cell::low,      cell::bid,
  cell::ask,   cell::bid_size, cell::ask_size, cell::market_cap,
};

constexpr std::uint8_t no_field = num_fields;

constexpr auto fields_by_cell = [] {
  std::array<std::uint8_t, fixed_cells> result{};
  result.fill(no_field);
  for (std::uint8_t i = 0; i < num_fields; ++i)
    result[index(cells[i])] = i;
  return result;
}();

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
  auto i = fields_by_cell[index(x)];
  if (i == no_field)
    return std::nullopt;
  return static_cast<field>(i);
}

bool acceptable(field f, double x) noexcept {
  auto positive = f == field::price || f == field::prev_close;
  // NaN fails every comparison.
  return (positive ? x > 0 : x >= 0) && x <= max_value;
}

bool tick::acceptable() const noexcept {
  if (given >> num_fields)
    return false;
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    if (has(f) && !livegrid::acceptable(f, values[i]))
      return false;
  }
  return true;
}

std::string_view to_string(source x) noexcept {
  switch (x) {
  case source::first_state:
    return "first_state";
  case source::simulator:
    return "simulator";
  case source::replay:
    return "replay";
  case source::post:
    return "post";
  case source::socket:
    return "socket";
  }
  return "unknown";
}

} // namespace livegrid
