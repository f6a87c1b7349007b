#pragma once

#include <cstdint>
#include <optional>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/market/market_entries.hpp"
#include "livegrid/actors/market/reservations.hpp"

namespace livegrid {

/// What decides whether there is room for a batch.
struct market_room {
  const symbol_map& symbols;
  const reservations& promised;

  /// How many symbols there may be.
  std::uint64_t max_symbols;

  /// How many of the symbols the batch's publisher has made.
  std::uint64_t own_symbols;
};

/// Why there is no room for a batch: too many symbols, too many extra cells, of
/// all or of its publisher's. Names the first tick at fault, or all of them if
/// the batch wants that: the others can be taken together then.
std::optional<refusal> check_room(const tick_batch& batch,
                                  const market_room& in);

} // namespace livegrid
