#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/error.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/replier.hpp"

namespace livegrid {

/// What a publisher is told whose ticks may have been taken, or may yet be: all
/// other refusals say that nothing was done, and that nothing will be.
/// @param why what is known, such as "no answer in time".
refusal unsure_of_ticks(std::string_view why);

/// Takes ticks that came from outside to the market and brings the answer back
/// to who sent them. Refuses them at once while too many are under way. One an
/// I/O loop, as long as the loop lives.
struct ingress_state {
  static inline constexpr const char* name = "ingress";

  ingress_actor::pointer self = nullptr;

  entry_actor market;

  std::uint64_t batches = 0;
  std::uint64_t refused = 0;

  /// Someone who has not been answered.
  struct pending {
    replier_ptr to;
    std::chrono::steady_clock::time_point due;
  };

  /// By the number of the batch, so that the first has waited longest.
  std::map<std::uint64_t, pending> waiting;

  /// Ticks that the market has not answered, whoever waits for them still. A
  /// batch is taken if nothing else is under way, however many it has.
  std::uint64_t under_way = 0;

  static constexpr std::uint64_t max_under_way = 100'000;

  bool watching = false; ///< a `check_atom` is on its way

  void publish(tick_batch& batch, const replier_ptr& to);

  void answer(std::uint64_t id, livegrid::answer what);

  /// Asks for a check when the first is due. One timer for all: each would wake
  /// the thread that keeps the time, which costs more than a small batch.
  void watch_clock();

  void check();

  actor_status status() const;
};

ingress_actor::behavior_type
ingress(ingress_actor::stateful_pointer<ingress_state> self,
        entry_actor market);

} // namespace livegrid
