#pragma once

#include <cstdint>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

/// Takes ticks that came from outside to the market and brings the answer back
/// to who sent them. One an I/O loop, as long as the loop lives.
struct ingress_state {
  static inline constexpr const char* name = "ingress";

  ingress_actor::pointer self = nullptr;

  market_actor market;

  std::uint64_t batches = 0;
  std::uint64_t refused = 0;

  void publish(tick_batch& batch, const replier_ptr& to);

  actor_status status() const;
};

ingress_actor::behavior_type
ingress(ingress_actor::stateful_pointer<ingress_state> self,
        market_actor market);

} // namespace livegrid
