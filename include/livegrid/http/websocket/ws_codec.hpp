#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wslay/wslay.h>

#include "livegrid/frame_sink.hpp"

namespace livegrid {

/// What a codec found in a client's bytes.
class ws_events {
public:
  virtual ~ws_events() = default;

  /// A whole message, reassembled, its UTF-8 checked if it is text.
  virtual void on_message(bool text, std::string&& payload) = 0;

  /// A ping, which wants that payload back; of several, the last one's alone
  /// will do (RFC 6455, 5.5.3).
  virtual void on_ping(std::string_view payload) = 0;

  /// The frame that answers the client's close frame.
  virtual void on_control_output(std::string_view frame) = 0;
};

/// Reads the client's half of a WebSocket (RFC 6455) with wslay: reassembly,
/// control frames between fragments, UTF-8, limits. A codec holds some 8 KiB,
/// so a connection borrows one while its client is in the middle of something.
class ws_codec {
public:
  enum class outcome : std::uint8_t {
    idle,    ///< between messages: the codec may serve another connection
    partial, ///< in the middle of a frame or message
    closed,  ///< the client closed, or broke a rule; see `code`
  };

  ws_codec();

  ~ws_codec();

  ws_codec(const ws_codec&) = delete;
  ws_codec& operator=(const ws_codec&) = delete;

  /// Sets the largest message, in bytes. Only when idle.
  void limit(std::uint64_t max_message) noexcept;

  /// Takes bytes from the client. After `closed` it may not be used again.
  outcome feed(std::string_view bytes, ws_events& to);

  /// Frames of whatever kind since the last call: each is work.
  std::size_t take_frames() noexcept {
    return std::exchange(frames_, 0);
  }

  /// After `closed`: the code that the client was or has to be sent.
  std::uint16_t code() const noexcept {
    return code_;
  }

  /// After `closed`: whether it was the client's wish, and its close frame has
  /// been answered.
  bool by_client() const noexcept {
    return by_client_;
  }

private:
  void start_frame(const wslay_event_on_frame_recv_start_arg& arg);

  void end_message(const wslay_event_on_msg_recv_arg& arg);

  /// Ends the connection for a broken rule.
  void refuse(std::uint16_t code);

  wslay_event_context_ptr context_ = nullptr;
  ws_events* events_ = nullptr;
  std::string_view input_;
  std::string message_;
  std::uint64_t max_message_ = 0;
  std::uint64_t consumed_ = 0;   ///< bytes that wslay has taken
  std::uint64_t framed_ = 0;     ///< of them, those of whole frames
  std::uint64_t frame_size_ = 0; ///< of the frame in hand
  std::size_t frames_ = 0;       ///< see `take_frames`
  bool control_ = false;         ///< the frame in hand is a control frame
  bool in_message_ = false;
  bool by_client_ = false;
  std::uint16_t code_ = 0;
};

/// Idle codecs of one loop.
class ws_codec_pool {
public:
  std::unique_ptr<ws_codec> borrow(std::uint64_t max_message);

  /// Takes back an idle codec.
  void give_back(std::unique_ptr<ws_codec> x);

private:
  std::vector<std::unique_ptr<ws_codec>> idle_;
};

} // namespace livegrid
