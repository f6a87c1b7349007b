#include "livegrid/http/tls/tls_socket.hpp"

#include <sys/socket.h>

#include <algorithm>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace livegrid {

namespace {

/// What a record of TLS holds at most; more would only be cut up.
constexpr std::size_t max_record = 16 * 1024;

} // namespace

void tls_socket::secure(ssl_ptr x) {
  asio::error_code ignored;
  // Else a read or write of OpenSSL would wait.
  non_blocking(true, ignored);
  SSL_set_fd(x.get(), native_handle());
  ssl_ = std::move(x);
}

bool tls_socket::has_unread() const noexcept {
  // The begin of a record is none: the rest of it has to come.
  return ssl_ && SSL_pending(ssl_.get()) > 0;
}

ssize_t tls_socket::outcome(int n, wait_type& waits_for) {
  if (n > 0)
    return n;
  auto system = errno;
  switch (SSL_get_error(ssl_.get(), n)) {
  case SSL_ERROR_WANT_READ:
    waits_for = wait_read;
    errno = EAGAIN;
    return -1;
  case SSL_ERROR_WANT_WRITE:
    waits_for = wait_write;
    errno = EAGAIN;
    return -1;
  case SSL_ERROR_ZERO_RETURN:
    return 0;
  case SSL_ERROR_SYSCALL:
    broken_ = true;
    errno = system != 0 ? system : ECONNRESET;
    return -1;
  default:
    broken_ = true;
    fault_ = tls_reason();
    errno = EPROTO;
    return -1;
  }
}

bool tls_socket::closed() const {
  if (is_open())
    return false;
  errno = EBADF;
  return true;
}

ssize_t tls_socket::read_now(char* to, std::size_t n) {
  if (!ssl_)
    return ::recv(native_handle(), to, n, MSG_DONTWAIT);
  if (closed())
    return -1;
  ERR_clear_error();
  errno = 0;
  return outcome(
    SSL_read(ssl_.get(), to, static_cast<int>(std::min(n, 4 * max_record))),
    read_waits_for_);
}

ssize_t tls_socket::write_now(const char* data, std::size_t n) {
  if (!ssl_)
    return ::send(native_handle(), data, n, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (closed())
    return -1;
  std::size_t done = 0;
  while (done < n) {
    ERR_clear_error();
    errno = 0;
    auto now =
      outcome(SSL_write(ssl_.get(), data + done,
                        static_cast<int>(std::min(n - done, max_record))),
              write_waits_for_);
    if (now > 0) {
      done += static_cast<std::size_t>(now);
      continue;
    }
    if (now == 0)
      errno = EPIPE;
    if (done == 0 || errno != EAGAIN)
      return -1;
    break;
  }
  return static_cast<ssize_t>(done);
}

void tls_socket::shutdown(shutdown_type what, asio::error_code& ec) {
  if (ssl_ && !broken_ && is_open() && what != shutdown_receive
      && SSL_is_init_finished(ssl_.get()) == 1) {
    // Its answer is not waited for: what follows says the same.
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  super::shutdown(what, ec);
}

} // namespace livegrid
