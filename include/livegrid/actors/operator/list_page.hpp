#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/operator/console_command.hpp"

// What the operator's lists have in common: their order, their pages and how
// they write numbers.

namespace livegrid {

/// Keeps the elements that come first, by `Less`, of a list that is too long to
/// be kept as a whole.
template <class T, class Less>
class first_ones {
public:
  first_ones(std::size_t most, Less less)
    : most_(most), less_(std::move(less)) {
    // nop
  }

  void add(T x) {
    xs_.push_back(std::move(x));
    if (xs_.size() / 2 > most_)
      cut();
  }

  /// All of them, in order.
  std::vector<T> take() {
    cut();
    std::sort(xs_.begin(), xs_.end(), less_);
    return std::move(xs_);
  }

private:
  void cut() {
    if (xs_.size() <= most_)
      return;
    auto end = xs_.begin() + static_cast<std::ptrdiff_t>(most_);
    std::nth_element(xs_.begin(), end, xs_.end(), less_);
    xs_.erase(end, xs_.end());
  }

  std::size_t most_;
  Less less_;
  std::vector<T> xs_;
};

/// Where a page of a list begins and ends.
struct list_page {
  std::uint64_t page = 1;
  std::uint64_t pages = 1;
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t total = 0;

  /// The page that the option `page` names, or an error if it is no number or
  /// the list has no such page.
  static caf::expected<list_page> of(std::size_t total,
                                     const console_command& x);

  /// How many rows of the sorted list it takes to show the page.
  static caf::expected<std::size_t> rows_needed(const console_command& x);

  /// Leaves of the whole list what is on the page.
  template <class T>
  void cut(std::vector<T>& whole) const {
    auto at = [&](std::size_t i) {
      return whole.begin()
             + static_cast<std::ptrdiff_t>(std::min(i, whole.size()));
    };
    whole.erase(at(end), whole.end());
    whole.erase(whole.begin(), at(begin));
  }

  /// Says in an answer which page it is.
  void mark(listing& x) const;
};

/// The option `sort`, or `by_default`; an error if it is none of `known`.
caf::expected<std::string> sort_key(const console_command& x,
                                    std::string by_default,
                                    std::initializer_list<const char*> known);

/// The number that a word stands for, if it is one.
std::optional<std::uint64_t> to_number(std::string_view text);

/// `1 symbol`, `2 symbols`.
std::string counted(std::uint64_t n, const char* what);

/// A span for people: `250ms`, `12s`, `3m`, `5h`, `2d`.
std::string short_span(std::uint64_t ms);

/// How long ago something was, as `short_span`; `-` for UINT64_MAX, which says
/// that it never was.
std::string age_text(std::uint64_t ms);

/// A number with one decimal.
std::string to_tenths(double x);

} // namespace livegrid
