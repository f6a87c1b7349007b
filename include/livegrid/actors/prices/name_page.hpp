#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Which names of symbols somebody wants.
struct name_query {
  /// What he may see; null for all.
  symbol_filter_ptr filter;

  /// How many at most.
  std::uint64_t limit = 1000;

  /// Whether the oldest come first, instead of those that are first by name. In
  /// a cluster nobody knows who is older, and it is by name all the same.
  bool by_age = false;

  /// By name: only those that come after this one.
  std::string after;

  /// By name: only those with this in them, whatever the case of letters.
  std::string part;

  /// Whether they are wanted as `[{"label":...,"value":...}]`.
  bool as_options = false;
};

/// What there is of them.
struct name_page {
  std::vector<symbol_name> names; ///< empty if they are in `options`
  bytes_ptr options;              ///< null if that was not asked for
  std::string last;               ///< the last name; empty if there is none
  bool more = false;              ///< whether others come after it

  /// Of a query by age: how many there are in all, whatever its limit.
  std::uint64_t total = 0;
};

} // namespace livegrid
