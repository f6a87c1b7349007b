#pragma once

#include <vector>

#include "livegrid/actors/market/market.hpp"

// Who gets the rows of which symbols of a market.

namespace livegrid {

/// Rows of these symbols go there from now on, the current ones at once; vacant
/// ones of those that are not here.
void watch(market_state& market, const std::vector<symbol_name>& names,
           const row_sink_actor& who);

/// And no longer.
void unwatch(market_state& market, const std::vector<symbol_name>& names,
             const row_sink_actor& who);

/// Rows of all symbols go there, also of those to come.
void watch_all(market_state& market, const row_sink_actor& who);

/// And no longer, but of symbols that it has asked for by name.
void unwatch_all(market_state& market, const row_sink_actor& who);

} // namespace livegrid
