#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include "livegrid/actors/market/market_entries.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

/// What there is to say of a feed: one should tick and does not only if it
/// was expected to go on.
feed_state state_of(const feed_entry& x, feed_entry::time_point now);

/// Where ticks come from, and which symbols each feed has. Keeps in the
/// counters how many feeds are in which state.
class feed_table {
public:
  using time_point = feed_entry::time_point;

  explicit feed_table(counters_ptr stats = nullptr) : stats_(std::move(stats)) {
    // nop
  }

  feed_slot& find_or_make(const feed_id& which, time_point now);

  /// The feed that the operator calls so; null if there is none.
  feed_slot* find(const std::string& which);

  /// Null if there is none.
  const feed_slot* find(const feed_id& which) const;

  const feed_map& all() const noexcept {
    return feeds_;
  }

  /// A feed has come or gone; `settle` has to follow.
  /// @param peer empty if it is not known.
  feed_slot& set_up(const feed_id& which, bool up, const std::string& peer,
                    time_point now);

  /// Counts a feed that has come or gone; forgets a publisher's connection that
  /// is over and has no symbols. Of more than can be told apart that are over
  /// and have some, the first become one, which is called `socket`.
  void settle(const feed_id& which, time_point now);

  /// Puts how many feeds are in which state into the counters.
  /// @returns whether time alone may change that.
  bool count_all(time_point now);

  /// The same for one feed, of which something has changed.
  void recount(feed_slot& which, time_point now);

  /// A symbol had its last tick from a feed. The one that it had it from before
  /// may be forgotten.
  void feed_symbol(symbol_slot& x, feed_slot& from);

  /// Forgets symbols that are about to go.
  void forget(const symbol_slots& gone);

  /// Leaves of `fed` those that are the feed's, each once.
  static void tidy(feed_slot& which);

private:
  static void tidy_if_grown(feed_slot& which);

  /// Takes a feed out of the counters.
  void uncount(feed_slot& which);

  void drop_if_done(feed_map::iterator which);

  /// Remembers that a publisher's connection is over.
  void note_past(const feed_id& which, time_point now);

  /// Gives all that a past feed had to the one that stands for several.
  void merge_past(feed_map::iterator which, time_point now);

  counters_ptr stats_;
  feed_map feeds_;

  /// Publishers' connections that are over and have symbols all the same, the
  /// first to end first.
  std::deque<feed_id> past_;
};

} // namespace livegrid
