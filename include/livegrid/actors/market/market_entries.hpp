#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/feed_state.hpp"
#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/actors/prices/pulse.hpp"

// What the market knows of each symbol and of each feed. They point to each
// other, and so stay where they are in their maps.

namespace livegrid {

struct symbol_entry;

struct feed_entry;

struct venue_days;

using symbol_slot = std::pair<const symbol_name, symbol_entry>;

using feed_slot = std::pair<const feed_id, feed_entry>;

/// Symbols that are about to go.
using symbol_slots = std::unordered_set<const symbol_slot*>;

/// A source of ticks.
struct feed_entry {
  using time_point = std::chrono::steady_clock::time_point;

  std::string peer;
  bool up = true;
  bool paused = false;
  bool lost = false;             ///< it broke off, and has not come back
  std::uint64_t symbols = 0;     ///< that had their last tick from it
  std::vector<symbol_slot*> fed; ///< those, and some that have moved on since
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
};

/// Refused ticks of one symbol.
struct symbol_refusals {
  std::uint64_t ticks = 0;
  std::string last; ///< why, the last time
};

/// An extra cell, and whose quota it uses up, see `tick_batch::publisher`.
struct extra_name {
  std::string name;
  std::uint64_t made_by = 0;
};

struct symbol_entry {
  symbol_actor owner;

  /// Who has asked for it by name.
  std::vector<row_sink_actor> followers;

  /// Its extra cells; most symbols have none.
  std::unique_ptr<std::vector<extra_name>> extras;

  /// Most symbols have none of these either.
  std::unique_ptr<symbol_refusals> refused;

  /// Where its last tick came from; null if there was none.
  feed_slot* from = nullptr;

  pulse beat;

  freshness fresh = freshness::never;

  /// Whether it is in `silences`.
  bool watched = false;

  /// A source that claims has sent a tick, see `standing`.
  bool claimed = false;

  /// Its venue; never null once it is made.
  venue_days* days = nullptr;

  /// To which trade date a tick has brought it, in days since 1970;
  /// `no_date` if none has.
  std::int32_t rolled_to = std::numeric_limits<std::int32_t>::min();

  /// Which part of the batch in hand is this symbol's, from 1; else 0.
  std::uint32_t part = 0;

  /// Whose quota of symbols it uses up; 0 for nobody's.
  std::uint64_t made_by = 0;
};

using symbol_map = std::unordered_map<symbol_name, symbol_entry>;

using feed_map = std::map<feed_id, feed_entry>;

} // namespace livegrid
