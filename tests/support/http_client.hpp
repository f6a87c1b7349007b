#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json_value.hpp"
#include "tcp_socket.hpp"

namespace livegrid::test {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// The header that shows this key.
inline header_list with_key(const std::string& secret) {
  return {{"X-API-KEY", secret}};
}

/// Whether `what` stands somewhere in `text`.
inline bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

struct http_response {
  int status = 0;
  std::string reason;
  header_list headers;
  std::string body;

  /// Whether there is a header of that name, in any case.
  bool has(std::string_view name) const;

  /// All values of that header, comma-joined; empty if there is none.
  std::string header(std::string_view name) const;

  /// The body parsed.
  json_value json() const;
};

/// The bytes of a request, with `Host` and, for a body, `Content-Length`.
std::string request_bytes(std::string_view method, std::string_view target,
                          const header_list& headers = {},
                          std::string_view body = {});

/// `body` in chunks of at most `size` bytes, with the last one.
std::string chunked(std::string_view body, std::size_t size);

/// Percent-encodes all but letters, digits and `-._~`.
std::string url_encoded(std::string_view text);

/// One connection to the node's HTTP port; a keep-alive client that sends
/// whatever bytes it is told to.
class http_client {
public:
  explicit http_client(std::uint16_t port);

  /// On a connection that is there already.
  explicit http_client(tcp_socket socket);

  /// The socket, to send raw bytes, to half-close or to reset.
  tcp_socket& socket() noexcept {
    return socket_;
  }

  /// Bytes that came behind the last response.
  std::string& rest() noexcept {
    return buffer_;
  }

  /// Sends raw bytes; returns false if the peer is gone.
  bool send(std::string_view bytes) {
    return socket_.send(bytes);
  }

  /// Reads one response; nothing if the connection ended before a whole one.
  /// @param head whether the response has no body whatever its headers say.
  std::optional<http_response> try_read(bool head = false);

  /// Reads one response, which must come.
  http_response read(bool head = false);

  /// Sends a request and reads its response.
  http_response request(std::string_view method, std::string_view target,
                        const header_list& headers = {},
                        std::string_view body = {});

  /// Waits until the peer closes; returns the bytes that came before.
  std::string read_to_end();

private:
  bool fill();

  std::optional<std::string> read_line();

  bool read_chunks(std::string& out);

  tcp_socket socket_;
  std::string buffer_;
};

/// A request on a connection of its own.
http_response fetch(std::uint16_t port, std::string_view method,
                    std::string_view target, const header_list& headers = {},
                    std::string_view body = {});

http_response fetch(tcp_socket connection, std::string_view method,
                    std::string_view target, const header_list& headers = {},
                    std::string_view body = {});

} // namespace livegrid::test
