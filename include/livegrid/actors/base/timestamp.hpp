#pragma once

#include <chrono>

namespace livegrid {

/// A time in UTC, in nanoseconds since 1970: from 1677 to 2262.
using timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

} // namespace livegrid
