#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

// What becomes of a market's symbols as their feeds come and go.

namespace livegrid {

/// A publisher's connection has come or gone, or a feed is at its end.
void set_feed_up(market_state& market, const feed_id& which, bool up,
                 const std::string& peer);

/// The feed has broken off: its connection, its actor.
void lose_feed(market_state& market, const feed_id& which);

/// The feed has an actor, whose end is that of the feed.
void join_feed(market_state& market, const feed_id& which,
               const feed_actor& who);

/// The actor of a feed has ended: the feed is down from then on, and lost
/// unless it has told of its end before or the node ends.
void note_feed_down(market_state& market, const caf::down_msg& x);

/// Holds a feed back or lets it go on. Answers how many symbols it feeds.
caf::result<std::uint64_t> pause_feed(market_state& market,
                                      const std::string& which, bool on);

/// The symbols of a feed.
caf::result<std::vector<symbol_name>> symbols_of(market_state& market,
                                                 const std::string& which);

/// Counts ticks that were refused, `n` of them.
/// @param symbol empty if it is not known.
/// @param at_fault how many of them were that symbol's own fault.
void note_refusal(market_state& market, const feed_id& from,
                  const std::string& symbol, const std::string& why,
                  std::uint64_t n, std::uint64_t at_fault);

} // namespace livegrid
