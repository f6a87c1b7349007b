// How ticks of one symbol stay in order where they are sent again: those that
// come later wait.

#include <algorithm>

#include "livegrid/actors/cluster/grid.hpp"

namespace livegrid {

namespace {

/// Until an owner that has not seen the view yet is asked again.
constexpr std::chrono::milliseconds retry_pause{10};

} // namespace

bool grid_state::operation::waits() const noexcept {
  return std::any_of(parts.begin(), parts.end(),
                     [](const part& x) { return x.at == part::phase::waits; });
}

void grid_state::retry_soon() {
  check_at(self->clock().now() + retry_pause);
}

void grid_state::block_unless_sure(operation& x) {
  auto sure = [this](const part& y) {
    return y.at == part::phase::done
           || std::all_of(
             y.ticks.ticks.begin(), y.ticks.ticks.end(), [&](const tick& z) {
               const auto& at = symbols.place(z.symbol);
               if (at.here)
                 return y.owner == config.self.name;
               return at.confirmed
                      && symbols.name_of(at.placed->owner) == y.owner;
             });
  };
  if (std::all_of(x.parts.begin(), x.parts.end(), sure))
    unblock(x);
  else
    block(x);
}

void grid_state::block(operation& x) {
  if (!x.blocks.empty())
    return;
  for (const auto& y : x.parts)
    if (y.at != part::phase::done)
      for (const auto& tick : y.ticks.ticks)
        x.blocks.emplace_back(tick.symbol);
  for (const auto& whom : x.blocks)
    ++blocked[whom];
  blockers.insert(x.number);
}

void grid_state::unblock(operation& x) {
  for (const auto& whom : std::exchange(x.blocks, {}))
    if (auto i = blocked.find(whom); --i->second == 0)
      blocked.erase(i);
  blockers.erase(x.number);
}

void grid_state::recall(const std::string& owner) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sent;
  for (const auto& [number, x] : operations)
    for (const auto& y : x.parts)
      if (y.owner == owner && y.under_way())
        sent.emplace_back(number, y.key);
  for (const auto& [number, key] : sent)
    refuse(number, key, make_error(errc::moved, owner + " is gone"), false);
}

void grid_state::pump() {
  // What is under way comes here again when it is answered.
  auto waits = [this](std::uint64_t x) { return operations.at(x).waits(); };
  std::vector<std::uint64_t> numbers{blockers.begin(), blockers.end()};
  while (!numbers.empty() && !waits(numbers.back()))
    numbers.pop_back();
  std::unordered_set<symbol_name> earlier;
  auto stuck = false;
  for (auto number : numbers) {
    auto& x = operations.at(number);
    if (x.waits()
        && std::none_of(x.blocks.begin(), x.blocks.end(),
                        [&](const auto& y) { return earlier.contains(y); }))
      stuck |= !start(x);
    if (number != numbers.back())
      earlier.insert(x.blocks.begin(), x.blocks.end());
  }
  if (stuck)
    retry_soon();
}

} // namespace livegrid
