#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/tls/tls_socket.hpp"
#include "livegrid/http/websocket/frame_io.hpp"
#include "livegrid/http/websocket/ws_codec.hpp"
#include "livegrid/http/websocket/ws_endpoint.hpp"

namespace livegrid {

/// The WebSocket connections of one loop: their timers, their buffers. Belongs
/// to the loop's thread.
class ws_sessions {
public:
  using clock = std::chrono::steady_clock;

  ws_sessions(asio::io_context& context, counters_ptr stats, log_ptr log,
              std::chrono::milliseconds ping_every, std::uint64_t send_buffer);

  /// Takes over a socket whose client has asked for a WebSocket, with the
  /// answer that makes it one.
  /// @param held what has to live as long as the connection.
  /// @param unread what the client has sent behind its request.
  /// @param key whose connection it is; may be null.
  /// @param peer the client's address; empty for that of the socket.
  void open(tls_socket socket, connection_gate::pass pass,
            std::shared_ptr<void> held, std::string_view answer,
            std::string_view unread, std::uint64_t max_message,
            std::unique_ptr<ws_endpoint> endpoint, access_key_ptr key,
            std::string peer);

  /// The same for a connection whose way to the world is made already.
  /// @param peer the client's address.
  void open(std::unique_ptr<frame_io> io, connection_gate::pass pass,
            std::shared_ptr<void> held, std::string_view answer,
            std::string_view unread, std::uint64_t max_message,
            std::unique_ptr<ws_endpoint> endpoint, access_key_ptr key,
            std::string peer);

  std::size_t size() const noexcept {
    return size_;
  }

  /// Closes connections (1001) that are not closing yet.
  /// @param only_settled leave those alone that still owe something.
  void close_all(bool only_settled);

  /// Closes connections (1008) whose key is bad.
  void close_if(const std::function<bool(const access_key&)>& bad,
                std::string_view reason);

  /// Drops every connection as it is.
  void drop_all();

private:
  friend class ws_session;

  using slice = std::unordered_set<std::shared_ptr<ws_session>>;

  /// Looks after the next slice: all at once would keep the loop for as long as
  /// it takes to send each of them a ping, and to read all the answers.
  void sweep();

  std::vector<std::shared_ptr<ws_session>> all() const;

  void forget(const std::shared_ptr<ws_session>& x);

  /// Notes that a closed connection waits for a client that reads nothing to
  /// take its close frame; of too many the first is dropped.
  void note_stalled(const std::shared_ptr<ws_session>& x);

  asio::io_context& context_;
  connection_gate& gate_;
  counters_ptr stats_;
  log_ptr log_;
  asio::steady_timer timer_;
  std::chrono::milliseconds ping_every_;
  std::uint64_t send_buffer_;
  std::vector<char> scratch_; ///< what is being read
  ws_codec_pool codecs_;
  std::vector<slice> slices_;
  std::deque<std::weak_ptr<ws_session>> stalled_;
  std::size_t size_ = 0;     ///< of all slices together
  std::size_t next_ = 0;     ///< the slice that is looked after next
  std::uint64_t opened_ = 0; ///< sessions so far
};

} // namespace livegrid
