#include "connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "wait.hpp"

namespace livegrid::bench {

namespace {

void check(int result, const char* what) {
  if (result < 0)
    test::give_up(std::string{what} + ": " + std::strerror(errno));
}

void set(int fd, int level, int option, int value) {
  check(setsockopt(fd, level, option, &value, sizeof value), "setsockopt");
}

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
  return result;
}

} // namespace

int connect_to(std::uint16_t port, std::uint32_t host, bool narrow) {
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(fd, "socket");
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  if (narrow) {
    set(fd, SOL_SOCKET, SO_RCVBUF, 8 * 1024); // which the kernel doubles
    set(fd, IPPROTO_TCP, TCP_MAXSEG, 1460);
  }
  auto from = loopback(host, 0);
  auto to = loopback(0, port);
  check(::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from), "bind");
  check(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), "connect");
  return fd;
}

} // namespace livegrid::bench
