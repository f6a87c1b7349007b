#pragma once

#include <cstdint>
#include <vector>

#include "livegrid/actors/market/market.hpp"

// Symbols that come to a market from other nodes, and go to them.

namespace livegrid {

/// Lets symbols go. Answers their last rows, once their owners have ended.
caf::result<row_batch> evict(market_state& market,
                             const std::vector<symbol_name>& names);

/// Makes symbols that other nodes have let go, unless they are here.
/// @param since the epoch of all symbols that are made from now on, see
///        `row_order::epoch`.
void adopt(market_state& market, const row_batch& rows, std::uint64_t since);

/// Other owners had these rows of symbols that are here.
caf::result<row_batch> merge(market_state& market, const row_batch& rows,
                             std::uint64_t since);

/// The rows of these symbols, in this order.
caf::result<row_batch> fetch(market_state& market,
                             const std::vector<symbol_name>& names);

} // namespace livegrid
