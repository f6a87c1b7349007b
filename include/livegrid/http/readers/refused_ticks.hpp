#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "livegrid/actors/base/error.hpp"

namespace livegrid {

/// Which ticks of a body are taken if some of them cannot be.
enum class taking : std::uint8_t {
  all_or_none,
  good_ones, ///< the others are left out, each with why
};

/// Why ticks were left out, in the order of their elements.
struct refused_ticks {
  /// Whoever sends a body that is wrong all over learns little from the rest.
  static constexpr std::size_t max_told = 100;

  /// The first of them.
  std::vector<refusal> told;

  std::uint64_t all = 0;

  void add(refusal x);
};

} // namespace livegrid
