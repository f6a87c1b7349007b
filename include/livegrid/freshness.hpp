#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace livegrid {

/// How far a symbol's price can be believed to be today's: a silent symbol may
/// be a quiet market or a broken feed.
enum class freshness : std::uint8_t {
  live,  ///< ticks come as usual
  quiet, ///< silent for longer than its usual gap, its feed alive
  down,  ///< its feed is
  never, ///< has not traded
};

constexpr std::size_t num_freshness = 4;

constexpr std::string_view to_string(freshness x) noexcept {
  constexpr std::string_view names[]{"live", "quiet", "down", "never"};
  return names[static_cast<std::size_t>(x)];
}

} // namespace livegrid
