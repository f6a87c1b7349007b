#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <openssl/types.h>
#include <sys/types.h>

namespace livegrid::bench {

/// The client's end of a connection to a port of 127.0.0.1, without Nagle's
/// delay.
class connection {
public:
  /// Connects; gives up if it cannot.
  /// @param secure whether to speak TLS.
  /// @param host of 127.0.0.1 + host, whence it connects: each has its own
  ///             ports.
  /// @param narrow see subscription::narrow.
  connection(std::uint16_t port, bool secure, std::uint32_t host = 0,
             bool narrow = false);

  connection(const connection&) = delete;

  connection& operator=(const connection&) = delete;

  ~connection();

  /// -1 once it is closed.
  int fd() const noexcept {
    return fd_;
  }

  /// Reads once; see recv. With TLS a record at most.
  ssize_t receive(char* to, std::size_t size);

  /// Writes all of that; returns false if the peer is gone.
  bool send(std::string_view bytes);

  /// Closes with a FIN, or with a reset.
  void close(bool reset = false);

private:
  void shake_hands();

  int fd_ = -1;
  std::shared_ptr<SSL> tls_;
};

} // namespace livegrid::bench
