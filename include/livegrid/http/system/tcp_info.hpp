#pragma once

#include "livegrid/actors/stats/tcp_status.hpp"

namespace livegrid {

/// Asks the kernel; all zero if `fd` is no TCP connection.
tcp_status read_tcp_status(int fd) noexcept;

} // namespace livegrid
