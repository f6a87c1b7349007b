#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <openssl/types.h>
#include <sys/types.h>

#include "wait.hpp"

namespace livegrid::test {

/// A client's TCP connection, down to the bytes.
class tcp_socket {
public:
  /// To a port of 127.0.0.1.
  /// @param receive_buffer bytes the kernel may hold for us; 0 for its default.
  explicit tcp_socket(std::uint16_t port, int receive_buffer = 0)
    : tcp_socket("127.0.0.1", port, receive_buffer) {
    // nop
  }

  /// To a port of an IPv4 address.
  /// @param source the address that it comes from; null for any.
  tcp_socket(const char* address, std::uint16_t port, int receive_buffer = 0,
             const char* source = nullptr);

  /// Speaks TLS from now on, of that version and no other; 0 for any. Returns
  /// false if the peer would not, and `tls_fault` says why.
  bool secure(int version = 0);

  /// What kept TLS from going on.
  const std::string& tls_fault() const noexcept {
    return tls_fault_;
  }

  /// What is spoken, such as `TLSv1.3`.
  std::string tls_version() const;

  /// The common name of whom it is spoken with.
  std::string tls_peer() const;

  tcp_socket(tcp_socket&& other) noexcept;

  tcp_socket& operator=(tcp_socket&& other) noexcept;

  ~tcp_socket();

  /// Sends all of `bytes`; returns false if the peer is gone.
  bool send(std::string_view bytes);

  /// Sends every byte in a segment of its own.
  bool send_bytewise(std::string_view bytes);

  /// Waits for bytes and appends them to `out`; returns false at the end of
  /// the stream, be it a FIN or a reset. Gives up at `deadline`.
  bool read_some(std::string& out,
                 clock::time_point deadline = clock::now() + patience);

  /// Whether something can be read within `wait`.
  bool readable(std::chrono::milliseconds wait) const;

  /// Reads until the peer closes; returns what came before.
  std::string read_to_end();

  /// Whether the stream ended with a reset.
  bool was_reset() const noexcept {
    return reset_;
  }

  void shutdown_write();

  /// Ends it in both directions; who reads on another thread comes to the end.
  void hang_up();

  /// Closes with a RST instead of a FIN.
  void reset();

  void close();

private:
  /// As the system calls, with TLS if there is; waits for nothing.
  ssize_t write_some(const char* data, std::size_t size);

  ssize_t read_some(char* to, std::size_t size);

  /// Says what a call of OpenSSL came to as a system call would.
  ssize_t outcome(int n);

  int fd_ = -1;
  bool reset_ = false;
  std::shared_ptr<SSL> tls_;
  short wanted_ = 0; ///< by TLS: what poll has to wait for
  std::string tls_fault_;
};

/// A listening socket on a free port of the loopback.
class port_holder {
public:
  /// @param host an address of the loopback, 127.0.0.1 if none is given.
  explicit port_holder(std::uint32_t host = INADDR_LOOPBACK);

  port_holder(const port_holder&) = delete;

  port_holder& operator=(const port_holder&) = delete;

  ~port_holder();

  std::uint16_t port() const noexcept {
    return port_;
  }

  /// For accept().
  int descriptor() const noexcept {
    return fd_;
  }

private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

} // namespace livegrid::test
