#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/market/feed_table.hpp"
#include "livegrid/actors/market/market_days.hpp"
#include "livegrid/actors/market/market_entries.hpp"
#include "livegrid/actors/market/reservations.hpp"
#include "livegrid/actors/market/silences.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a market is made of.
struct market_config {
  /// Symbols that are there from the start.
  std::vector<tick> first_states;

  /// Whether a simulator goes on from them, see `price_state::load`.
  bool simulated = false;

  /// How many it may own.
  std::uint64_t max_symbols = 0;

  /// Where symbols are traded; null: all are 24x7.
  venue_table_ptr venues = nullptr;

  /// See `price_state::order_by_time`.
  bool by_time = false;

  counters_ptr stats;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// Knows where each symbol lives, makes the owners of new ones, and remembers
/// who waits for symbols that have not traded: that costs no actor. All ticks
/// pass here, so that a batch is taken whole or not at all, and so that silence
/// shows: of a symbol, whose owner is told, and of a feed. Lives as long as its
/// node.
struct market_state {
  static inline constexpr const char* name = "market";

  using time_point = std::chrono::steady_clock::time_point;

  market_actor::pointer self = nullptr;

  symbol_map symbols;

  /// The symbols by age.
  std::vector<symbol_slot*> by_age;

  /// Who has asked for which symbol that is not here, since it has not traded
  /// or has gone elsewhere.
  std::unordered_map<symbol_name, std::vector<row_sink_actor>> interest;

  /// Who wants every symbol.
  std::vector<row_sink_actor> everything;

  /// How many of the symbols each publisher has made here.
  std::unordered_map<std::uint64_t, std::uint64_t> made;

  feed_table feeds;

  /// Batches that will be taken, or not.
  reservations prepared;

  market_days days;

  silences silent;
  bool checking = false; ///< a `check_atom` is on its way

  /// See `row_order::epoch`, of symbols that are made from now on.
  std::uint64_t epoch = 0;

  /// See `market_config`.
  bool simulated = false;
  bool by_time = false;

  std::uint64_t max_symbols = 0;

  counters_ptr stats;

  timestamp (*wall_clock)() = nullptr;

  /// Makes what is there from the start.
  void start(market_config config);

  /// Takes a batch whole, or refuses it whole.
  caf::result<std::uint64_t> publish(tick_batch& batch);

  /// Promises a batch its room, or refuses it whole.
  caf::result<std::uint64_t> prepare(tick_batch& batch);

  /// Takes a batch that is prepared.
  caf::result<std::uint64_t> commit(const batch_id& which);

  /// Takes a batch.
  std::uint64_t take(tick_batch& batch);

  std::vector<symbol_ref> resolve(const std::vector<symbol_name>& names) const;

  /// The symbols by age, from `start` on, no more than one message may hold.
  std::vector<symbol_ref> list(std::uint64_t start, std::uint64_t count) const;

  actor_status status() const;

  /// The symbol's entry, its owner made if it is new.
  /// @param last what the owner before has left, or null.
  symbol_slot& find_or_make(const symbol_name& which,
                            const row_ptr& last = nullptr);

  /// Tells a symbol's owner how fresh it is from now on, if that is news.
  void set_fresh(symbol_entry& x, freshness to);

  /// Looks at a symbol's silence when it begins to be unusual.
  void watch_silence(symbol_slot& x);

  /// Looks for silence.
  void check_silence();

  /// A tick has brought a symbol to another trade date.
  void note_roll(const symbol_name& which, std::int32_t date);

private:
  /// Why a batch cannot be taken: its feed is paused, or there is no room.
  std::optional<refusal> check(const tick_batch& batch) const;

  /// Counts what is refused of a batch, and says why.
  caf::error refuse(const tick_batch& batch, refusal why);

  /// Notes whose quota a symbol uses up that was just made.
  void note_maker(symbol_entry& x, std::uint64_t publisher);

  /// Notes the names of extra cells that a tick brings, and the venue that it
  /// names.
  void note_extras(symbol_slot& which, const tick& brings,
                   std::uint64_t publisher);

  /// A symbol got ticks.
  void note_ticks(symbol_slot& x, feed_slot& from, std::uint64_t ticks,
                  time_point now);

  /// Counts how fresh a symbol is, whose owner knows that already.
  void count_fresh(symbol_entry& x, freshness to);

  /// Looks for silence in a second.
  void check_later();
};

market_actor::behavior_type
market(market_actor::stateful_pointer<market_state> self, market_config config);

} // namespace livegrid
