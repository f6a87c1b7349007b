#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/tick_source.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// How a recording is played.
struct replay_config {
  entry_actor market;

  std::shared_ptr<tick_source> source;

  /// 1 keeps the recorded pace, 60 plays a minute in a second; 0 does not wait.
  double speed = 1;

  /// Start over at the end.
  bool loop = false;

  timestamp (*wall_clock)() = nullptr;

  log_ptr log;
};

/// Plays recorded ticks. The next ones are sent only once the market has taken
/// the last, so that a fast recording cannot fill anybody's mailbox. At the
/// end it stays, to answer for itself.
struct replay_state {
  static inline constexpr const char* name = "replay";

  using time_point = std::chrono::steady_clock::time_point;

  feed_actor::pointer self = nullptr;

  replay_config config;
  std::optional<timed_tick> next;
  time_point begin{}; ///< when this round began
  /// The recorded time of that moment; nothing until a tick has one.
  std::optional<timestamp> begin_due;
  std::optional<timestamp> last_due; ///< of the ticks of this round so far
  bool said_no_time = false;
  std::uint64_t round = 0;
  std::uint64_t ticks = 0;
  bool ended = false;
  bool stepping = true; ///< a step is on its way, or waits for the market
  std::optional<time_point> paused_at;

  /// Symbols of this round, if not the first: their numbering starts anew.
  std::unordered_set<symbol_name> seen;

  /// Symbols that have had any tick in this round, likewise.
  std::unordered_set<symbol_name> begun;

  void start_round();

  /// Starts over at the end of the recording. Returns false if it cannot.
  bool start_over();

  /// Whether this round has taken next to no time, and so would the next.
  bool spans_no_time() const;

  /// Reads the next tick.
  void fetch();

  /// When `x` is to be played.
  time_point play_time(const timed_tick& x) const;

  void step();

  /// Holds back, or goes on at the pace of the recording.
  void pause(bool on);

  actor_status status() const;
};

feed_actor::behavior_type
replay(feed_actor::stateful_pointer<replay_state> self, replay_config config);

} // namespace livegrid
