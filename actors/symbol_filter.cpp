#include "livegrid/symbol_filter.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/text.hpp"

namespace livegrid {

symbol_filter::symbol_filter(std::vector<std::string> patterns)
  : patterns_(std::move(patterns)),
    all_(std::find(patterns_.begin(), patterns_.end(), "*")
         != patterns_.end()) {
  // nop
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
  return all_
         || std::any_of(
           patterns_.begin(), patterns_.end(),
           [&](const std::string& y) { return matches(x.str(), y); });
}

} // namespace livegrid
