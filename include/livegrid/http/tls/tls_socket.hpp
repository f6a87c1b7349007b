#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include "livegrid/http/tls/tls_context.hpp"

namespace livegrid {

/// A TCP socket whose bytes go through TLS once `secure` was called. It reads
/// and writes in two ways: what it can at once, for a caller that waits by
/// itself, and asynchronously, as asio wants streams to. TLS shakes hands with
/// the first read or write.
class tls_socket : public asio::ip::tcp::socket {
public:
  using super = asio::ip::tcp::socket;

  using super::super;

  tls_socket(tls_socket&&) = default;

  tls_socket& operator=(tls_socket&&) = default;

  /// Sends and receives through a TLS session from now on, which has not begun
  /// yet.
  void secure(ssl_ptr x);

  bool is_secure() const noexcept {
    return ssl_ != nullptr;
  }

  // -- at once ----------------------------------------------------------------

  /// Reads up to `n` bytes. Returns how many; 0 if the peer will send no more;
  /// -1 with errno, which is EAGAIN if nothing is there yet, and EPROTO if the
  /// peer broke the rules of TLS.
  ssize_t read_now(char* to, std::size_t n);

  /// Writes some of the bytes. Returns how many, or -1 with errno, which is
  /// EAGAIN if nothing can be written now; then the same bytes must come next.
  ssize_t write_now(const char* data, std::size_t n);

  /// What to wait for before the next read, after one that failed with EAGAIN:
  /// TLS may have to write before it can read.
  wait_type read_waits_for() const noexcept {
    return read_waits_for_;
  }

  /// What to wait for before the next write, after one that failed with EAGAIN.
  wait_type write_waits_for() const noexcept {
    return write_waits_for_;
  }

  /// Whether bytes have come that OpenSSL holds, so that a wait for the socket
  /// does not tell of them.
  bool has_unread() const noexcept;

  /// Which rule of TLS the peer broke; empty if none.
  const std::string& fault() const noexcept {
    return fault_;
  }

  /// Goes on without TLS, for a peer that does not speak it.
  void give_up_tls() noexcept {
    ssl_.reset();
  }

  /// Tells the peer that nothing more will come, and ends TCP that way.
  void shutdown(shutdown_type what, asio::error_code& ec);

  // -- asynchronously, as asio's streams do -----------------------------------

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!ssl_)
      return super::async_read_some(buffers, std::forward<Handler>(handler));
    asio::mutable_buffer to = *asio::buffer_sequence_begin(buffers);
    attempt<read_step, std::decay_t<Handler>> first{
      {this, static_cast<char*>(to.data()), to.size()},
      std::forward<Handler>(handler)};
    if (has_unread())
      asio::post(get_executor(), std::move(first));
    else
      super::async_wait(read_waits_for_, std::move(first));
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (!ssl_)
      return super::async_write_some(buffers, std::forward<Handler>(handler));
    asio::const_buffer from;
    for (auto i = asio::buffer_sequence_begin(buffers);
         i != asio::buffer_sequence_end(buffers) && from.size() == 0; ++i)
      from = *i;
    // Not from within this call: its caller does not expect it.
    asio::post(get_executor(),
               attempt<write_step, std::decay_t<Handler>>{
                 {this, static_cast<const char*>(from.data()), from.size()},
                 std::forward<Handler>(handler)});
  }

private:
  struct read_step {
    tls_socket* socket;
    char* to;
    std::size_t size;

    ssize_t operator()() {
      return socket->read_now(to, size);
    }

    wait_type waits_for() const noexcept {
      return socket->read_waits_for_;
    }
  };

  struct write_step {
    tls_socket* socket;
    const char* from;
    std::size_t size;

    ssize_t operator()() {
      return size == 0 ? 0 : socket->write_now(from, size);
    }

    wait_type waits_for() const noexcept {
      return socket->write_waits_for_;
    }
  };

  /// Tries, and waits, until something is done or cannot be.
  template <class Step, class Handler>
  struct attempt {
    Step step;
    Handler handler;

    void operator()(asio::error_code ec = {}) {
      ssize_t n = -1;
      // It may have been closed since this was posted.
      if (!ec && !step.socket->is_open())
        ec = asio::error::operation_aborted;
      if (!ec) {
        n = step();
        if (n < 0 && errno == EAGAIN) {
          auto& on = static_cast<super&>(*step.socket);
          on.async_wait(step.waits_for(), std::move(*this));
          return;
        }
        if (n < 0)
          ec.assign(errno, asio::error::get_system_category());
        else if (n == 0 && step.size > 0)
          ec = asio::error::eof;
      }
      handler(ec, n > 0 ? static_cast<std::size_t>(n) : 0);
    }
  };

  /// Whether it has been closed, with errno: OpenSSL knows its descriptor by
  /// number, which may be another connection's by now.
  bool closed() const;

  /// What OpenSSL's answer means, in the terms of recv and send.
  ssize_t outcome(int n, wait_type& waits_for);

  ssl_ptr ssl_;
  wait_type read_waits_for_ = wait_read;
  wait_type write_waits_for_ = wait_write;
  bool broken_ = false; ///< TLS can do nothing more
  std::string fault_;
};

} // namespace livegrid
