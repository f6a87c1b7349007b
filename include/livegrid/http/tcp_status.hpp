#pragma once

#include <chrono>
#include <cstdint>

namespace livegrid {

/// What the kernel knows of a TCP connection.
struct tcp_status {
  /// Bytes that the peer has acknowledged since the connection began.
  std::uint64_t acknowledged = 0;

  /// How long ago its last acknowledgement came.
  std::chrono::milliseconds since_ack{0};
};

/// Asks the kernel; all zero if `fd` is no TCP connection.
tcp_status read_tcp_status(int fd) noexcept;

} // namespace livegrid
