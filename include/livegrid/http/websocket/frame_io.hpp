#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "livegrid/actors/stats/tcp_status.hpp"

namespace livegrid {

/// Whoever waits for a `frame_io`. Called on the loop of the connection, never
/// from within a call of the `frame_io` itself.
class frame_io_user {
public:
  virtual ~frame_io_user() = default;

  /// Bytes may have come, or the end of them.
  /// @param ok false if the wait itself has failed.
  virtual void on_readable(bool ok) = 0;

  /// More may fit into the socket.
  /// @param ok false if the wait itself has failed.
  virtual void on_writable(bool ok) = 0;

  /// What was ready on the loop when `post` was called has run.
  virtual void on_posted() = 0;
};

/// What a WebSocket session needs of the world: its socket, its loop and a
/// clock. Nothing here blocks. Belongs to the thread of its loop.
class frame_io {
public:
  using clock = std::chrono::steady_clock;
  using user_ptr = std::shared_ptr<frame_io_user>;

  virtual ~frame_io() = default;

  /// Reads up to `n` bytes. Returns how many; 0 if the peer will send no more;
  /// -1 with errno: EAGAIN if nothing is there yet, EPROTO if the peer broke
  /// the rule of TLS that `tls_fault` names.
  virtual ssize_t read(char* to, std::size_t n) = 0;

  /// Writes some of the bytes. Returns how many, or -1 with errno, which is
  /// EAGAIN if nothing can be written now; then the same bytes must come next.
  virtual ssize_t write(const char* data, std::size_t n) = 0;

  /// Calls `on_readable` once.
  /// @param at_once do not wait for bytes: the user has some left.
  virtual void wait_readable(user_ptr whom, bool at_once) = 0;

  /// Calls `on_writable` once.
  virtual void wait_writable(user_ptr whom) = 0;

  /// Calls `on_posted` once.
  virtual void post(user_ptr whom) = 0;

  /// Tells the peer that nothing more will come.
  virtual void end_output() noexcept = 0;

  /// Ends the connection as it is, and whatever is waited for.
  virtual void close() noexcept = 0;

  /// Which rule of TLS the peer broke; empty if none.
  virtual const std::string& tls_fault() const noexcept = 0;

  /// What the kernel knows of the way to the peer. Only before `close`.
  virtual tcp_status link() noexcept = 0;

  virtual clock::time_point now() const noexcept = 0;
};

} // namespace livegrid
