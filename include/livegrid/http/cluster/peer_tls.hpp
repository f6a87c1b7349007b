#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <caf/io/network/rw_state.hpp>

#include "livegrid/fwd.hpp"
#include "livegrid/http/system/file_watch.hpp"
#include "livegrid/http/tls/tls_context.hpp"

namespace livegrid {

/// This node's certificate with its key, and the authority of those that it
/// speaks to. Reads them again when their files have changed; while these do
/// not fit, what was read before holds. Thread-safe.
class peer_certificates {
public:
  peer_certificates(const std::string& cert, const std::string& key,
                    const std::string& authority, log_ptr log);

  /// TLS for one connection.
  /// @param accepted whether the other side has made the connection.
  /// @returns null if the files have never been good.
  ssl_ptr open(bool accepted);

private:
  void read_if_changed();

  std::mutex mutex_;
  file_watch cert_;
  file_watch key_;
  file_watch authority_;
  log_ptr log_;
  ssl_context_ptr context_;
};

using peer_certificates_ptr = std::shared_ptr<peer_certificates>;

/// TLS on a connection between nodes, for CAF's streams: reads and writes what
/// it can at once. Nothing may be written before both have shown who they are:
/// a stream would ask again and again whether it can be.
class peer_tls {
public:
  /// What is told of it.
  struct events {
    /// Both have shown who they are: what waits to be written can be.
    std::function<void()> ready;

    /// The other side does not speak TLS, or is nobody that the authority has
    /// signed; the connection is over.
    std::function<void(const std::string& why)> refused;
  };

  peer_tls(ssl_ptr ssl, int fd, events what);

  bool ready() const noexcept {
    return ready_;
  }

  caf::io::network::rw_state read_some(std::size_t& result, int fd, void* to,
                                       std::size_t size);

  caf::io::network::rw_state write_some(std::size_t& result, int fd,
                                        const void* from, std::size_t size);

  /// Whether so many bytes have come that no event will tell of.
  bool must_read_more(int fd, std::size_t threshold);

private:
  /// Goes on with the handshake. Returns false if it cannot be.
  bool shake_hands();

  /// Whether the connection goes on after that result of OpenSSL's.
  bool goes_on(int result);

  ssl_ptr ssl_;
  events events_;
  bool ready_ = false;
};

} // namespace livegrid
