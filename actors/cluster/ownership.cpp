#include "livegrid/actors/cluster/ownership.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

namespace {

/// Names of no symbol whose places are remembered all the same.
constexpr std::size_t spare_places = 16 * 1024;

} // namespace

void ownership::init(std::uint64_t version,
                     std::function<std::size_t()> elsewhere) {
  version_ = version;
  elsewhere_ = std::move(elsewhere);
}

// -- who is there -------------------------------------------------------------

void ownership::enter(cluster_view x, std::size_t self) {
  view_ = std::move(x);
  self_ = self;
  is_member_ = true;
  places_.clear();
}

void ownership::leave() {
  is_member_ = false;
  places_.clear();
}

// -- where symbols are --------------------------------------------------------

whereabouts ownership::look_up(const symbol_name& x) const {
  if (auto i = places_.find(x); i != places_.end())
    return i->second;
  return {.placed = place_of(x, view_), .here = here_.contains(x)};
}

whereabouts& ownership::place(const symbol_name& x) {
  if (auto i = places_.find(x); i != places_.end())
    return i->second;
  // All of it follows from the view, but that an owner has confirmed a symbol;
  // to forget that only makes ticks wait for each other once more.
  if (places_.size() > 2 * (here_.size() + elsewhere_()) + spare_places)
    places_.clear();
  return places_.emplace(x, look_up(x)).first->second;
}

bool ownership::is_owner(const std::string& name, const symbol_name& of) {
  const auto& at = place(of).placed;
  return at && name_of(at->owner) == name;
}

// -- which are here -----------------------------------------------------------

symbol_here* ownership::find_here(const symbol_name& x) {
  auto i = here_.find(x);
  return i != here_.end() ? &i->second : nullptr;
}

std::vector<symbol_name> ownership::names_here() const {
  std::vector<symbol_name> result;
  for (const auto& [symbol, x] : here_)
    result.emplace_back(symbol);
  return result;
}

std::vector<symbol_name> ownership::names_born(std::uint64_t limit) const {
  std::vector<const symbol_name*> first;
  first.reserve(here_.size());
  for (const auto& [symbol, x] : here_)
    if (x.born)
      first.emplace_back(&symbol);
  // The first ones by name, so that all nodes cut off at the same. Who wants
  // all puts them in order himself: here ticks would have to wait for it.
  if (limit < first.size()) {
    auto end = first.begin() + static_cast<std::ptrdiff_t>(limit);
    std::partial_sort(first.begin(), end, first.end(),
                      [](auto* a, auto* b) { return *a < *b; });
    first.erase(end, first.end());
  }
  std::vector<symbol_name> result;
  result.reserve(first.size());
  for (const auto* x : first)
    result.emplace_back(*x);
  return result;
}

caf::expected<newcomers> ownership::admit(const tick_batch& batch,
                                          bool settled) {
  newcomers result;
  for (const auto& x : batch.ticks) {
    const auto& at = place(x.symbol);
    if (at.here) {
      if (!here_.at(x.symbol).born)
        result.unborn.emplace_back(x.symbol);
      continue;
    }
    if (!is_mine(at) || !settled)
      return make_error(errc::moved, x.symbol.str() + " is not here");
    result.fresh.emplace_back(x.symbol);
  }
  for (const auto& x : result.fresh) {
    place(x).here = true;
    here_.try_emplace(x);
  }
  result.unborn.insert(result.unborn.end(), result.fresh.begin(),
                       result.fresh.end());
  return result;
}

newcomers ownership::bring(const tick_batch& batch) {
  newcomers result;
  for (const auto& x : batch.ticks) {
    place(x.symbol).here = true;
    auto [known, is_fresh] = here_.try_emplace(x.symbol);
    if (is_fresh)
      result.fresh.emplace_back(x.symbol);
    if (!known->second.born)
      result.unborn.emplace_back(x.symbol);
  }
  return result;
}

void ownership::adopt(const symbol_name& x) {
  here_.try_emplace(x, symbol_here{.born = true});
  ++version_;
  place(x).here = true;
}

std::optional<symbol_here> ownership::give_up(const symbol_name& x) {
  auto i = here_.find(x);
  if (i == here_.end())
    return std::nullopt;
  auto result = std::move(i->second);
  here_.erase(i);
  ++version_;
  place(x).here = false;
  return result;
}

std::vector<symbol_name> ownership::forget_next(const caf::actor_addr& who) {
  std::vector<symbol_name> result;
  for (auto& [symbol, x] : here_)
    if (x.next == who) {
      result.emplace_back(symbol);
      x.next = caf::actor_addr{};
    }
  return result;
}

// -- births -------------------------------------------------------------------

void ownership::expect_births(const std::vector<symbol_name>& unborn) {
  for (const auto& x : unborn)
    if (auto* known = find_here(x))
      ++known->expected;
}

std::vector<ownership::forgotten>
ownership::end_births(const std::vector<symbol_name>& unborn, bool taken) {
  std::vector<forgotten> result;
  for (const auto& x : unborn) {
    auto i = here_.find(x);
    // It has gone elsewhere meanwhile.
    if (i == here_.end())
      continue;
    auto& known = i->second;
    if (taken && !std::exchange(known.born, true))
      ++version_;
    known.expected -= known.expected > 0 ? 1 : 0;
    if (known.born || known.expected > 0)
      continue;
    result.emplace_back(x, known.next);
    if (auto at = places_.find(x); at != places_.end())
      at->second.here = false;
    here_.erase(i);
  }
  return result;
}

} // namespace livegrid
