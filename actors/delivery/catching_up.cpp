// Subscribers that are behind: for them nothing is kept, but the latest row of
// one symbol after the other is looked up when their socket has room for it.

#include <algorithm>

#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/prices/view.hpp"

namespace livegrid {

namespace {

/// Rows that are looked up together, some socket buffers' worth.
constexpr std::size_t rows_at_once = 256;

} // namespace

void fanout_state::keep_in_share(outbox& box, time_point now) {
  if (!box.beyond_share())
    return;
  // Without an id what comes twice is appended twice.
  if (!box.shown().has_row_id())
    return box.discard_waiting();
  box.fall_behind(0, now, now + box.options().interval);
  behind_.insert(&box);
}

void fanout_state::catch_up(outbox& box, time_point now) {
  auto i = members_.find(&box);
  if (i == members_.end())
    return;
  const auto& where = *i->second.where;
  while (box.can_catch_up(now)) {
    auto key = *box.behind_from();
    auto end = static_cast<symbol_key>(symbols_.size());
    // Those that are given are not passed over any more.
    box.caught_up_to(end);
    std::size_t given = 0;
    auto give = [&](symbol_key x) {
      const auto& symbol = symbols_[x];
      if (!symbol || !symbol->latest || !shows(where, *symbol->latest))
        return;
      ++given;
      box.hold(x, symbol->latest, {}, true, now);
    };
    if (where.key.everything) {
      while (key < end && given < rows_at_once)
        give(key++);
    } else {
      auto next = std::lower_bound(where.key.symbols.begin(),
                                   where.key.symbols.end(), key);
      while (next != where.key.symbols.end() && given < rows_at_once)
        give(*next++);
      key = next == where.key.symbols.end() ? end : *next;
    }
    box.caught_up_to(key < end ? std::optional{key} : std::nullopt);
    box.pump(draining_ ? time_point::max() : now);
  }
  if (!box.behind_from())
    behind_.erase(&box);
}

void fanout_state::catch_up_all(time_point now) {
  if (behind_.empty())
    return;
  std::vector<outbox*> boxes{behind_.begin(), behind_.end()};
  for (auto* box : boxes) {
    catch_up(*box, now);
    track(*box, now);
  }
}

} // namespace livegrid
