#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace livegrid {

/// Time since the machine started. Unlike `steady_clock` it goes on while the
/// machine is suspended, as the leases that others granted us do.
struct boot_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<boot_clock>;

  static constexpr bool is_steady = true;

  static time_point now() noexcept {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return time_point{std::chrono::seconds{t.tv_sec}
                      + std::chrono::nanoseconds{t.tv_nsec}};
  }
};

} // namespace livegrid
