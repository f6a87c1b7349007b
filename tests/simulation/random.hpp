#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace livegrid::simulation {

/// Numbers that follow from a seed alone, the same on every machine.
class random {
public:
  explicit random(std::uint64_t seed) noexcept : state_(seed) {
    // nop
  }

  /// SplitMix64.
  std::uint64_t next() noexcept {
    auto x = state_ += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  /// One of 0 to `n` - 1. `n` must not be 0.
  std::uint64_t below(std::uint64_t n) noexcept {
    return next() % n;
  }

  /// One of `first` to `last`.
  std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    return first
           + static_cast<std::int64_t>(
             below(static_cast<std::uint64_t>(last - first) + 1));
  }

  /// Whether something happens that happens `n` times in 100.
  bool percent(std::uint64_t n) noexcept {
    return below(100) < n;
  }

  template <class T>
  const T& one_of(const std::vector<T>& xs) noexcept {
    return xs[below(xs.size())];
  }

private:
  std::uint64_t state_;
};

} // namespace livegrid::simulation
