#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "livegrid/actors/prices/name_page.hpp"

namespace livegrid {

/// The names of all symbols, by age and by name, and what each filter lets
/// pass: worked out once, and again for names that are new. Memory is a bit a
/// name and filter, and is bounded.
class name_index {
public:
  /// Filters that it remembers, the ones used last.
  static constexpr std::size_t max_filters = 256;

  /// Pages that it remembers, the ones made last.
  static constexpr std::size_t max_pages = 8;

  std::size_t size() const noexcept {
    return names_.size();
  }

  std::size_t filters() const noexcept {
    return filters_.size();
  }

  /// Adds a name that is not there yet.
  void append(symbol_name x) {
    names_.emplace_back(std::move(x));
  }

  /// Forgets all, and takes these instead, in any order.
  void assign(std::vector<symbol_name> all);

  name_page_ptr page(const name_query& x);

private:
  /// What a filter lets pass, of the first names.
  struct passing {
    symbol_filter_ptr filter;
    std::vector<bool> allowed;
    std::uint64_t used = 0;
  };

  struct known_page {
    name_query what;
    std::size_t of = 0; ///< how many names there were
    name_page_ptr page;
  };

  /// Puts names that are new where they belong.
  void sort();

  const std::vector<bool>& allowed_by(const symbol_filter_ptr& filter);

  name_page_ptr make(const name_query& x);

  std::vector<symbol_name> names_;     ///< by age
  std::vector<std::uint32_t> by_name_; ///< places of some of the first in it
  std::vector<passing> filters_;
  std::vector<known_page> pages_;
  std::uint64_t clock_ = 0;
};

} // namespace livegrid
