#pragma once

#include <chrono>
#include <memory>

namespace livegrid {

class health_check;

/// How far the server has come. Belongs to the loop's thread.
struct server_state {
  std::chrono::steady_clock::time_point started =
    std::chrono::steady_clock::now();

  /// Whether the feeds have been started, the last thing that a start does.
  bool fed = false;

  /// Whether the node goes down.
  bool draining = false;

  /// Proves that a subscriber is served; null until it is known where.
  std::shared_ptr<health_check> health = nullptr;
};

} // namespace livegrid
