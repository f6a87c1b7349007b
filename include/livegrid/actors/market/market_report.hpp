#pragma once

#include <chrono>
#include <vector>

#include "livegrid/actors/market/market_entries.hpp"

// What the market tells of symbols and feeds.

namespace livegrid {

/// Where a symbol lives, and how it does.
symbol_ref ref_of(const symbol_slot& x, feed_entry::time_point now);

/// What the market knows of one symbol, which may not have traded.
/// @param kind the kind of the actor that tells it.
actor_status status_of(const symbol_map& symbols, const symbol_name& which,
                       const char* kind, feed_entry::time_point now);

std::vector<feed_summary> summaries_of(const feed_map& feeds,
                                       feed_entry::time_point now);

} // namespace livegrid
