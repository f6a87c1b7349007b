#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

/// Which symbols somebody is entitled to: names, or patterns in which a `*`
/// stands for any characters and a `?` for one.
class symbol_filter {
public:
  /// Patterns that one filter may have.
  static constexpr std::size_t max_patterns = 1000;

  /// Of these, those with a wildcard: one by one they are tried unless all that
  /// they have is a `*` at their end.
  static constexpr std::size_t max_wildcards = 64;

  explicit symbol_filter(std::vector<std::string> patterns);

  /// What is wrong with a pattern, or with all of them; empty if nothing is.
  static std::string fault_of(std::string_view pattern);
  static std::string fault_of(const std::vector<std::string>& patterns);

  bool allows(const symbol_name& x) const noexcept;

  /// Whether there is nothing that it does not allow.
  bool allows_all() const noexcept {
    return all_;
  }

  const std::vector<std::string>& patterns() const noexcept {
    return patterns_;
  }

  friend bool operator==(const symbol_filter& a, const symbol_filter& b) {
    return a.patterns_ == b.patterns_;
  }

private:
  std::vector<std::string> patterns_; ///< all of them, as given
  std::unordered_set<symbol_name> names_;
  /// Of patterns whose only wildcard is a `*` at their end, what stands before
  /// it: sorted, and none of them begins with another.
  std::vector<std::string> prefixes_;

  std::vector<std::string> wildcards_; ///< the others
  bool all_ = false;
};

/// Null where nobody is restricted.
using symbol_filter_ptr = std::shared_ptr<const symbol_filter>;

/// Whether a filter that may be null allows a symbol.
inline bool allows(const symbol_filter_ptr& filter, const symbol_name& x) {
  return !filter || filter->allows(x);
}

/// Takes out the names that a filter, which may be null, does not allow.
/// @returns these.
std::vector<symbol_name> take_denied(std::vector<symbol_name>& names,
                                     const symbol_filter_ptr& filter);

/// The first ten names, and how many more there are.
std::string some_names(const std::vector<symbol_name>& xs);

} // namespace livegrid
