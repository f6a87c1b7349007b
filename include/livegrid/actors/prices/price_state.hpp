#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/day/venue.hpp"
#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What became of a tick.
enum class applied : std::uint8_t {
  yes,
  repeat, ///< its number is not above the publisher's last: nothing changed
  late,   ///< it is of an earlier trade date, or time: nothing changed
};

/// How a tick came to be applied.
struct tick_arrival {
  /// Stands in for the time of a tick that has none.
  timestamp received{};

  timestamp applied{};

  source from = source::first_state;
  std::uint64_t feed = 0;   ///< see `tick_batch::feed`
  std::uint64_t seq_of = 0; ///< see `tick_batch::seq_of`
};

/// What is known of one symbol. Pure: no clock, no actor, no I/O.
///
/// `price` moves `high` and `low` where those are known or become known by it;
/// `size` adds to `volume` unless the tick brings `volume`; `change` and
/// `change_percent` follow from `price` and `prev_close` and are unknown
/// without both.
///
/// The first tick of a later trade date rolls it, before the tick is taken:
/// `prev_close` is then the close of the date before, and `open`, `high`, `low`
/// and `volume` begin anew. What the tick brings of these counts.
class price_state {
public:
  explicit price_state(symbol_name symbol);

  /// Says where it is traded; until then it is 24x7.
  void trade_at(venue_ptr x);

  /// Where it is traded.
  const venue& where() const;

  /// From now on a tick that says an earlier time than the last one of its kind
  /// is late: one with a price than the last trade, another than the last
  /// quote. Of a trade that brings an older quote the price counts. Ticks that
  /// say no time are taken as they come.
  void order_by_time() noexcept {
    by_time_ = true;
  }

  /// The trade date in days since 1970; nothing before the first tick.
  std::optional<std::int32_t> trade_date() const noexcept {
    if (!knows(cell::date))
      return std::nullopt;
    return day_;
  }

  /// Goes on to a trade date, in days since 1970, without a tick: the price
  /// stays, `prev_close` is the close of the date before, and `open`, `high`,
  /// `low` and `volume` are unknown.
  /// @param heard_or_not also if a tick has come since that date began: its
  ///        source is at work then, and says an earlier date.
  /// @returns whether it was of an earlier date and is of that one now.
  bool end_day(std::int32_t date, bool heard_or_not);

  /// Applies `x`, which must be for this symbol and must not bring the symbol
  /// more than `max_extra_cells` extra cells. The first one of a source that
  /// claims takes back all that one that yields has said, see `standing`: what
  /// is invented never stands beside what is real.
  applied apply(const tick& x, const tick_arrival& how);

  /// The symbol's ticks come, or have gone missing; returns whether that is
  /// news. It is `never` until a tick was applied or this says otherwise.
  bool set_fresh(freshness x) noexcept;

  /// Loads a first state: like a tick, but the symbol has not traded by it, so
  /// `date` and `time` stay unknown and no tick is counted.
  /// @param simulated whether a simulator goes on from its price, if it has
  ///        one: then all of it is the simulator's.
  void load(const tick& x, bool simulated = false);

  /// Goes on from a row that another owner has made; the counters begin anew.
  /// @returns false, with nothing done, if a cell of it is not what this node
  ///          would have written.
  /// @pre nothing was applied or loaded, and the row is this symbol's.
  bool restore(const row_ptr& x);

  /// What became of a state that another owner had.
  struct merging {
    /// There is a row that everybody has to see: it goes on from the other's
    /// state, or others have been shown rows of a later owner.
    bool changed = false;

    /// Of the two that one has ticks of which the other knows nothing; these
    /// are dropped. Null if there are none.
    row_ptr dropped;
  };

  /// Goes on from the newer of its own state and of that row's, as an owner
  /// since `epoch`. Where ticks are dropped by that, it is `down` until one
  /// comes, or its market says otherwise: its price may be older than what was
  /// shown.
  /// @pre the row is this symbol's.
  merging merge(const row_ptr& x, std::uint64_t epoch);

  /// Rows from now on are of an owner since `epoch`.
  void set_epoch(std::uint64_t epoch) noexcept {
    epoch_ = epoch;
  }

  /// How many of the symbol's ticks in that batch were applied. Those of an
  /// older batch of the same node all were.
  std::uint32_t applied_of(const batch_id& id) const noexcept;

  /// So many of them are now.
  void mark(const batch_id& id, std::uint32_t ticks);

  const symbol_name& symbol() const noexcept {
    return symbol_;
  }

  /// Whether anything was applied or loaded.
  bool alive() const noexcept {
    return alive_;
  }

  /// Whether the symbol has an extra cell of that name.
  bool knows_extra(std::string_view name) const noexcept;

  std::size_t num_extras() const noexcept {
    return extras_ ? extras_->cells.size() : 0;
  }

  /// The cells as a row, whose `changed` are those that differ from the row
  /// that the previous call returned (all that are known, on the first call).
  /// Returns the same row until something more is applied or loaded, then a
  /// new one, even if no cell differs. A vacant row if nothing ever was.
  row_ptr render();

  // -- for the operator -------------------------------------------------------

  std::uint64_t ticks_applied() const noexcept {
    return ticks_;
  }

