#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// The freshness of that name.
constexpr std::optional<freshness>
parse_freshness(std::string_view name) noexcept {
  for (std::size_t i = 0; i < num_freshness; ++i)
    if (auto x = static_cast<freshness>(i); name == to_string(x))
      return x;
  return std::nullopt;
}

} // namespace livegrid
