#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace livegrid {

/// Whether a feed ticks, and if not, whether it should.
enum class feed_state : std::uint8_t {
  up,
  silent, ///< it should tick, by its habit, and does not
  paused, ///< by the operator
  ended,  ///< it said so, or nobody had come to rely on it
  lost,   ///< it broke off, although symbols rely on it
};

constexpr std::size_t num_feed_states = 5;

constexpr std::string_view to_string(feed_state x) noexcept {
  constexpr std::string_view names[]{"up", "silent", "paused", "ended", "lost"};
  return names[static_cast<std::size_t>(x)];
}

} // namespace livegrid
