#include "livegrid/http/websocket/ws_codec.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "livegrid/http/websocket/ws_frame.hpp"
#include "livegrid/http/websocket/ws_input.hpp"

namespace livegrid {

namespace {

/// Codecs beyond these are freed rather than kept.
constexpr std::size_t max_idle_codecs = 16;

constexpr auto number(close_code x) {
  return static_cast<std::uint16_t>(x);
}

/// Catches what wslay would send.
struct own_output final : ws_events {
  void on_message(bool, std::string&&) override {
    // nop
  }

  void on_ping(std::string_view) override {
    // nop
  }

  void on_control_output(std::string_view x) override {
    frames += x;
  }

  /// The last of the control frames: small ones without a mask.
  std::string_view last() const noexcept {
    std::string_view rest = frames;
    while (rest.size() > 2) {
      auto size = 2 + static_cast<std::size_t>(rest[1] & 0x7f);
      if (size >= rest.size())
        break;
      rest.remove_prefix(size);
    }
    return rest;
  }

  std::string frames;
};

} // namespace

ws_codec::ws_codec() {
  wslay_event_callbacks callbacks{};
  callbacks.recv_callback = [](wslay_event_context_ptr ctx, std::uint8_t* buf,
                               std::size_t len, int, void* self) -> ssize_t {
    auto& x = *static_cast<ws_codec*>(self);
    auto n = take_input(ctx, x.input_, buf, len);
    if (n > 0)
      x.consumed_ += static_cast<std::size_t>(n);
    return n;
  };
  callbacks.send_callback = [](wslay_event_context_ptr,
                               const std::uint8_t* data, std::size_t len, int,
                               void* self) -> ssize_t {
    static_cast<ws_codec*>(self)->events_->on_control_output(
      {reinterpret_cast<const char*>(data), len});
    return static_cast<ssize_t>(len);
  };
  callbacks.on_frame_recv_start_callback =
    [](wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg* arg,
       void* self) { static_cast<ws_codec*>(self)->start_frame(*arg); };
  callbacks.on_frame_recv_chunk_callback =
    [](wslay_event_context_ptr, const wslay_event_on_frame_recv_chunk_arg* arg,
       void* self) {
      auto& x = *static_cast<ws_codec*>(self);
      if (!x.control_ && x.code_ == 0)
        x.message_.append(reinterpret_cast<const char*>(arg->data),
                          arg->data_length);
    };
  callbacks.on_frame_recv_end_callback = [](wslay_event_context_ptr,
                                            void* self) {
    auto& x = *static_cast<ws_codec*>(self);
    x.framed_ += x.frame_size_;
    ++x.frames_;
  };
  callbacks.on_msg_recv_callback =
    [](wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* arg,
       void* self) { static_cast<ws_codec*>(self)->end_message(*arg); };
  if (wslay_event_context_server_init(&context_, &callbacks, this) != 0)
    throw std::bad_alloc{};
  // wslay would allocate a buffer a fragment, and as large as the client says;
  // `message_` grows with what has really come.
  wslay_event_config_set_no_buffering(context_, 1);
}

ws_codec::~ws_codec() {
  wslay_event_context_free(context_);
}

void ws_codec::limit(std::uint64_t max_message) noexcept {
  max_message_ = max_message;
  wslay_event_config_set_max_recv_msg_length(context_, max_message);
}

void ws_codec::start_frame(const wslay_event_on_frame_recv_start_arg& arg) {
  frame_size_ = client_header_size(arg.payload_length) + arg.payload_length;
  control_ = wslay_is_ctrl_frame(arg.opcode);
  if (control_) {
    // A close frame has no body, or one that begins with a two-byte code.
    if (arg.opcode == WSLAY_CONNECTION_CLOSE && arg.payload_length == 1)
      refuse(number(close_code::protocol_error));
    return;
  }
  if (arg.opcode != WSLAY_CONTINUATION_FRAME) {
    message_.clear();
    in_message_ = true;
  }
  if (message_.size() + arg.payload_length > max_message_)
    refuse(number(close_code::too_big));
}

void ws_codec::end_message(const wslay_event_on_msg_recv_arg& arg) {
  if (code_ != 0)
    return;
  switch (arg.opcode) {
  case WSLAY_CONNECTION_CLOSE:
    by_client_ = true;
    code_ = arg.status_code == 0
              ? static_cast<std::uint16_t>(WSLAY_CODE_NO_STATUS_RCVD)
              : arg.status_code;
    break;
  case WSLAY_TEXT_FRAME:
  case WSLAY_BINARY_FRAME:
    in_message_ = false;
    events_->on_message(arg.opcode == WSLAY_TEXT_FRAME, std::move(message_));
    message_.clear();
    break;
  case WSLAY_PING:
    events_->on_ping({reinterpret_cast<const char*>(arg.msg), arg.msg_length});
    break;
  default: // Pongs need no answer.
    break;
  }
}

void ws_codec::refuse(std::uint16_t code) {
  code_ = code;
  wslay_event_shutdown_read(context_);
}

ws_codec::outcome ws_codec::feed(std::string_view bytes, ws_events& to) {
  events_ = &to;
  input_ = bytes;
  auto result = wslay_event_recv(context_);
  input_ = {};
  if (code_ == 0 && result != 0)
    // wslay tells of a frame that cannot be by an error, without a code.
    code_ = number(close_code::protocol_error);
  else if (code_ == 0 && !wslay_event_get_read_enabled(context_)) {
    // It has queued a close frame of its own; what code it chose shows in what
    // it sends.
    own_output own;
    events_ = &own;
    wslay_event_send(context_);
    code_ = wslay_event_get_status_code_sent(context_);
  } else if (by_client_ || (code_ == 0 && wslay_event_want_write(context_))) {
    // Of what it has queued the pongs are not wanted: pings are told.
    own_output own;
    events_ = &own;
    wslay_event_send(context_);
    if (by_client_)
      to.on_control_output(own.last());
  }
  events_ = nullptr;
  if (code_ != 0)
    return outcome::closed;
  if (in_message_ || consumed_ != framed_)
    return outcome::partial;
  consumed_ = framed_ = 0;
  return outcome::idle;
}

std::unique_ptr<ws_codec> ws_codec_pool::borrow(std::uint64_t max_message) {
  std::unique_ptr<ws_codec> result;
  if (idle_.empty()) {
    result = std::make_unique<ws_codec>();
  } else {
    result = std::move(idle_.back());
    idle_.pop_back();
  }
  result->limit(max_message);
  return result;
}

void ws_codec_pool::give_back(std::unique_ptr<ws_codec> x) {
  if (idle_.size() < max_idle_codecs)
    idle_.emplace_back(std::move(x));
}

} // namespace livegrid
