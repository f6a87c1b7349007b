#include "livegrid/actors/delivery/snapshot.hpp"

#include <algorithm>

namespace livegrid {

bool give_snapshot(const audience_member& who, const audiences::change& what,
                   const audiences& all, outbox::time_point now) {
  auto& box = *who.box;
  const auto& where = *who.where;
  const auto& before = what.before->key;
  auto give = [&](outbox::symbol_key key) {
    const auto* symbol = all.at(key);
    // Without a row yet: it comes with the audience's next flush.
    if (symbol == nullptr || !symbol->latest || box.passes_over(key))
      return;
    const auto& latest = symbol->latest;
    auto had =
      before.everything
        ? !latest->is_vacant()
        : std::binary_search(before.symbols.begin(), before.symbols.end(), key);
    if (where.shows(*latest) && !had)
      box.hold(key, latest, {}, true, now);
  };
  if (!where.key.everything) {
    for (auto key : what.wanted)
      give(key);
    return false;
  }
  auto end = all.end_key();
  if (end > subscription::max_symbols) {
    // Too many to be kept for a socket that may take none of them.
    box.fall_behind(0, now, now);
    return true;
  }
  for (outbox::symbol_key key = 0; key < end; ++key)
    give(key);
  return false;
}

} // namespace livegrid
