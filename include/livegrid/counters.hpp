#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace livegrid {

/// What one node has counted since it started. Shared by the parts that
/// count; only ever added to, so that relaxed order is enough.
struct counters {
  using value = std::atomic<std::uint64_t>;

  value ticks_applied{0};
  value ticks_repeated{0};
  value ticks_refused{0};

  value rows_published{0}; ///< a row counts once for each of its subscribers
  value rows_delivered{0};
  value rows_merged{0};    ///< a newer row of the same symbol took their place
  value rows_discarded{0}; ///< dropped when their subscriber left

  value subscribers_opened{0};
  value subscribers_closed{0};
  value bad_messages{0};
  value connections_refused{0};

  /// By status class: 1xx to 5xx.
  std::array<value, 5> http_responses{};

  value symbols{0}; ///< symbols owned (never falls)
};

inline void add(counters::value& x, std::uint64_t n = 1) noexcept {
  x.fetch_add(n, std::memory_order_relaxed);
}

inline std::uint64_t get(const counters::value& x) noexcept {
  return x.load(std::memory_order_relaxed);
}

} // namespace livegrid
