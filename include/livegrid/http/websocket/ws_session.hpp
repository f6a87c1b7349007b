#pragma once

#include <chrono>
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
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/tls/tls_socket.hpp"
#include "livegrid/http/websocket/frame_io.hpp"
#include "livegrid/http/websocket/ws_codec.hpp"

namespace livegrid {

class ws_session;

/// What a WebSocket connection is for. Called on the loop of the connection.
class ws_endpoint {
public:
  virtual ~ws_endpoint() = default;

  /// What it is counted as.
  virtual counters::endpoint kind() const noexcept = 0;

  /// The connection is up; `way_out` stays usable until `on_gone`.
  virtual void on_open(const std::shared_ptr<ws_session>& way_out) = 0;

  // Each returns why the connection has to be closed (1008), or nothing.
  virtual std::string on_text(std::string&& text) = 0;

  virtual std::string on_binary() = 0;

  /// All that was given to `send` is out, after it was not at first.
  virtual void on_writable() = 0;

  /// The connection is over; nothing else is called after this.
  virtual void on_gone(std::uint16_t code, std::string_view reason) = 0;

  /// Whether the client's next message should wait for now.
  virtual bool busy() const noexcept = 0;

  /// All is dealt with that was read in this turn of the loop: answers that
  /// are there may go out, together.
  virtual void on_turn_end() {
    // nop
  }

  /// Whether the client has got all that is due to it, so that its connection
  /// may be closed when the node goes down.
  virtual bool settled() const noexcept = 0;
};

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

/// One WebSocket connection: reads through a codec, writes ready-made frames
/// straight to the socket, and waits for the socket only when that is full.
class ws_session final : public frame_sink,
                         private ws_events,
                         private frame_io_user,
                         public std::enable_shared_from_this<ws_session> {
public:
  using clock = ws_sessions::clock;

  ws_session(ws_sessions& owner, std::unique_ptr<frame_io> io,
             connection_gate::pass pass, std::shared_ptr<void> held,
             std::uint64_t max_message, std::unique_ptr<ws_endpoint> endpoint,
             access_key_ptr key, std::string peer, std::uint64_t number);

  // -- frame_sink -------------------------------------------------------------

  sent send(const bytes_ptr& frames) override;

  void send_error(std::string_view detail) override;

  void close(close_code code, std::string_view reason) override;

  void read_on() override;

  std::size_t unsent() const noexcept override;

  tcp_status link() noexcept override;

  const std::string& peer() const noexcept override {
    return peer_;
  }

  // -- for endpoints ----------------------------------------------------------

  /// Sends a text message of the endpoint's own, behind what is under way, with
  /// what else is sent so in this turn of the loop.
  void send_text(std::string_view text);

  // -- for the sweep ----------------------------------------------------------

  /// Sends a ping that is due, and drops a client that shows no sign of life or
  /// does not answer the close frame in time.
  void look_after(clock::time_point now);

private:
  friend class ws_sessions;

  enum class phase : std::uint8_t {
    open,
    closing, ///< a close frame is on its way; input is thrown away
    over,
  };

  void start(std::string_view answer, std::string_view unread);

  void on_message(bool text, std::string&& payload) override;

  void on_ping(std::string_view payload) override;

  void on_control_output(std::string_view frame) override;

  void on_readable(bool ok) override;

  void on_writable(bool ok) override;

  void on_posted() override;

  /// This session, for what `io_` calls: it lives until then.
  frame_io::user_ptr user();

  void wait_readable();

  /// One turn of reading: as much as others can wait for.
  void read();

  /// Takes what waits from the turn before, and then what the socket has.
  /// Returns false if the connection is over.
  bool read_some();

  /// Takes bytes of the client's; what is too much for this turn waits in
  /// `unread_`.
  void take(std::string_view bytes);

  /// Ends the connection as the codec has found it must.
  void end_as(const ws_codec& codec);

  /// Whether others should have their turn.
  bool turn_over() const noexcept;

  /// Whether the client must not cause more work or output for now.
  bool must_wait() const noexcept;

  void wait_writable();

  /// Writes what is queued. Returns false if the connection broke.
  bool write_queue();

  void queue(bytes_ptr bytes, std::size_t offset);

  void send_now(std::string bytes);

  /// Queues what `send_soon` was given, and the answer to the last ping.
  void queue_answers();

  /// The same, and writes it.
  void write_answers();

  /// Tells the endpoint, and closes.
  void end(close_code code, std::string_view reason);

  /// From here on only the end of the connection matters.
  void begin_closing(std::chrono::milliseconds patience);

  /// Parts with the endpoint, and counts how.
  std::shared_ptr<ws_endpoint> release_endpoint(std::uint16_t code);

  /// Tells the endpoint, once.
  void tell_gone(std::uint16_t code, std::string_view reason);

  void finish();

  struct segment {
    bytes_ptr bytes;
    std::size_t offset;
  };

  ws_sessions& owner_;
  std::unique_ptr<frame_io> io_;
  connection_gate::pass pass_;
  std::shared_ptr<void> held_;
  std::shared_ptr<ws_endpoint> endpoint_; ///< shared with calls of it alone
  access_key_ptr key_;
  std::unique_ptr<ws_codec> codec_; ///< while the client is amid something
  std::string peer_;
  std::vector<segment> queue_;
  std::size_t queued_ = 0; ///< what `queue_` holds, with what that costs
  std::string unread_;     ///< what was too much for the turn before
  std::string answers_;    ///< frames of our own, of this turn
  std::string pong_;       ///< the answer to the last ping of this turn
  std::size_t frames_ = 0; ///< of the client's, in this turn
  clock::time_point turn_ends_{};
  std::uint64_t max_message_;
  std::uint64_t number_;    ///< how many were opened before it
  clock::time_point heard_; ///< when the client last sent anything
  clock::time_point pinged_;
  clock::time_point deadline_; ///< when closing: how long to wait for the peer
  phase phase_ = phase::open;
  bool reading_ = false;
  bool in_turn_ = false;
  bool answers_due_ = false; ///< they will be written when the turn is over
  bool writing_ = false;
  bool owes_writable_ = false; ///< `send` could not do all of it at once
  bool shut_ = false;          ///< nothing more will be written
  bool stalled_ = false;       ///< closed, and its client reads nothing
};

} // namespace livegrid
