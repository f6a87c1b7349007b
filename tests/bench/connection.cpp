#include "connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <openssl/ssl.h>

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

connection::connection(std::uint16_t port, bool secure, std::uint32_t host,
                       bool narrow)
  : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  check(fd_, "socket");
  set(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  if (narrow) {
    set(fd_, SOL_SOCKET, SO_RCVBUF, 8 * 1024); // which the kernel doubles
    set(fd_, IPPROTO_TCP, TCP_MAXSEG, 1460);
  }
  auto from = loopback(host, 0);
  auto to = loopback(0, port);
  check(::bind(fd_, reinterpret_cast<sockaddr*>(&from), sizeof from), "bind");
  check(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), "connect");
  if (secure)
    shake_hands();
}

connection::~connection() {
  close();
}

void connection::shake_hands() {
  static const std::shared_ptr<SSL_CTX> context{
    SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  tls_.reset(SSL_new(context.get()), SSL_free);
  SSL_set_mode(tls_.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_set_fd(tls_.get(), fd_);
  if (SSL_connect(tls_.get()) != 1)
    test::give_up("the node shakes no hands");
}

ssize_t connection::receive(char* to, std::size_t size) {
  if (!tls_)
    return ::recv(fd_, to, size, MSG_DONTWAIT);
  // Only a read may not wait; what is written is taken at once, or soon.
  auto flags = ::fcntl(fd_, F_GETFL);
  ::fcntl(fd_, F_SETFL, flags | O_NONBLOCK);
  auto n = SSL_read(tls_.get(), to, static_cast<int>(size));
  auto what = SSL_get_error(tls_.get(), n);
  ::fcntl(fd_, F_SETFL, flags);
  if (n > 0)
    return n;
  errno = what == SSL_ERROR_WANT_READ ? EAGAIN : ECONNRESET;
  return what == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

bool connection::send(std::string_view bytes) {
  auto n =
    tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
         : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n == static_cast<ssize_t>(bytes.size());
}

void connection::close(bool reset) {
  if (fd_ < 0)
    return;
  linger hard{1, 0};
  if (reset)
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(fd_);
  fd_ = -1;
}

} // namespace livegrid::bench
