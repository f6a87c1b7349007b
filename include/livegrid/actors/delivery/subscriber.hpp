#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "livegrid/actors.hpp"
#include "livegrid/actors/access/bad_messages.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/prices/subscription.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a new subscriber is made of.
struct subscriber_config {
  fanout_actor fanout;

  outbox_ptr box;

  counters_ptr stats;

  log_ptr log;

  std::string origin;       ///< the page that it came from, if any
  std::string user_agent;   ///< as it says
  std::string key = "none"; ///< the name of its key
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

  std::string origin;
  std::string user_agent;
  std::string key_name;

  time_point since{};
  std::uint64_t subscriptions = 0;
  std::uint64_t bad_messages = 0;

  livegrid::bad_messages recently_bad;

  /// What the set that it has costs when it is given up: symbols.
  double last_cost = 0;

  /// The set that it wants while that has to wait: the last one counts.
  std::optional<subscription> wanted;
  double reserved = 0;   ///< what its account was charged with for it
  bool stepping = false; ///< a `step_atom` is on its way
  int tries = 0;         ///< how often too many names were awaited

  void subscribe(const subscription& what);

  /// Changes the set to what is wanted, or asks to be reminded when that may
  /// be.
  void change_set();

  /// The change's turn has come.
  void step();

  /// What it costs to go over to the set that is wanted.
  double cost() const;

  /// Whether that set has more names that have no row than its account may wait
  /// for. Names that there are stop counting as soon as their rows come, so
  /// they are waited for a while; then the first ones count.
  bool awaits_too_many();

  /// One message of the client's is dealt with.
  void read_on();

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
