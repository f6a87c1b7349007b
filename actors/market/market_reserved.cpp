// The room that prepared batches have been promised, counted as they come and
// go: to go through all of them for each new one takes seconds where there are
// many.

#include <utility>

#include "livegrid/actors/market/market.hpp"

namespace livegrid {

void market_state::reserve(const tick_batch& batch) {
  for (const auto& x : batch.ticks) {
    auto [i, first] = reserved.try_emplace(x.symbol);
    auto& room = i->second;
    if (first && !symbols.contains(x.symbol)) {
      room.makes_symbol = true;
      ++reserved_symbols;
    }
    ++room.ticks;
    for (const auto& extra : x.extras)
      ++room.extras[extra.name];
  }
}

void market_state::release(const tick_batch& batch) {
  for (const auto& x : batch.ticks) {
    auto i = reserved.find(x.symbol);
    if (i == reserved.end())
      continue;
    auto& room = i->second;
    for (const auto& extra : x.extras)
      if (auto j = room.extras.find(extra.name);
          j != room.extras.end() && --j->second == 0)
        room.extras.erase(j);
    if (--room.ticks > 0)
      continue;
    if (room.makes_symbol)
      --reserved_symbols;
    reserved.erase(i);
  }
}

void market_state::note_made(const symbol_name& which) {
  if (reserved.empty())
    return;
  if (auto i = reserved.find(which);
      i != reserved.end() && std::exchange(i->second.makes_symbol, false))
    --reserved_symbols;
}

market_state::prepared_map::iterator
market_state::drop_prepared(prepared_map::iterator which) {
  release(which->second);
  return prepared.erase(which);
}

} // namespace livegrid
