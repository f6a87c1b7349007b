#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace livegrid {

/// Whether anything listens there, known after `time` at the latest: CAF would
/// wait for as long as the kernel tries, and with it all of its networking. (A
/// name server has a time of its own.)
/// @returns why not, if not.
std::optional<std::string> probe(const std::string& host, std::uint16_t port,
                                 std::chrono::milliseconds time);

} // namespace livegrid
