#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

/// Whom the operator may ask about, and what the node knows of itself.
struct console_config {
  market_actor market;

  std::vector<fanout_actor> fanouts;
  std::vector<ingress_actor> ingresses;
  std::vector<feed_actor> feeds;

  /// May be missing.
  monitor_actor monitor;

  /// An invalid handle if the node is alone.
  grid_actor grid;

  counters_ptr stats;
  log_ptr log;

  /// What the operating system says of the process: CPU, memory, descriptors.
  std::function<std::vector<actor_status::fact>()> process;

  /// Name, value and default of each setting.
  std::vector<std::vector<std::string>> settings;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

} // namespace livegrid
