#include "livegrid/actors/market/silences.hpp"

#include <algorithm>

namespace livegrid {

namespace {

/// A symbol that ticks is looked at this often, however patient one would be
/// with it.
constexpr std::chrono::seconds look_again{10};

} // namespace

void silences::watch(symbol_slot& x, time_point now) {
  x.second.watched = true;
  auto look = std::min(x.second.beat.quiet_at(), now + look_again);
  auto second =
    std::chrono::ceil<std::chrono::seconds>(look.time_since_epoch()).count();
  by_second_[second].emplace_back(&x);
}

std::vector<symbol_slot*> silences::take_due(time_point now) {
  std::vector<symbol_slot*> result;
  while (!by_second_.empty()
         && by_second_.begin()->first * std::chrono::seconds{1}
              <= now.time_since_epoch()) {
    auto& due = by_second_.begin()->second;
    result.insert(result.end(), due.begin(), due.end());
    by_second_.erase(by_second_.begin());
  }
  for (auto* x : result)
    x->second.watched = false;
  return result;
}

void silences::forget(const symbol_slots& gone) {
  for (auto& [second, xs] : by_second_)
    std::erase_if(xs, [&](const symbol_slot* x) { return gone.contains(x); });
}

} // namespace livegrid
