#include "livegrid/actors/cluster/untold_states.hpp"

namespace livegrid {

namespace {

/// Rows in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

} // namespace

untold_states::untold_states(ownership& symbols, distant_rows& rows)
  : symbols_(symbols), rows_(rows) {
  // nop
}

void untold_states::note_moved(const cluster_view& next) {
  auto owner = [](const symbol_name& symbol, const cluster_view& in) {
    auto at = place_of(symbol, in);
    return at ? in.members[at->owner].instance : std::string{};
  };
  for (const auto& [symbol, x] : rows_.all())
    if (x.held && !x.held->is_vacant()
        && owner(symbol, symbols_.view()) != owner(symbol, next))
      note(symbol);
}

void untold_states::offer_all_anew() {
  for (auto& [symbol, offered] : offered_)
    offered = false;
}

row_batch untold_states::next_for(const std::string& whom, bool leaving) {
  row_batch result;
  for (auto i = offered_.begin(); i != offered_.end();) {
    auto& [symbol, offered] = *i;
    const auto& at = symbols_.place(symbol);
    auto held = rows_.held(symbol);
    if (at.here || (!held && !leaving)) {
      i = offered_.erase(i);
      continue;
    }
    if (!offered && held && at.placed
        && symbols_.name_of(at.placed->owner) == whom
        && result.rows.size() < part_size) {
      offered = true;
      result.rows.emplace_back(std::move(held));
    }
    ++i;
  }
  return result;
}

void untold_states::end(const names& which) {
  for (const auto& x : which)
    if (auto i = offered_.find(x); i != offered_.end() && i->second)
      offered_.erase(i);
}

void untold_states::refuse(const names& which) {
  for (const auto& x : which)
    if (auto i = offered_.find(x); i != offered_.end())
      i->second = false;
}

} // namespace livegrid
