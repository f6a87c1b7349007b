#pragma once

#include <cstdint>

namespace livegrid::bench {

/// Connects to a port of 127.0.0.1 without Nagle's delay; gives up if it
/// cannot.
/// @param host of 127.0.0.1 + host, whence it connects: each has its own ports.
/// @param narrow see subscription::narrow.
int connect_to(std::uint16_t port, std::uint32_t host = 0, bool narrow = false);

} // namespace livegrid::bench
