#pragma once

#include <cstdint>

#include "livegrid/fwd.hpp"

namespace livegrid {

/// Connections beyond the limit that are taken in to be told so.
constexpr std::uint64_t overflow_connections = 16;

/// Raises the process's descriptor limit as far as it goes, and fits a limit on
/// connections below it: an accept that finds no descriptor would be the last.
/// Logs it if that is less than `wanted`.
std::uint64_t fit_below_descriptor_limit(std::uint64_t wanted, logger& log);

} // namespace livegrid
