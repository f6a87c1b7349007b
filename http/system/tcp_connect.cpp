#include "livegrid/http/system/tcp_connect.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace livegrid {

namespace {

using clock = std::chrono::steady_clock;

/// Waits for a connection that has begun. Returns 0 or the system's error.
int finish_connect(int fd, clock::time_point deadline) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
    deadline - clock::now());
  pollfd ready{fd, POLLOUT, 0};
  auto n = poll(&ready, 1,
                static_cast<int>(std::max<std::int64_t>(
                  0, static_cast<std::int64_t>(left.count()))));
  if (n < 0)
    return errno;
  if (n == 0)
    return ETIMEDOUT;
  int why = 0;
  socklen_t size = sizeof why;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
  return why;
}

} // namespace

expected<int, std::string> tcp_connect(const std::string& host,
                                       std::uint16_t port,
                                       std::chrono::milliseconds time) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  auto code =
    getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (code != 0)
    return unexpected{gai_strerror(code)};
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all{raw, freeaddrinfo};
  auto deadline = clock::now() + time;
  int why = ECONNREFUSED;
  for (auto* x = all.get(); x != nullptr; x = x->ai_next) {
    auto fd =
      socket(x->ai_family, x->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
             x->ai_protocol);
    if (fd < 0) {
      why = errno;
      continue;
    }
    why = ::connect(fd, x->ai_addr, x->ai_addrlen) == 0 ? 0 : errno;
    if (why == EINPROGRESS)
      why = finish_connect(fd, deadline);
    if (why == 0)
      return fd;
    close(fd);
  }
  return unexpected{std::strerror(why)};
}

} // namespace livegrid
