#pragma once

#include <initializer_list>
#include <string>

#include "livegrid/actors/members/member.hpp"

#include "ticks.hpp"

namespace livegrid::test {

/// A node whose name begins with a letter from `a` to `p`.
/// @param instance whose instance it has, if not that of its first letter
inline member make_member(const std::string& name, bool owns = true,
                          char instance = 0) {
  auto fill = instance != 0 ? instance : name.front();
  // A hexadecimal digit for each of the letters that names here begin with.
  auto digit = fill >= 'g' ? static_cast<char>('0' + (fill - 'g') % 10) : fill;
  return {.name = name,
          .instance = std::string(32, digit),
          .address = "127.0.0.1",
          .port = 7781,
          .owns_symbols = owns,
          .serves_http = true,
          .protocol = 1};
}

/// A view of nodes that all own symbols.
inline cluster_view make_view(std::uint64_t epoch,
                              std::initializer_list<std::string> names) {
  cluster_view result{epoch, {}};
  for (const auto& x : names)
    result.members.emplace_back(make_member(x));
  return result;
}

/// The name of a symbol that is `owner`'s among those, in the order of their
/// numbers, and, if that is said, `next`'s after it.
inline std::string symbol_of(const std::string& owner,
                             std::initializer_list<std::string> all,
                             const std::string& next = {}) {
  auto among = make_view(1, all);
  for (int i = 0;; ++i) {
    auto result = "S" + std::to_string(i);
    auto at = place_of(name_of(result), among);
    if (among.members[at->owner].name == owner
        && (next.empty()
            || (at->next && among.members[*at->next].name == next)))
      return result;
  }
}

/// The names of the first symbols that are `owner`'s of `a` and `b`.
inline std::vector<std::string> symbols_of(const std::string& owner,
                                           std::size_t n) {
  auto among = make_view(1, {"a", "b"});
  std::vector<std::string> result;
  for (int i = 0; result.size() < n; ++i) {
    auto x = "S" + std::to_string(i);
    if (among.members[*owner_of(name_of(x), among)].name == owner)
      result.emplace_back(x);
  }
  return result;
}

} // namespace livegrid::test
