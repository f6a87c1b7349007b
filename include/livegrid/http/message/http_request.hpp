#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/access/caller.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// A request as routes see it.
struct http_request {
  std::string method; ///< GET, POST, OPTIONS, ...; GET also for HEAD
  std::string path;   ///< without the query, as sent
  std::string query;  ///< without the `?`, as sent
  std::string host;   ///< Host, as sent
  std::optional<std::string> origin;

  /// Whether it comes from the node's own page, or from none.
  bool from_own_page = true;

  std::string accept;
  std::string accept_encoding;
  std::string content_encoding;
  std::string if_none_match;
  std::string user_agent;
  std::string peer;    ///< address and port; of a proxy's client the address
  std::string address; ///< the same without a port

  /// What a trusted proxy has noted for the client and is no address.
  std::string unreadable_client;

  bool secure = false; ///< the client speaks TLS, with us or a trusted proxy
  std::string body;

  // Where credentials may be, as sent; never logged, as the query is not.
  std::string api_key;       ///< X-API-KEY
  std::string authorization; ///< Authorization
  std::string protocols;     ///< Sec-WebSocket-Protocol
  std::string cookie;
  std::string probe_proof; ///< X-Livegrid-Probe, see `self_probe`

  // What an upgrade asks for, as sent.
  std::string upgrade;
  std::string connection;
  std::string websocket_version;
  std::string websocket_key;
  bool http_1_0 = false;

  // What a browser asks before a request (CORS).
  std::string asked_headers;
  bool asks_private_network = false;

  caller who;
};

/// What goes back.
struct http_reply {
  std::uint16_t status = 200;
  std::string body;
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  bool last = false;    ///< the connection ends with it
  bool dropped = false; ///< nobody has answered

  /// Instead of `body`, if not null: bytes that many answers have.
  bytes_ptr shared = nullptr;

  /// Instead of `body`: a text that lives as long as the server, and is sent
  /// from where it is.
  std::string_view fixed_body = {};

  std::string_view content() const noexcept {
    if (shared)
      return *shared;
    return fixed_body.empty() ? std::string_view{body} : fixed_body;
  }
};

class http_input;
struct request_head;

/// Is told the head of each request. What it returns is the answer to the
/// request, and the last one of its connection.
using head_taker =
  std::function<std::optional<http_reply>(http_input&, const request_head&)>;

/// The one way back to a client. May be called from any thread; only the first
/// call counts. If the last copy goes without a call, the client gets a 500.
class responder {
public:
  using function = std::function<void(http_reply)>;

  explicit responder(function send);

  void operator()(http_reply x) const;

private:
  struct once;

  std::shared_ptr<once> once_;
};

} // namespace livegrid
