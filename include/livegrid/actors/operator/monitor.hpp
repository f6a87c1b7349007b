#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Whom the monitor watches.
struct monitor_config {
  market_actor market;
  std::vector<fanout_actor> fanouts;
  std::vector<ingress_actor> ingresses;
  grid_actor grid; ///< an invalid handle if the node is alone
  counters_ptr stats;
  log_ptr log;

  /// The CPU seconds that the process has had; must not block. May be missing.
  double (*cpu_seconds)() = nullptr;

  /// Counts the open descriptors of the process, if it is known how. May take
  /// milliseconds, which nobody but the monitor waits for.
  std::uint64_t (*count_descriptors)() = nullptr;

  /// Ends the node: one of the parts above has died of a fault, which the log
  /// tells. Without it all others would wait for it for ever.
  void (*fail)() = nullptr;
};

/// Once a second asks the parts that all traffic passes through how much waits
/// for them. How late the answers come is how late everybody's messages are;
/// how late its own second comes is the same for the other threads. What it
/// finds goes into the counters. If one of them dies, so does the node. Talks
/// to nobody else, lives as long as its node.
struct monitor_state {
  static inline constexpr const char* name = "monitor";

  using time_point = std::chrono::steady_clock::time_point;

  monitor_actor::pointer self = nullptr;

  monitor_config config;

  time_point due{}; ///< when the next check should come
  std::uint64_t checks = 0;
  std::uint64_t counts = 0; ///< checks, those of a stuck loop too

  /// When the question was asked that not all loops have answered yet.
  std::optional<time_point> asked;

  void check();

  actor_status status() const;

private:
  friend monitor_actor::behavior_type
  monitor(monitor_actor::stateful_pointer<monitor_state> self,
          monitor_config config);

  void watch_parts();

  void wait(time_point now);

  /// Counts the descriptors that are no connections.
  void count_descriptors();

  /// Works out the rates since the last check.
  void measure(time_point now);

  /// What the counters were at the last check.
  struct {
    time_point when{};
    std::uint64_t ticks = 0;
    std::uint64_t rows = 0;
    std::uint64_t merged = 0;
    double cpu_s = 0;
  } last_;

  /// Asks all of `whom` the same, and goes on with the sum of one figure of
  /// their answers, once all have answered.
  template <class Answer, class Handle, class Done, class... Ts>
  void ask_all(const std::vector<Handle>& whom, std::uint64_t Answer::*figure,
               Done done, Ts... what);
};

monitor_actor::behavior_type
monitor(monitor_actor::stateful_pointer<monitor_state> self,
        monitor_config config);

} // namespace livegrid
