#pragma once

#include <cstdint>

namespace livegrid {

/// Whether somebody who has `own` of the `used` places may take one more of
/// `most`: the last quarter is kept for those who have less than a quarter, so
/// that nobody can take all there is from the others.
constexpr bool has_share(std::uint64_t used, std::uint64_t own,
                         std::uint64_t most) noexcept {
  auto kept = most / 4;
  return used < most && (used < most - kept || own < kept);
}

} // namespace livegrid
