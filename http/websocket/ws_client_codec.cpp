#include "livegrid/http/websocket/ws_client_codec.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "livegrid/http/websocket/ws_input.hpp"

namespace livegrid {

ws_client_codec::ws_client_codec(std::uint64_t max_message) {
  wslay_event_callbacks callbacks{};
  callbacks.recv_callback = [](wslay_event_context_ptr ctx, std::uint8_t* buf,
                               std::size_t len, int, void* self) -> ssize_t {
    return take_input(ctx, static_cast<ws_client_codec*>(self)->input_, buf,
                      len);
  };
  callbacks.send_callback = [](wslay_event_context_ptr,
                               const std::uint8_t* data, std::size_t len, int,
                               void* self) -> ssize_t {
    static_cast<ws_client_codec*>(self)->output_.append(
      reinterpret_cast<const char*>(data), len);
    return static_cast<ssize_t>(len);
  };
  callbacks.genmask_callback = [](wslay_event_context_ptr, std::uint8_t* buf,
                                  std::size_t len, void* self) {
    auto& x = *static_cast<ws_client_codec*>(self);
    std::generate_n(buf, len,
                    [&] { return static_cast<std::uint8_t>(x.random_()); });
    return 0;
  };
  callbacks.on_msg_recv_callback = [](wslay_event_context_ptr,
                                      const wslay_event_on_msg_recv_arg* arg,
                                      void* self) {
    if (arg->opcode == WSLAY_TEXT_FRAME)
      static_cast<ws_client_codec*>(self)->texts_.emplace_back(
        reinterpret_cast<const char*>(arg->msg), arg->msg_length);
  };
  if (wslay_event_context_client_init(&context_, &callbacks, this) != 0)
    throw std::bad_alloc{};
  wslay_event_config_set_max_recv_msg_length(context_, max_message);
}

ws_client_codec::~ws_client_codec() {
  wslay_event_context_free(context_);
}

void ws_client_codec::send_text(std::string_view text) {
  wslay_event_msg message{.opcode = WSLAY_TEXT_FRAME,
                          .msg =
                            reinterpret_cast<const std::uint8_t*>(text.data()),
                          .msg_length = text.size()};
  wslay_event_queue_msg(context_, &message);
}

void ws_client_codec::send_close() {
  wslay_event_queue_close(context_, WSLAY_CODE_NORMAL_CLOSURE, nullptr, 0);
}

void ws_client_codec::feed(std::string_view bytes) {
  input_ = bytes;
  broken_ = wslay_event_recv(context_) != 0 || broken_;
  input_ = {};
}

std::string ws_client_codec::take_output() {
  wslay_event_send(context_);
  return std::exchange(output_, {});
}

std::string ws_client_codec::end() const {
  if (wslay_event_get_close_received(context_))
    return "closed with "
           + std::to_string(wslay_event_get_status_code_received(context_));
  // What wslay does not like it answers with a close frame of its own.
  if (broken_ || !wslay_event_get_read_enabled(context_))
    return "a frame that may not be";
  return {};
}

} // namespace livegrid
