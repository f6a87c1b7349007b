#pragma once

#include <cstdint>
#include <string>

#include <time.h>

namespace livegrid::bench {

/// Microseconds of CLOCK_MONOTONIC, or between two of its moments.
using usec = std::int64_t;

/// The moment a tick is written, modulo 10^9 microseconds; its row carries it
/// as the volume.
using stamp = std::uint32_t;

/// No stamp yet.
constexpr stamp no_stamp = UINT32_MAX;

constexpr usec stamp_modulus = 1'000'000'000;

constexpr std::size_t symbol_digits = 5;

constexpr std::uint32_t max_symbols = 100'000;

inline usec now() noexcept {
  timespec x;
  clock_gettime(CLOCK_MONOTONIC, &x);
  return usec{x.tv_sec} * 1'000'000 + x.tv_nsec / 1000;
}

/// Microseconds from `earlier` to `later`, negative if it is the other way
/// round; right as long as they are less than 500 s apart.
inline usec between(stamp earlier, stamp later) noexcept {
  auto d = usec{later} - usec{earlier};
  if (d < -stamp_modulus / 2)
    return d + stamp_modulus;
  return d >= stamp_modulus / 2 ? d - stamp_modulus : d;
}

/// S00000 to S99999: of one length, so that a row's symbol is read as a number.
inline std::string symbol_name(std::uint32_t number) {
  auto digits = std::to_string(number);
  return 'S' + std::string(symbol_digits - digits.size(), '0') + digits;
}

} // namespace livegrid::bench
