#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stamp.hpp"

namespace livegrid::bench {

/// Counts spans in buckets, so that millions of them cost nothing to keep.
class percentiles {
public:
  /// @param span microseconds; a negative one counts as 0.
  void add(usec span) noexcept {
    ++counts_[bucket(span > 0 ? static_cast<std::uint32_t>(span) : 0)];
    ++total_;
  }

  std::uint64_t count() const noexcept {
    return total_;
  }

  /// The span in milliseconds that `share` (0 to 1) of them do not exceed,
  /// at most 1.6 % too high; 0 without any.
  double at(double share) const noexcept {
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > left)
        return static_cast<double>(upper(i)) / 1000;
      left -= counts_[i];
    }
    return 0;
  }

private:
  /// Spans with the same six bits below their highest one share a bucket.
  static constexpr unsigned bits = 6;

  static std::size_t bucket(std::uint32_t x) noexcept {
    auto width = static_cast<unsigned>(std::bit_width(x));
    auto shift = width > bits + 1 ? width - bits - 1 : 0;
    return (std::size_t{shift} << bits) + (x >> shift);
  }

  static std::uint64_t upper(std::size_t i) noexcept {
    auto shift = i >> bits > 1 ? (i >> bits) - 1 : 0;
    auto top = i - (shift << bits);
    return ((std::uint64_t{top} + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_ =
    std::vector<std::uint64_t>((32 - bits + 1) << bits);
  std::uint64_t total_ = 0;
};

} // namespace livegrid::bench
