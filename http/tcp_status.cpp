#include "livegrid/http/tcp_status.hpp"

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
  return {info.tcpi_bytes_acked,
          std::chrono::milliseconds{info.tcpi_last_ack_recv}};
}

} // namespace livegrid
