#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// Connects within `time`: the kernel alone would try for minutes. (A name
/// server has a time of its own.)
/// @returns a descriptor that does not block, which is the caller's to close;
///          or why there is none.
expected<int, std::string> tcp_connect(const std::string& host,
                                       std::uint16_t port,
                                       std::chrono::milliseconds time);

} // namespace livegrid
