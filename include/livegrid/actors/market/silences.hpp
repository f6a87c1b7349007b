#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "livegrid/actors/market/market_entries.hpp"

namespace livegrid {

/// Live symbols by the second from which on their silence may be unusual, or at
/// when its second comes.
class silences {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Looks at a symbol when its silence begins to be unusual, or after 10 s:
  /// its habit may have changed since.
  void watch(symbol_slot& x, time_point now);

  /// Takes out the symbols to look at now.
  std::vector<symbol_slot*> take_due(time_point now);

  /// Forgets symbols that are about to go.
  void forget(const symbol_slots& gone);

  bool empty() const noexcept {
    return by_second_.empty();
  }

private:
  std::map<std::int64_t, std::vector<symbol_slot*>> by_second_;
};

} // namespace livegrid
