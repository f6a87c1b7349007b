#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wslay/wslay.h>

namespace livegrid {

/// The client's half of a WebSocket (RFC 6455), without I/O: masks what goes
/// out, reassembles and checks what comes in, answers pings.
class ws_client_codec {
public:
  /// @param max_message the largest message that may come, in bytes.
  explicit ws_client_codec(std::uint64_t max_message);

  ~ws_client_codec();

  ws_client_codec(const ws_client_codec&) = delete;
  ws_client_codec& operator=(const ws_client_codec&) = delete;

  void send_text(std::string_view text);

  /// Sends a close frame with 1000; nothing may be sent after it.
  void send_close();

  /// Takes bytes from the server.
  void feed(std::string_view bytes);

  /// The bytes that have to go out; they are handed over once.
  std::string take_output();

  /// The text messages that have come; they are handed over once.
  std::vector<std::string> take_texts() {
    return std::exchange(texts_, {});
  }

  /// Why nothing more will come: the server closed, or broke a rule. Empty
  /// while it may go on.
  std::string end() const;

private:
  wslay_event_context_ptr context_ = nullptr;
  std::random_device random_;
  std::string_view input_;
  std::string output_;
  std::vector<std::string> texts_;
  bool broken_ = false;
};

} // namespace livegrid
