#pragma once

#include <cstdint>
#include <queue>
#include <random>
#include <unordered_map>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Invents prices, so that a new installation has something to show: each
/// symbol trades by itself every 0.5 to 1 s. Its price is a geometric random
/// walk whose standard deviation over a day of eight hours is 1.5 %, shown in
/// cents, and below 1 in four digits; a bid and an offer stand around it, and
/// each trade adds its size to the volume. The market takes no invented tick
/// for a symbol that somebody else has sent ticks for; the simulator then
/// leaves that symbol alone.
struct simulator_state {
  static inline constexpr const char* name = "simulator";

  using time_point = std::chrono::steady_clock::time_point;

  struct walk {
    symbol_name symbol;
    double price = 0; ///< not rounded: small steps add up
    double volume = 0;
    double usual_size = 0; ///< of a trade
    bool moving = false;   ///< it has a turn, or waits for an answer
  };

  struct turn {
    time_point due;
    std::size_t index; ///< of the walk

    bool operator>(const turn& other) const noexcept {
      return due > other.due;
    }
  };

  feed_actor::pointer self = nullptr;

  entry_actor market;
  timestamp (*wall_clock)() = nullptr;
  std::mt19937_64 random;
  std::vector<walk> walks;
  std::unordered_map<symbol_name, std::size_t> places; ///< in `walks`
  std::priority_queue<turn, std::vector<turn>, std::greater<>> turns;
  std::uint64_t ticks = 0;
  bool paused = false;

  /// A walk that begins there.
  static walk make_walk(symbol_name symbol, double price, double volume);

  /// Begins a walk, or goes on with it from there.
  void begin(walk x, time_point now);

  /// These symbols are to walk, from where they are.
  void go_on(const row_batch& rows);

  /// Gives the walk of that index its next turn.
  void schedule(std::size_t index, time_point now);

  /// The next tick of a walk.
  tick move(walk& x);

  /// Sends what is due and asks for the next step.
  void step();

  void wait(time_point now);

  /// Holds back, or goes on.
  void pause(bool on);

  actor_status status() const;
};

/// @param first_states where the walks begin; those without a price stay.
/// @param seed the same seed, the same walk.
feed_actor::behavior_type
simulator(feed_actor::stateful_pointer<simulator_state> self,
          entry_actor market, std::vector<tick> first_states,
          std::uint64_t seed, timestamp (*wall_clock)());

} // namespace livegrid
