#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/feed_state.hpp"
#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/actors/prices/pulse.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a market is made of.
struct market_config {
  /// Symbols that are there from the start.
  std::vector<tick> first_states;

  /// How many it may own.
  std::uint64_t max_symbols = 0;

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

  struct entry;

  using slot = std::pair<const symbol_name, entry>;

  /// A source of ticks.
  struct feed {
    std::string peer;
    bool up = true;
    bool paused = false;
    bool lost = false;         ///< it broke off, and has not come back
    std::uint64_t symbols = 0; ///< that had their last tick from it
    std::vector<slot*> fed;    ///< those, and some that have moved on since
    std::uint64_t ticks = 0;
    pulse beat;
    time_point first_beat{}; ///< once it has had one
    std::uint64_t refused = 0;
    std::string last_refusal;

    /// Whom to tell of a pause; an invalid handle for publishers.
    feed_actor owner;

    /// As what it is counted; nothing before it is.
    std::optional<feed_state> counted;

    bool alive() const noexcept {
      return up && !paused;
    }

    feed_state state(time_point now) const;
  };

  using feed_map = std::map<feed_id, feed>;

  /// Refused ticks of one symbol.
  struct refusals {
    std::uint64_t ticks = 0;
    std::string last; ///< why, the last time
  };

  /// An extra cell, and whose quota it uses up, see `tick_batch::publisher`.
  struct extra_name {
    std::string name;
    std::uint64_t made_by = 0;
  };

  struct entry {
    symbol_actor owner;

    /// Who has asked for it by name.
    std::vector<row_sink_actor> followers;

    /// Its extra cells; most symbols have none.
    std::unique_ptr<std::vector<extra_name>> extras;

    /// Most symbols have none of these either.
    std::unique_ptr<refusals> refused;

    /// Where its last tick came from; null if there was none.
    feed_map::value_type* from = nullptr;

    pulse beat;

    freshness fresh = freshness::never;

    /// Whether it is in `silences`.
    bool watched = false;

    /// A source that claims has sent a tick, see `standing`.
    bool claimed = false;

    /// Which part of the batch in hand is this symbol's, from 1; else 0.
    std::uint32_t part = 0;

    /// Whose quota of symbols it uses up; 0 for nobody's.
    std::uint64_t made_by = 0;
  };

  using map = std::unordered_map<symbol_name, entry>;

  market_actor::pointer self = nullptr;

  map symbols;

  /// The symbols by age.
  std::vector<map::value_type*> by_age;

  /// Who has asked for which symbol that is not here, since it has not traded
  /// or has gone elsewhere.
  std::unordered_map<symbol_name, std::vector<row_sink_actor>> interest;

  /// Who wants every symbol.
  std::vector<row_sink_actor> everything;

  /// How many of the symbols each publisher has made here.
  std::unordered_map<std::uint64_t, std::uint64_t> made;

  feed_map feeds;

  /// Publishers' connections that are over and have symbols all the same, the
  /// first to end first.
  std::deque<feed_id> past;

  /// Live symbols by the second from which on their silence may be unusual, or
  /// a sooner one. A tick in between leaves a symbol where it is: it is looked
  /// at when its second comes.
  std::map<std::int64_t, std::vector<map::value_type*>> silences;

  bool checking = false; ///< a `check_atom` is on its way

  using prepared_map = std::map<batch_id, tick_batch>;

  /// Batches that will be taken, or not.
  prepared_map prepared;

  /// What they need of one symbol.
  struct reservation {
    std::uint32_t ticks = 0;
    std::map<std::string, std::uint32_t> extras; ///< ticks that have that cell
    bool makes_symbol = false;                   ///< it is not there yet
  };

  std::unordered_map<symbol_name, reservation> reserved;
  std::uint64_t reserved_symbols = 0; ///< that are not there yet

  /// See `row_order::epoch`, of symbols that are made from now on.
  std::uint64_t epoch = 0;

  std::uint64_t max_symbols = 0;

  counters_ptr stats;

  timestamp (*wall_clock)() = nullptr;

  /// Takes a batch whole, or refuses it whole.
  caf::result<std::uint64_t> publish(tick_batch& batch);

  /// Takes a batch.
  std::uint64_t take(tick_batch& batch);

  /// Counts a batch that is refused, and says why.
  caf::error refuse(const tick_batch& batch, refusal why);

  std::vector<symbol_ref> resolve(const std::vector<symbol_name>& names) const;

  /// The symbols by age, from `start` on, no more than one message may hold.
  std::vector<symbol_ref> list(std::uint64_t start, std::uint64_t count) const;

