#include "livegrid/actors/market/reservations.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace livegrid {

void reservations::add(tick_batch batch, const symbol_map& known) {
  if (auto i = batches_.find(batch.id); i != batches_.end())
    drop(i);
  reserve(batch, known);
  auto id = batch.id;
  batches_.emplace(id, std::move(batch));
}

std::optional<tick_batch> reservations::take(const batch_id& which) {
  auto i = batches_.find(which);
  if (i == batches_.end())
    return std::nullopt;
  release(i->second);
  auto result = std::move(i->second);
  batches_.erase(i);
  return result;
}

void reservations::drop(const batch_id& which) {
  if (which.number != 0) {
    if (auto i = batches_.find(which); i != batches_.end())
      drop(i);
    return;
  }
  for (auto i = batches_.begin(); i != batches_.end();)
    i = i->first.node == which.node ? drop(i) : std::next(i);
}

void reservations::drop_all_of(const std::unordered_set<symbol_name>& symbols) {
  for (auto i = batches_.begin(); i != batches_.end();) {
    const auto& ticks = i->second.ticks;
    auto has = std::any_of(ticks.begin(), ticks.end(), [&](const tick& x) {
      return symbols.contains(x.symbol);
    });
    i = has ? drop(i) : std::next(i);
  }
}

void reservations::note_made(const symbol_name& which) {
  if (needs_.empty())
    return;
  if (auto i = needs_.find(which);
      i != needs_.end() && std::exchange(i->second.makes_symbol, false))
    --new_symbols_;
}

const reservations::need* reservations::find(const symbol_name& which) const {
  if (needs_.empty())
    return nullptr;
  auto i = needs_.find(which);
  return i == needs_.end() ? nullptr : &i->second;
}

void reservations::reserve(const tick_batch& batch, const symbol_map& known) {
  for (const auto& x : batch.ticks) {
    auto [i, first] = needs_.try_emplace(x.symbol);
    auto& needs = i->second;
    if (first && !known.contains(x.symbol)) {
      needs.makes_symbol = true;
      ++new_symbols_;
    }
    ++needs.ticks;
    for (const auto& extra : x.extras)
      if (extra.json != "null")
        ++needs.extras[extra.name];
  }
}

void reservations::release(const tick_batch& batch) {
  for (const auto& x : batch.ticks) {
    auto i = needs_.find(x.symbol);
    if (i == needs_.end())
      continue;
    auto& needs = i->second;
    for (const auto& extra : x.extras)
      if (auto j = needs.extras.find(extra.name);
          extra.json != "null" && j != needs.extras.end() && --j->second == 0)
        needs.extras.erase(j);
    if (--needs.ticks > 0)
      continue;
    if (needs.makes_symbol)
      --new_symbols_;
    needs_.erase(i);
  }
}

reservations::batch_map::iterator
reservations::drop(batch_map::iterator which) {
  release(which->second);
  return batches_.erase(which);
}

} // namespace livegrid
