#pragma once

#include <cstdint>

#include <caf/meta/type_name.hpp>

namespace livegrid {

/// What the kernel knows of the way to a peer, over TCP.
struct tcp_status {
  std::uint64_t acknowledged = 0; ///< bytes, since the connection began
  std::uint64_t since_ack_ms = 0; ///< since the last acknowledgement came
  std::uint64_t rtt_us = 0;       ///< smoothed round trip
  std::uint64_t unsent = 0;       ///< bytes that the kernel has yet to send
  std::uint64_t unacked = 0;      ///< bytes sent and not acknowledged
  std::uint64_t retransmits = 0;  ///< segments, since the connection began
  std::uint64_t retrying = 0;     ///< tries of the segment at the front
  std::uint64_t window = 0;       ///< bytes that the peer has room for
  std::uint64_t segment = 0;      ///< bytes that one packet carries

  friend bool operator==(const tcp_status&, const tcp_status&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, tcp_status& x) {
    return f(caf::meta::type_name("tcp_status"), x.acknowledged, x.since_ack_ms,
             x.rtt_us, x.unsent, x.unacked, x.retransmits, x.retrying, x.window,
             x.segment);
  }
};

} // namespace livegrid
