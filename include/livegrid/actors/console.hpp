#pragma once

#include <vector>

#include "livegrid/actors.hpp"

namespace livegrid {

/// Whom the operator may ask about.
struct console_config {
  market_actor market;

  std::vector<fanout_actor> fanouts;
  std::vector<ingress_actor> ingresses;
  std::vector<feed_actor> feeds;

  counters_ptr stats;
};

/// Answers the operator by asking the others, each with a time-out: an actor
/// that does not answer shows as its error in its place. Published at the
/// console's port; lives as long as its node.
struct console_state {
  static inline constexpr const char* name = "console";

  console_actor::pointer self = nullptr;

  console_config config;

  caf::typed_response_promise<std::vector<actor_status>> ask_all();

  caf::typed_response_promise<actor_status> ask_symbol(symbol_name which);

  /// The node's totals.
  actor_status node() const;
};

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config);

} // namespace livegrid
