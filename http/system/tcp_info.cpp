#include "livegrid/http/system/tcp_info.hpp"

// glibc's own header lacks the newer members of tcp_info, and cannot be
// included beside this one.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace livegrid {

tcp_status read_tcp_status(int fd) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return {};
  tcp_status result;
  result.acknowledged = info.tcpi_bytes_acked;
  result.since_ack_ms = info.tcpi_last_ack_recv;
  result.rtt_us = info.tcpi_rtt;
  result.unsent = info.tcpi_notsent_bytes;
  // The handshake counts as one byte acknowledged that was never sent.
  auto sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans + 1;
  result.unacked = info.tcpi_unacked > 0 && sent > info.tcpi_bytes_acked
                     ? sent - info.tcpi_bytes_acked
                     : 0;
  result.retransmits = info.tcpi_total_retrans;
  result.retrying = info.tcpi_retransmits;
  result.window = info.tcpi_snd_wnd;
  result.segment = info.tcpi_snd_mss;
  return result;
}

} // namespace livegrid
