#include "tcp_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <random>
#include <set>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace livegrid::test {

namespace {

std::string os_error(const char* what) {
  return std::string{what} + ": " + std::strerror(errno);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return result;
}

} // namespace

tcp_socket::tcp_socket(const char* host, std::uint16_t port, int receive_buffer,
                       const char* source) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0)
    give_up(os_error("socket"));
  // The size must stand before the window is negotiated.
  if (receive_buffer > 0
      && setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                    sizeof receive_buffer)
           != 0)
    give_up(os_error("SO_RCVBUF"));
  int on = 1;
  if (setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    give_up(os_error("TCP_NODELAY"));
  if (source != nullptr) {
    auto from = loopback(0);
    if (inet_pton(AF_INET, source, &from.sin_addr) != 1
        || ::bind(fd_, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0)
      give_up(os_error("bind"));
  }
  auto address = loopback(port);
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
    give_up("no IPv4 address: " + std::string{host});
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address)
      != 0) {
    auto message = os_error("connect to port ") + std::to_string(port);
    ::close(std::exchange(fd_, -1));
    give_up(message);
  }
}

tcp_socket::tcp_socket(tcp_socket&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)),
    reset_(other.reset_),
    tls_(std::move(other.tls_)) {
  // nop
}

tcp_socket& tcp_socket::operator=(tcp_socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(reset_, other.reset_);
  std::swap(tls_, other.tls_);
  return *this;
}

tcp_socket::~tcp_socket() {
  close();
}

bool tcp_socket::secure(int version) {
  static const std::shared_ptr<SSL_CTX> context{
    SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  // Whoever writes here may be cut off.
  std::signal(SIGPIPE, SIG_IGN);
  tls_.reset(SSL_new(context.get()), SSL_free);
  // OpenSSL's own level would not let an old version out.
  SSL_set_security_level(tls_.get(), 0);
  SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  SSL_set_options(tls_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (version != 0
      && (SSL_set_min_proto_version(tls_.get(), version) != 1
          || SSL_set_max_proto_version(tls_.get(), version) != 1))
    give_up("no such version of TLS");
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  SSL_set_fd(tls_.get(), fd_);
  auto deadline = clock::now() + patience;
  for (;;) {
    ERR_clear_error();
    if (outcome(SSL_connect(tls_.get())) > 0)
      return true;
    if (errno != EAGAIN)
      return false;
    pollfd p{fd_, wanted_, 0};
    if (::poll(&p, 1, poll_time(deadline)) == 0)
      give_up("the node does not shake hands");
  }
}

std::string tcp_socket::tls_version() const {
  return SSL_get_version(tls_.get());
}

std::string tcp_socket::tls_peer() const {
  std::unique_ptr<X509, decltype(&X509_free)> cert{
    SSL_get1_peer_certificate(tls_.get()), X509_free};
  char name[256] = "";
  if (cert)
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName,
                              name, sizeof name);
  return name;
}

ssize_t tcp_socket::outcome(int n) {
  if (n > 0)
    return n;
  auto what = SSL_get_error(tls_.get(), n);
  if (what == SSL_ERROR_ZERO_RETURN)
    return 0;
  if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE) {
    wanted_ = what == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    errno = EAGAIN;
    return -1;
  }
  if (const char* why = ERR_reason_error_string(ERR_peek_error()))
    tls_fault_ = why;
  errno = ECONNRESET;
  return -1;
}

ssize_t tcp_socket::write_some(const char* data, std::size_t size) {
  wanted_ = POLLOUT;
  if (!tls_)
    return ::send(fd_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  ERR_clear_error();
  return outcome(SSL_write(tls_.get(), data, static_cast<int>(size)));
}

ssize_t tcp_socket::read_some(char* to, std::size_t size) {
  wanted_ = POLLIN;
  if (!tls_)
    return ::recv(fd_, to, size, MSG_DONTWAIT);
  ERR_clear_error();
  return outcome(SSL_read(tls_.get(), to, static_cast<int>(size)));
}

bool tcp_socket::send(std::string_view bytes) {
  auto deadline = clock::now() + patience;
  while (!bytes.empty()) {
    auto n = write_some(bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd p{fd_, wanted_, 0};
      if (::poll(&p, 1, poll_time(deadline)) == 0)
        give_up("the node reads nothing: " + std::to_string(bytes.size())
                + " bytes could not be sent");
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool tcp_socket::send_bytewise(std::string_view bytes) {
  for (auto& c : bytes)
    if (!send({&c, 1}))
      return false;
  return true;
}

bool tcp_socket::read_some(std::string& out, clock::time_point deadline) {
  char buffer[65536];
  for (;;) {
    auto n = read_some(buffer, sizeof buffer);
    if (n > 0) {
      out.append(buffer, static_cast<std::size_t>(n));
      return true;
    }
    if (n == 0)
      return false;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd p{fd_, wanted_, 0};
      if (::poll(&p, 1, poll_time(deadline)) == 0)
        give_up("nothing came from the node in time; before it: "
                + out.substr(out.size() > 300 ? out.size() - 300 : 0));
    } else if (errno != EINTR) {
      reset_ = true;
      return false;
    }
  }
}

bool tcp_socket::readable(std::chrono::milliseconds wait) const {
  if (tls_ && SSL_has_pending(tls_.get()) == 1)
    return true;
  pollfd p{fd_, POLLIN, 0};
  return ::poll(&p, 1, static_cast<int>(wait.count())) > 0;
}

std::string tcp_socket::read_to_end() {
  std::string result;
  auto deadline = clock::now() + patience;
  while (read_some(result, deadline))
    ;
  return result;
}

void tcp_socket::shutdown_write() {
  if (tls_)
    SSL_shutdown(tls_.get());
  ::shutdown(fd_, SHUT_WR);
}

void tcp_socket::hang_up() {
  ::shutdown(fd_, SHUT_RDWR);
}

void tcp_socket::reset() {
  linger hard{1, 0};
  if (fd_ >= 0
      && setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard) != 0)
    give_up(os_error("SO_LINGER"));
  close();
}

void tcp_socket::close() {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

port_holder::port_holder(std::uint32_t host) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // Below those that the kernel gives to whoever connects: a program that is
  // to listen there later would find it taken. None is held twice, since one
  // that is let go is promised to a program that may not have begun yet.
  static std::mt19937 random{std::random_device{}()};
  static std::set<std::uint16_t> promised;
  std::uniform_int_distribution<std::uint16_t> any{10'000, 32'000};
  for (auto tries = 0; tries < 100; ++tries) {
    port_ = any(random);
    if (!promised.insert(port_).second)
      continue;
    auto address = loopback(port_);
    address.sin_addr.s_addr = htonl(host);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0
        && ::listen(fd_, 1) == 0)
      return;
  }
  give_up(os_error("no free port"));
}

port_holder::~port_holder() {
  if (fd_ >= 0)
    ::close(fd_);
}

} // namespace livegrid::test
