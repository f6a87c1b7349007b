#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace livegrid {

/// The cells that every symbol has. The first seven are the standard cells of
/// a Live Grid, in the order in which its rows show them.
enum class cell : std::uint8_t {
  date,           ///< UTC day of the last tick, "YYYY-MM-DD"
  symbol,         ///< the name
  price,          ///< last price
  change,         ///< price - prev_close
  change_percent, ///< change / prev_close, a fraction: 0.03 is 3 %
  volume,         ///< the day's volume so far
  market_cap,     ///< as the source says
  open,
  high,
  low,
  prev_close,
  bid,
  ask,
  bid_size,
  ask_size,
  size,      ///< size of the last trade
  time,      ///< the source's time of the last tick, ISO 8601 UTC
  seq,       ///< the source's sequence number of the last tick
  freshness, ///< `livegrid::freshness`, as text
};

constexpr std::size_t standard_cells = 7;
constexpr std::size_t fixed_cells = 19;

/// Cells of a source's own, beside the fixed ones.
constexpr std::size_t max_extra_cells = 64;

/// Bit `i` below `fixed_cells` is `cell(i)`; the others are a symbol's extra
/// cells in the order in which they came.
using cell_set = std::bitset<fixed_cells + max_extra_cells>;

constexpr std::size_t index(cell x) noexcept {
  return static_cast<std::size_t>(x);
}

std::string_view to_string(cell x) noexcept;

/// The fixed cell of that name.
std::optional<cell> parse_cell(std::string_view name) noexcept;

/// A cell of a source's own.
struct extra_cell {
  /// 1 to 32 of `A-Z a-z 0-9 _`, not the name of a fixed cell, not `type`.
  std::string name;

  /// The value as JSON: a number, a string, true, false or null.
  std::string json;

  friend bool operator==(const extra_cell&, const extra_cell&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, extra_cell& x) {
    return f(x.name, x.json);
  }

  /// Whether `name` may name an extra cell.
  static bool valid_name(std::string_view name) noexcept;
};

} // namespace livegrid