  std::uint64_t repeats() const noexcept {
    return repeats_;
  }

  /// How many ticks came too late.
  std::uint64_t late() const noexcept {
    return late_;
  }

  /// Where each of its numbers is from, for people.
  std::string origins() const;

  /// When its trade date ends, in nanoseconds since 1970.
  /// @pre it has one.
  std::int64_t next_roll() const;

  /// When the last tick that was applied was received.
  std::optional<timestamp> last_received() const noexcept;

private:
  /// Few symbols have any, so the others shall not pay for them.
  struct extra_cells {
    std::vector<extra_cell> cells;
    std::uint64_t dirty = 0;

    /// The position of the cell, or how many there are. Looks at `hint` first:
    /// a source sends its cells in the same order each time.
    std::size_t find(std::string_view name, std::size_t hint) const noexcept;
  };

  /// Reads the cells of a row. See actors/price_restore.cpp.
  bool read_cells(const row& x);

  bool read_cell(cell which, std::string_view text);

  /// Takes all that is the same for ticks and first states.
  void take(const tick& x);

  /// Whether that publisher has sent that number before, or a later one.
  bool repeats(std::int64_t seq, std::uint64_t of) const noexcept;

  /// Notes a number as that publisher's last.
  void count(std::int64_t seq, std::uint64_t of);

  /// A tick is of another part of the day than the last one. Rolls if it is of
  /// a later trade date; returns whether it counts. See price_day.cpp.
  bool enter(timestamp at, timestamp received, bool anew);

  /// Whether a later tick of its kind has been applied.
  bool overtaken(const tick& x) const noexcept;

  /// Takes a tick by the time that it says, which is not overtaken.
  void take_in_time(const tick& x, timestamp received);

  /// Notes when the source says that a tick was.
  void show_time(timestamp x) noexcept;

  /// One of the same symbol and the same rules, of which nothing has come.
  price_state blank() const;

  /// Ends the trade date.
  void roll();

  /// What a source says the last session's close was; nothing if it says none.
  std::optional<double> given_extra(std::string_view name) const;

  /// Takes a cell back.
  void forget(field f) noexcept;

  /// Takes the first price of a trade date, beside what else `x` brings.
  void take_open(const tick& x) noexcept;

  /// Takes cells back, bit `i` that of `field(i)`.
  void take_back(std::uint16_t fields) noexcept;

  void take_extras(const std::vector<extra_cell>& xs);

  void set(field f, double x) noexcept;

  void mark(cell x) noexcept {
    known_ |= std::uint32_t{1} << index(x);
    dirty_ |= std::uint32_t{1} << index(x);
  }

  /// Notes where ticks come from.
  void note_source(source x) noexcept;

  /// Takes back every cell that a tick or a first state has brought.
  void clear() noexcept;

  bool knows(cell x) const noexcept {
    return (known_ >> index(x)) & 1u;
  }

  double get(field f) const noexcept {
    return values_[static_cast<std::size_t>(f)];
  }

  /// Writes the JSON of a cell to `out`, nothing if it is unknown, and returns
  /// the end of it.
  char* write(cell x, char* out) const noexcept;

  symbol_name symbol_;
  std::array<double, num_fields> values_{};

  std::int64_t time_ms_ = 0; ///< since 1970, of the last tick with a time
  std::int64_t seq_ = 0;     ///< the last one, whoever's
  std::uint64_t seq_of_ = 0; ///< whose that is
  row_stamp stamp_;
  std::int32_t day_ = 0; ///< the trade date, in days since 1970

  venue_ptr venue_; ///< null: 24x7
  day_part part_;   ///< that the last tick was of; empty if there was none
  session_mark session_;

  bool by_time_ = false; ///< see `order_by_time`

  std::uint32_t known_ = 0; ///< bit `i` is `cell(i)`
  std::uint32_t dirty_ = 0; ///< what may differ from `row_`, likewise

  bool alive_ = false;
  bool stale_ = false;  ///< whether `row_` is older than the last tick
  bool ticked_ = false; ///< whether a tick came since `row_`
  bool rolled_ = false; ///< whether a trade date began without one since
  freshness fresh_ = freshness::never;

  std::uint64_t ticks_ = 0;
  std::uint64_t repeats_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t epoch_ = 0;
  state_id state_;
  lineage past_;

  /// The node that was silent longest comes first.
  std::vector<batch_mark> marks_;

  /// The last numbers of others than `seq_of_`, likewise.
  std::vector<seq_mark> seqs_;

  /// The last row. It holds the text of the cells that did not change since.
  row_ptr row_;

  std::unique_ptr<extra_cells> extras_;
};

// On a tick's way it is called for each field: a call would cost 40
// instructions a tick, 1 % of all that the tick costs.
[[gnu::always_inline]] inline void price_state::set(field f,
                                                    double x) noexcept {
  auto c = to_cell(f);
  auto& value = values_[static_cast<std::size_t>(f)];
  if (knows(c) && value == x)
    return;
  value = x;
  mark(c);
  if (f == field::price || f == field::prev_close)
    dirty_ |= (std::uint32_t{1} << index(cell::change))
              | (std::uint32_t{1} << index(cell::change_percent));
}

} // namespace livegrid
