#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/symbol_name.hpp"

namespace livegrid {

/// Which symbols somebody is entitled to: names, or patterns in which a `*`
/// stands for any characters and a `?` for one.
class symbol_filter {
public:
  /// Patterns that one filter may have.
  static constexpr std::size_t max_patterns = 1000;

  explicit symbol_filter(std::vector<std::string> patterns);

  /// What is wrong with a pattern; empty if nothing is.
  static std::string fault_of(std::string_view pattern);

  bool allows(const symbol_name& x) const noexcept;

  /// Whether there is nothing that it does not allow.
  bool allows_all() const noexcept {
    return all_;
  }

  const std::vector<std::string>& patterns() const noexcept {
    return patterns_;
  }

  friend bool operator==(const symbol_filter&, const symbol_filter&) = default;

private:
  std::vector<std::string> patterns_;
  bool all_;
};

/// Null where nobody is restricted.
using symbol_filter_ptr = std::shared_ptr<const symbol_filter>;

/// Whether a filter that may be null allows a symbol.
inline bool allows(const symbol_filter_ptr& filter, const symbol_name& x) {
  return !filter || filter->allows(x);
}

/// The first ten names, and how many more there are.
std::string some_names(const std::vector<symbol_name>& xs);

} // namespace livegrid
