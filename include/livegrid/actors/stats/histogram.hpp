#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace livegrid {

/// Observations counted in buckets, as Prometheus wants them. Any thread may
/// observe and read; a reader may see the count of a moment ago.
/// @tparam Bounds the upper bounds of the buckets (inclusive), ascending; what
///         is above the last one is counted in a bucket of its own.
template <std::array Bounds>
class histogram {
public:
  static constexpr auto bounds = Bounds;

  static constexpr std::size_t num_buckets = Bounds.size() + 1;

  /// Counts `n` observations of `x`.
  void observe(std::uint64_t x, std::uint64_t n = 1) noexcept {
    auto i = std::lower_bound(bounds.begin(), bounds.end(), x);
    buckets_[static_cast<std::size_t>(i - bounds.begin())].fetch_add(
      n, std::memory_order_relaxed);
    sum_.fetch_add(x * n, std::memory_order_relaxed);
  }

  /// Observations of bucket `i` alone, not of those below it.
  std::uint64_t bucket(std::size_t i) const noexcept {
    return buckets_[i].load(std::memory_order_relaxed);
  }

  std::uint64_t sum() const noexcept {
    return sum_.load(std::memory_order_relaxed);
  }

  std::uint64_t count() const noexcept {
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < num_buckets; ++i)
      result += bucket(i);
    return result;
  }

private:
  std::array<std::atomic<std::uint64_t>, num_buckets> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

} // namespace livegrid
