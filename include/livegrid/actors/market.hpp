#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Knows where each symbol lives, makes the owners of new ones, and remembers
/// who waits for symbols that have not traded: that costs no actor. All ticks
/// pass here, so that a batch is taken whole or not at all. Lives as long as
/// its node.
struct market_state {
  static inline constexpr const char* name = "market";

  struct entry {
    symbol_actor owner;

    /// Names of its extra cells; most symbols have none.
    std::unique_ptr<std::vector<std::string>> extras;

    /// Another source than the simulator has sent a tick.
    bool claimed = false;

    /// Which part of the batch in hand is this symbol's, from 1; else 0.
    std::uint32_t part = 0;
  };

  using map = std::unordered_map<symbol_name, entry>;

  market_actor::pointer self = nullptr;

  map symbols;

  /// The symbols by age.
  std::vector<map::value_type*> by_age;

  /// Who waits for which symbol that has not traded.
  std::unordered_map<symbol_name, std::vector<fanout_actor>> interest;

  /// Who wants every symbol.
  std::vector<fanout_actor> everything;

  std::uint64_t max_symbols = 0;

  counters_ptr stats;

  /// Takes a batch whole, or refuses it whole.
  caf::result<std::uint64_t> publish(tick_batch& batch);

  std::vector<symbol_ref> resolve(const std::vector<symbol_name>& names) const;

  std::vector<symbol_ref> list(std::uint64_t limit) const;

  void watch(const std::vector<symbol_name>& names, const fanout_actor& who);

  void unwatch(const std::vector<symbol_name>& names, const fanout_actor& who);

  void watch_all(const fanout_actor& who);

  void unwatch_all(const fanout_actor& who);

  actor_status status() const;

  /// Why the batch cannot be taken: too many symbols, too many extra cells.
  std::optional<refusal> check(const tick_batch& batch) const;

  /// The symbol's entry, its owner made if it is new.
  map::value_type& find_or_make(const symbol_name& which);
};

/// @param first_states symbols that are there from the start.
market_actor::behavior_type
market(market_actor::stateful_pointer<market_state> self,
       std::vector<tick> first_states, std::uint64_t max_symbols,
       counters_ptr stats);

} // namespace livegrid
