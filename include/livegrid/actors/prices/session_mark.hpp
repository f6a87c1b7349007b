#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Where a symbol's `prev_close` is from, unless the source has given one on
/// this trade date.
enum class close_origin : std::uint8_t {
  unknown, ///< there is none, or it is of an earlier trade date
  settle,  ///< the cell `settle` of the trade date before
  close,   ///< the cell `close` of the trade date before
  regular, ///< the last price within that one's regular session
  last,    ///< the last price of that one
};

constexpr std::size_t num_close_origins = 5;

/// Two times in nanoseconds since 1970; those that are not known are the least.
struct tick_times {
  std::int64_t trade = std::numeric_limits<std::int64_t>::min();
  std::int64_t quote = std::numeric_limits<std::int64_t>::min();

  friend bool operator==(const tick_times&, const tick_times&) = default;
};

/// What a symbol knows of its trade date beside its cells: whoever owns it next
/// ends that date by it.
struct session_mark {
  /// Bit `i` says that the source has given `field(i)` on this trade date.
  std::uint16_t given = 0;

  /// Likewise for the extra cells, in their order.
  std::uint64_t given_extras = 0;

  /// The last price within the regular session.
  std::optional<double> regular_price;

  close_origin base = close_origin::unknown;

  /// The date began here, and no price has come on it: the first is `open`.
  bool awaits_open = false;

  /// The times of the last trade and of the last quote, where the symbol goes
  /// by the time that ticks say; they go on over the end of a date.
  std::optional<tick_times> newest;

  friend bool operator==(const session_mark&, const session_mark&) = default;

  /// A double travels as its bits. Loading what is no price is an error.
  template <class Inspector>
  friend auto inspect(Inspector& f, session_mark& x) {
    auto bits = std::bit_cast<std::uint64_t>(x.regular_price.value_or(0));
    auto base = static_cast<std::uint8_t>(x.base);
    std::uint8_t flags = (x.regular_price ? 1 : 0) | (x.awaits_open ? 2 : 0);
    // Nearly always there are none of these, which is a byte.
    std::vector<std::int64_t> times;
    if (x.newest)
      times = {x.newest->trade, x.newest->quote};
    auto load = [&]() -> caf::error {
      auto price = std::bit_cast<double>(bits);
      if (base >= num_close_origins || flags > 3
          || ((flags & 1) && !acceptable(field::price, price))
          || (!times.empty() && times.size() != 2))
        return caf::sec::invalid_argument;
      x.base = static_cast<close_origin>(base);
      x.awaits_open = flags & 2;
      x.regular_price.reset();
      if (flags & 1)
        x.regular_price = price;
      x.newest.reset();
      if (!times.empty())
        x.newest = {times[0], times[1]};
      return caf::none;
    };
    return f(x.given, x.given_extras, bits, base, flags, times,
             caf::meta::load_callback(load));
  }
};

} // namespace livegrid
