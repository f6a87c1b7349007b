#include "livegrid/actors/delivery/catching_up.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"

namespace livegrid {

namespace {

/// Rows that are looked up together, some socket buffers' worth.
constexpr std::size_t rows_at_once = 256;

/// Gives an outbox the latest rows of some symbols from `key` on.
/// @returns the first key that is left; nothing if none is.
std::optional<outbox::symbol_key> give_some(outbox& box, const audience& where,
                                            const audiences& all,
                                            outbox::symbol_key key,
                                            outbox::time_point now) {
  auto end = all.end_key();
  std::size_t given = 0;
  auto give = [&](outbox::symbol_key x) {
    const auto* symbol = all.at(x);
    if (symbol == nullptr || !symbol->latest || !where.shows(*symbol->latest))
      return;
    ++given;
    box.hold(x, symbol->latest, {}, true, now);
  };
  if (where.key.everything) {
    while (key < end && given < rows_at_once)
      give(key++);
  } else {
    const auto& wanted = where.key.symbols;
    auto next = std::lower_bound(wanted.begin(), wanted.end(), key);
    while (next != wanted.end() && given < rows_at_once)
      give(*next++);
    key = next == wanted.end() ? end : *next;
  }
  return key < end ? std::optional{key} : std::nullopt;
}

} // namespace

bool keep_in_share(outbox& box, outbox::time_point now) {
  if (!box.beyond_share())
    return false;
  if (!box.shown().has_row_id()) {
    box.discard_waiting();
    return false;
  }
  box.fall_behind(0, now, now + box.options().interval);
  return true;
}

void catch_up(outbox& box, const audience& where, const audiences& all,
              outbox::time_point now, outbox::time_point due) {
  while (box.can_catch_up(now)) {
    auto key = *box.behind_from();
    // Those that are given are not passed over any more.
    box.caught_up_to(all.end_key());
    box.caught_up_to(give_some(box, where, all, key, now));
    box.pump(due);
  }
}

} // namespace livegrid
