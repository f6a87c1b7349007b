#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "livegrid/actors/day/venue.hpp"

namespace livegrid {

/// So many patterns with `*` or `?` a table may have: each is held against each
/// new symbol.
constexpr std::size_t max_venue_patterns = 1000;

/// The name of the venue that is always there: every day from 00:00 to 24:00
/// UTC, without a break.
constexpr std::string_view venue_24x7 = "24x7";

/// Which symbol is traded at which venue. Where several patterns fit a name,
/// the most specific one counts: the name itself, then the pattern with the
/// most characters beside `*` and `?`, then the one that was added first.
/// Symbols that none fits are traded 24x7.
class venue_table {
public:
  /// Has the venue `24x7` alone.
  venue_table();

  /// Adds a venue, or puts it in the place of the one of its name.
  void add(venue x);

  /// The venue of that name, or null.
  venue_ptr find(std::string_view name) const;

  /// Says where the symbols are traded whose names fit a pattern (`*` stands
  /// for anything, `?` for one character); it counts only once.
  /// @param where not null.
  /// @returns false, with nothing done, if it is one pattern too many.
  bool assign(std::string_view pattern, venue_ptr where);

  /// Where a symbol is traded; never null.
  const venue_ptr& of(std::string_view symbol) const;

  /// All venues, in the order in which they were added.
  const std::vector<venue_ptr>& venues() const noexcept {
    return venues_;
  }

private:
  struct rule {
    std::string pattern;
    std::size_t weight = 0; ///< characters that are not wildcards
    venue_ptr where;
  };

  std::vector<venue_ptr> venues_;

  /// Where each of them stands.
  std::map<std::string, std::size_t, std::less<>> places_;

  /// Patterns without a wildcard.
  std::unordered_map<std::string, venue_ptr> names_;

  /// The others: the most specific one comes first.
  std::vector<rule> rules_;
};

using venue_table_ptr = std::shared_ptr<const venue_table>;

} // namespace livegrid
