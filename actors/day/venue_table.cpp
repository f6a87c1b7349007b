#include "livegrid/actors/day/venue_table.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

venue_table::venue_table() {
  add(*venue::make({.name = std::string{venue_24x7}}));
}

void venue_table::add(venue x) {
  auto added = std::make_shared<const venue>(std::move(x));
  auto [i, is_new] = places_.try_emplace(added->name(), venues_.size());
  if (is_new)
    venues_.push_back(std::move(added));
  else
    venues_[i->second] = std::move(added);
}

venue_ptr venue_table::find(std::string_view name) const {
  auto i = places_.find(name);
  return i == places_.end() ? nullptr : venues_[i->second];
}

bool venue_table::assign(std::string_view pattern, venue_ptr where) {
  auto wildcards = std::count_if(pattern.begin(), pattern.end(),
                                 [](char c) { return c == '*' || c == '?'; });
  if (wildcards == 0) {
    names_.emplace(pattern, std::move(where));
    return true;
  }
  if (rules_.size() == max_venue_patterns)
    return false;
  rule added{std::string{pattern},
             pattern.size() - static_cast<std::size_t>(wildcards),
             std::move(where)};
  auto i = std::find_if(rules_.begin(), rules_.end(),
                        [&](const rule& x) { return x.weight < added.weight; });
  rules_.insert(i, std::move(added));
  return true;
}

const venue_ptr& venue_table::of(std::string_view symbol) const {
  if (auto i = names_.find(std::string{symbol}); i != names_.end())
    return i->second;
  for (const auto& x : rules_)
    if (matches(symbol, x.pattern))
      return x.where;
  // The first one is 24x7, or what took its place.
  return venues_.front();
}

} // namespace livegrid
