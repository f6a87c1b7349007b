#include "livegrid/actors/prices/symbol_filter.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

symbol_filter::symbol_filter(std::vector<std::string> patterns)
  : patterns_(std::move(patterns)) {
  for (const auto& x : patterns_) {
    all_ = all_ || x == "*";
    if (auto name = symbol_name::parse(x);
        name && x.find_first_of("*?") == x.npos)
      names_.insert(std::move(*name));
    else if (auto star = x.find_first_of("*?");
             star != x.npos && x.find_first_not_of('*', star) == x.npos)
      prefixes_.emplace_back(x.substr(0, star));
    else
      wildcards_.emplace_back(x);
  }
  std::sort(prefixes_.begin(), prefixes_.end());
  auto covered = [](const std::string& a, const std::string& b) {
    return b.starts_with(a);
  };
  prefixes_.erase(std::unique(prefixes_.begin(), prefixes_.end(), covered),
                  prefixes_.end());
}

std::string symbol_filter::fault_of(const std::vector<std::string>& patterns) {
  for (const auto& x : patterns)
    if (auto why = fault_of(x); !why.empty())
      return quote(x) + ' ' + why;
  auto wild = std::count_if(patterns.begin(), patterns.end(), [](auto& x) {
    return x.find_first_of("*?") != x.npos;
  });
  if (patterns.size() > max_patterns)
    return "over " + std::to_string(max_patterns) + " of them";
  if (static_cast<std::size_t>(wild) > max_wildcards)
    return "over " + std::to_string(max_wildcards) + " with a wildcard";
  return {};
}

std::string symbol_filter::fault_of(std::string_view pattern) {
  // What a name could be made of if its wildcards were letters.
  std::string like{pattern};
  std::replace(like.begin(), like.end(), '*', 'A');
  std::replace(like.begin(), like.end(), '?', 'A');
  if (symbol_name::parse(like))
    return {};
  return "is neither a symbol name nor a pattern of one";
}

std::vector<symbol_name> take_denied(std::vector<symbol_name>& names,
                                     const symbol_filter_ptr& filter) {
  std::vector<symbol_name> result;
  if (filter)
    std::erase_if(names, [&](const symbol_name& x) {
      auto is = !filter->allows(x);
      if (is)
        result.emplace_back(x);
      return is;
    });
  return result;
}

std::string some_names(const std::vector<symbol_name>& xs) {
  constexpr std::size_t most = 10;
  std::string result;
  for (std::size_t i = 0; i < xs.size() && i < most; ++i)
    result += (i > 0 ? ", " : "") + xs[i].str();
  if (xs.size() > most)
    result += ", and " + std::to_string(xs.size() - most) + " more";
  return result;
}

bool symbol_filter::allows(const symbol_name& x) const noexcept {
  if (all_ || names_.contains(x))
    return true;
  // Whatever is sorted between a prefix and a name with it has that prefix,
  // too, and is not there: so only the last one before the name can be the
  // name's.
  auto i = std::upper_bound(prefixes_.begin(), prefixes_.end(), x.str());
  if (i != prefixes_.begin() && x.str().starts_with(*std::prev(i)))
    return true;
  return std::any_of(wildcards_.begin(), wildcards_.end(),
                     [&](const std::string& y) { return matches(x.str(), y); });
}

} // namespace livegrid
