#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/websocket/frame_io.hpp"
#include "livegrid/http/websocket/ws_codec.hpp"
#include "livegrid/http/websocket/ws_endpoint.hpp"
#include "livegrid/http/websocket/ws_sessions.hpp"

namespace livegrid {

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
