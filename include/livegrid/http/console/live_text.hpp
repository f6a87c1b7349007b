#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors/stats/summary.hpp"

namespace livegrid {

/// The rows of one symbol, a line each, under a header that comes once, and
/// again when other columns fit. What is above cannot be moved any more:
/// columns only grow.
class watch_table {
public:
  /// The line for an answer to `watch`, if it has another version than the
  /// last; `+N` in front for N versions that came and went between the two.
  std::string add(const console_answer& x, std::size_t width);

private:
  std::string line(const std::vector<std::string>& cells,
                   std::size_t width) const;

  std::vector<std::size_t> widths_;
  std::vector<std::size_t> shown_; ///< columns, in the last header
  std::optional<std::uint64_t> version_;
};

/// An answer to `top` for a screen of that size, over what is there: facts side
/// by side, and as many rows of each list as there is room for. What there is
/// no room for is left out whole, the least important first.
std::string to_screen(const console_answer& x, std::size_t width,
                      std::size_t height);

} // namespace livegrid