  void watch(const std::vector<symbol_name>& names, const row_sink_actor& who);

  void unwatch(const std::vector<symbol_name>& names,
               const row_sink_actor& who);

  void watch_all(const row_sink_actor& who);

  void unwatch_all(const row_sink_actor& who);

  actor_status status() const;

  /// Why the batch cannot be taken: too many symbols, too many extra cells, of
  /// all or of its publisher's.
  std::optional<refusal> check(const tick_batch& batch) const;

  /// Notes whose quota a symbol uses up that was just made.
  void note_maker(entry& x, std::uint64_t publisher);

  /// The symbol's entry, its owner made if it is new.
  /// @param last what the owner before has left, or null.
  map::value_type& find_or_make(const symbol_name& which,
                                const row_ptr& last = nullptr);

  symbol_ref ref_of(const map::value_type& x) const;

  // -- symbols that come and go, in market_moves.cpp --------------------------

  caf::result<std::uint64_t> prepare(tick_batch& batch);

  caf::result<std::uint64_t> commit(const batch_id& which);

  /// Forgets a prepared batch, or with the number 0 all of that node.
  void forget(const batch_id& which);

  // In market_reserved.cpp.

  void reserve(const tick_batch& batch);

  void release(const tick_batch& batch);

  /// That symbol is there from now on.
  void note_made(const symbol_name& which);

  prepared_map::iterator drop_prepared(prepared_map::iterator which);

  caf::result<row_batch> evict(const std::vector<symbol_name>& names);

  void adopt(const row_batch& rows, std::uint64_t since);

  /// Other owners had these rows of symbols that are here.
  caf::result<row_batch> merge(const row_batch& rows, std::uint64_t epoch);

  /// The rows of these symbols, in this order.
  caf::result<row_batch> fetch(const std::vector<symbol_name>& names);

  // -- feeds and silence, in market_feeds.cpp ---------------------------------

  feed_map::value_type& find_or_make_feed(const feed_id& which);

  /// A publisher's connection has come or gone, or a feed is at its end.
  void set_up(const feed_id& which, bool up, const std::string& peer);

  /// The feed has broken off: its connection, its actor.
  void lose(const feed_id& which);

  /// Puts how many feeds are in which state into the counters. Returns whether
  /// time alone may change that.
  bool count_feeds();

  /// The same for one feed, of which something has changed.
  void recount(feed_map::value_type& which);

  /// Takes a feed out of the counters.
  void uncount(feed_map::value_type& which);

  /// The feed has an actor, whose end is that of the feed.
  void join(const feed_id& which, const feed_actor& who);

  /// Holds a feed back or lets it go on. Answers how many symbols it feeds.
  caf::result<std::uint64_t> pause(const std::string& which, bool on);

  /// The symbols of a feed.
  caf::result<std::vector<symbol_name>> symbols_of(const std::string& which);

  /// Counts ticks that were refused, `n` of them.
  /// @param symbol empty if it is not known.
  /// @param at_fault how many of them were that symbol's own fault.
  void note_refusal(const feed_id& from, const std::string& symbol,
                    const std::string& why, std::uint64_t n,
                    std::uint64_t at_fault);

  /// A symbol got ticks.
  void note_ticks(map::value_type& x, feed_map::value_type& from,
                  std::uint64_t ticks, time_point now);

  /// A symbol has come from elsewhere, with what its last row says of it.
  void note_adopted(map::value_type& x, const row& last);

  /// Forgets symbols that are about to go.
  void note_evicted(const std::unordered_set<const slot*>& gone);

  /// Looks for silence.
  void check_silence();

  std::vector<feed_summary> feed_summaries() const;

  /// What the market knows of one symbol.
  actor_status status_of(const symbol_name& which) const;

private:
  void set_fresh(entry& x, freshness to);

  void watch_silence(map::value_type& x);

  /// Tells the symbols of a feed whether it is alive.
  void tell_symbols(feed_map::value_type& which);

  /// Leaves of `fed` those that are the feed's, each once.
  static void tidy(feed_map::value_type& which);

  static void tidy_if_grown(feed_map::value_type& which);

  /// The feed that the operator calls so, or none.
  feed_map::iterator find_feed(const std::string& which);

  void drop_if_done(feed_map::iterator which);

  /// Remembers that a publisher's connection is over. Of more than can be told
  /// apart the first become one, which is called `socket`.
  void note_past(const feed_id& which);

  /// Gives all that a past feed had to the one that stands for several.
  void merge_past(feed_map::iterator which);
};

market_actor::behavior_type
market(market_actor::stateful_pointer<market_state> self, market_config config);

} // namespace livegrid
