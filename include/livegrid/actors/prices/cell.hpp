#pragma once

#include <algorithm>
#include <array>
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
  date,           ///< the trade date, "YYYY-MM-DD"
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
  size,       ///< size of the last trade
  time,       ///< the source's time of the last tick, ISO 8601 UTC
  seq,        ///< the source's sequence number of the last tick
  freshness,  ///< `livegrid::freshness`, as text
  source,     ///< the name of `livegrid::source` that the row shows ticks of
  trade_date, ///< the same as `date`, under the name that markets use
};

constexpr std::size_t standard_cells = 7;

/// The numbers that a tick may bring. Their order is the one in which they
/// travel between nodes.
enum class field : std::uint8_t {
  price,
  volume,
  size,
  prev_close,
  open,
  high,
  low,
  bid,
  ask,
  bid_size,
  ask_size,
  market_cap,
};

/// What a tick may say of a cell.
enum class cell_kind : std::uint8_t {
  symbol,   ///< whose tick it is
  number,   ///< a `field`
  time,     ///< when the source says that it was
  seq,      ///< which one of its publisher's ticks it is
  computed, ///< nothing: the node says it itself
};

/// A cell that every symbol has. What ticks are read from, in JSON and CSV, how
/// they are described, and which of them a row brings back, all comes from the
/// one table of these.
struct cell_entry {
  /// Its name in ticks, rows and column definitions.
  std::string_view name;

  cell_kind kind = cell_kind::computed;

  /// What a tick's value does, for README and the description of the API; names
  /// of cells stand in backticks.
  std::string_view doc;

  /// Which number it is, if it is one.
  field number = field::price;

  /// Whether it is a price, which may be 0 or less: oil has cost -37.63, and
  /// spreads and yields cross 0. Other numbers count something.
  bool is_price = false;
};

/// All of them, in the order of `cell`.
inline constexpr auto known_cells = std::to_array<cell_entry>({
  {"date"},
  {"symbol", cell_kind::symbol, "whose tick it is"},
  {"price", cell_kind::number,
   "last price; moves `high` and `low`; `change` follows, and "
   "`change_percent` where `prev_close` is above 0",
   field::price, true},
  {"change"},
  {"change_percent"},
  {"volume", cell_kind::number, "the day's volume so far", field::volume},
  {"market_cap", cell_kind::number, "market capitalisation", field::market_cap},
  {"open", cell_kind::number, "the day's first price", field::open, true},
  {"high", cell_kind::number, "the day's highest price", field::high, true},
  {"low", cell_kind::number, "the day's lowest price", field::low, true},
  {"prev_close", cell_kind::number, "the day before's last price",
   field::prev_close, true},
  {"bid", cell_kind::number, "best bid", field::bid, true},
  {"ask", cell_kind::number, "best offer", field::ask, true},
  {"bid_size", cell_kind::number, "size of the best bid", field::bid_size},
  {"ask_size", cell_kind::number, "size of the best offer", field::ask_size},
  {"size", cell_kind::number,
   "size of this trade, added to the volume unless `volume` is there",
   field::size},
  {"time", cell_kind::time,
   "the source's time: epoch s, ms, us or ns from 1990 on, or ISO 8601 as a "
   "text, also `20240102T093000Z`"},
  {"seq", cell_kind::seq,
   "the publisher's number for that symbol: one not above its last is a "
   "repeat, and 0 starts anew; whoever comes back with the same key goes on "
   "with it"},
  {"freshness"},
  {"source"},
  {"trade_date"},
});

constexpr std::size_t fixed_cells = known_cells.size();

constexpr std::size_t num_fields = static_cast<std::size_t>(
  std::count_if(known_cells.begin(), known_cells.end(),
                [](const auto& x) { return x.kind == cell_kind::number; }));

static_assert(fixed_cells == static_cast<std::size_t>(cell::trade_date) + 1);

/// Cells of a source's own, beside the fixed ones.
constexpr std::size_t max_extra_cells = 64;

/// Bit `i` below `fixed_cells` is `cell(i)`; the others are a symbol's extra
/// cells in the order in which they came.
using cell_set = std::bitset<fixed_cells + max_extra_cells>;

constexpr std::size_t index(cell x) noexcept {
  return static_cast<std::size_t>(x);
}

/// These are written one by one; `trade_date`, the last, has the text of
/// `date`.
constexpr std::size_t written_cells = index(cell::trade_date);

std::string_view to_string(cell x) noexcept;

/// The fixed cell of that name.
std::optional<cell> parse_cell(std::string_view name) noexcept;

/// A cell of a source's own.
struct extra_cell {
  /// 1 to 32 of `A-Z a-z 0-9 _`, not the name of a fixed cell, not `type`.
  std::string name;

  /// The value as JSON: a number, a string, true, false or null, which a symbol
  /// without that cell ignores.
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
