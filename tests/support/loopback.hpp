#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace livegrid::test {

/// Listens on a free port of 127.0.0.1 until it is destroyed.
class listening_socket {
public:
  /// @param backlog connections that may wait to be accepted.
  explicit listening_socket(int backlog = 16)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    auto* name = reinterpret_cast<sockaddr*>(&where);
    if (fd_ < 0 || ::bind(fd_, name, size) != 0 || ::listen(fd_, backlog) != 0
        || ::getsockname(fd_, name, &size) != 0)
      throw std::runtime_error("cannot listen");
    port_ = ntohs(where.sin_port);
  }

  listening_socket(const listening_socket&) = delete;

  listening_socket& operator=(const listening_socket&) = delete;

  ~listening_socket() {
    ::close(fd_);
  }

  std::uint16_t port() const noexcept {
    return port_;
  }

  /// For poll().
  int descriptor() const noexcept {
    return fd_;
  }

  /// Waits for the next connection; its descriptor is the caller's to close.
  int accept() const {
    auto fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0)
      throw std::runtime_error("nobody has connected");
    return fd;
  }

private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

} // namespace livegrid::test
