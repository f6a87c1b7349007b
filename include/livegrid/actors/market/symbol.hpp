#pragma once

#include <cstdint>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/price_state.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// How a symbol's owner begins.
struct symbol_origin {
  symbol_name symbol;

  /// See `row_order::epoch`.
  std::uint64_t epoch = 0;

  /// The last row of the owner before; null if there was none.
  row_ptr last;

  /// Whether a simulator goes on from its first state, see
  /// `price_state::load`.
  bool simulated = false;

  /// Where it is traded; null: 24x7.
  venue_ptr venue = nullptr;

  /// See `price_state::order_by_time`.
  bool by_time = false;
};

/// Owns what is known of one symbol, and the list of the fan-outs that follow
/// it. Ticks come from the market, rows go to the fan-outs. Lives as long as
/// its node, or until the symbol moves to another.
struct symbol_state {
  static inline constexpr const char* name = "symbol";

  symbol_actor::pointer self = nullptr;

  price_state prices{symbol_name{}};

  /// Who gets a row for each tick.
  std::vector<row_sink_actor> followers;

  counters_ptr stats;

  timestamp (*wall_clock)() = nullptr;

  bool simulated = false; ///< see `symbol_origin::simulated`

  /// Applies the ticks in order; everybody who follows gets a row for each that
  /// counted.
  void apply(const tick_batch& batch);

  /// Adds a follower (once) and gives it the current row, if there is one.
  void follow(const row_sink_actor& who);

  void unfollow(const row_sink_actor& who);

  /// Another owner had that row, see `price_state::merge`. Returns the row
  /// whose ticks are dropped, if there is one.
  row_batch merge(const row_batch& had, std::uint64_t epoch);

  /// It is traded there from now on.
  void trade_at(venue_ptr x);

  /// Goes on to a trade date without a tick, see `price_state::end_day`.
  void end_day(std::int32_t date, bool heard_or_not);

  /// Its ticks have gone missing, or are expected again.
  void set_fresh(freshness x);

  symbol_summary summary();

  /// All cells and what it has counted.
  actor_status status();

private:
  /// Tells whoever has sent the message in hand, its market, of a trade date
  /// that has begun.
  void tell_day();

  /// Gives rows, if there are any, to all followers, of which there is one.
  void send(row_batch out);
};

symbol_actor::behavior_type
symbol(symbol_actor::stateful_pointer<symbol_state> self, symbol_origin origin,
       counters_ptr stats, timestamp (*wall_clock)());

} // namespace livegrid
