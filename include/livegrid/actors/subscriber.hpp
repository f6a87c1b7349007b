#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "livegrid/actors.hpp"
#include "livegrid/actors/outbox.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a new subscriber is made of.
struct subscriber_config {
  fanout_actor fanout;

  outbox_ptr box;

  counters_ptr stats;

  log_ptr log;
};

/// One WebSocket connection that reads rows: owns the way out to its socket,
/// says what it wants, answers for what it got. Bad input is counted and
/// answered, but ends nothing until it comes by the hundred: clients of this
/// kind never connect again. Hears from its connection and from its fan-out,
/// which run on the same I/O loop; dies with the connection.
struct subscriber_state {
  static inline constexpr const char* name = "subscriber";

  using time_point = std::chrono::steady_clock::time_point;

  subscriber_actor::pointer self = nullptr;

  fanout_actor fanout;
  outbox_ptr box;
  counters_ptr stats;
  log_ptr log;

  time_point since{};
  std::uint64_t subscriptions = 0;
  std::uint64_t bad_messages = 0;

  /// When the latest bad messages came.
  std::deque<time_point> recently_bad;

  void subscribe(const subscription& what);

  /// Counts a bad message and answers it; closes the connection where that has
  /// happened too often.
  void refuse(const std::string& why);

  /// Ends: the connection is over.
  void leave(std::uint16_t code, const std::string& reason);

  actor_status status() const;
};

subscriber_actor::behavior_type
subscriber(subscriber_actor::stateful_pointer<subscriber_state> self,
           subscriber_config config);

} // namespace livegrid
