#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http_client.hpp"

namespace livegrid::test {

/// The frame types of RFC 6455.
enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// A frame to be sent, every bit of it open to abuse.
struct ws_frame {
  std::string payload;
  opcode code = opcode::text;
  bool fin = true;
  std::uint8_t reserved = 0; ///< RSV1 to RSV3 as 0 to 7
  bool masked = true;

  /// Announced instead of the payload's size.
  std::optional<std::uint64_t> announced = std::nullopt;
};

std::string to_bytes(const ws_frame& x);

/// The payload of a close frame.
std::string close_payload(std::uint16_t code, std::string_view reason = {});

/// A whole message or control frame from the node.
struct ws_message {
  opcode code = opcode::text;
  std::string payload;

  /// A close frame's code; 1005 if it has none.
  std::uint16_t close_code() const;
};

/// The headers of a handshake that must succeed.
header_list handshake_headers();

/// Sends a handshake with these headers only; any answer will do.
http_response handshake(std::uint16_t port, std::string_view target,
                        const header_list& headers,
                        std::string_view method = "GET");

/// A WebSocket connection that was accepted.
class ws_client {
public:
  /// Shakes hands; gives up unless the node answers with 101.
  /// @param receive_buffer see tcp_socket.
  ws_client(std::uint16_t port, std::string_view target,
            const header_list& more = {}, int receive_buffer = 0);

  /// Shakes hands on a connection that is there already.
  ws_client(tcp_socket socket, std::string_view target,
            const header_list& more = {});

  /// Continues on a connection whose handshake was done by hand.
  explicit ws_client(http_client by_hand);

  tcp_socket& socket() noexcept {
    return socket_;
  }

  bool send(const ws_frame& x) {
    return socket_.send(to_bytes(x));
  }

  bool send_text(std::string_view text) {
    return send({.payload = std::string{text}});
  }

  /// Sends the client's one message: `{"type":"params","params":{"symbol":X}}`.
  bool subscribe(std::string_view symbol_json);

  /// The next message or control frame; nothing once the connection is closed.
  /// Gives up on a frame that a server may not send.
  std::optional<ws_message> next();

  /// The next text message; answers pings and skips pongs.
  std::string next_text();

  /// The next text message, parsed.
  json_value next_json();

  /// Reads up to the close frame; returns its code, or 1006 if the connection
  /// ended without one. Text messages on the way go to `texts`.
  std::uint16_t wait_for_close(std::vector<std::string>* texts = nullptr);

  /// Closes with 1000 as a browser does; returns the texts that still came.
  std::vector<std::string> close();

private:
  bool need(std::size_t bytes);

  tcp_socket socket_;
  std::string buffer_;
  std::size_t begin_ = 0; ///< of what was not read yet in `buffer_`
};

} // namespace livegrid::test
