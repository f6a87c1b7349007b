#pragma once

#include <string>
#include <string_view>

namespace livegrid {

/// Whether these fields of a GET ask for a WebSocket (RFC 6455, 4.2.1).
bool asks_for_websocket(std::string_view upgrade, std::string_view connection);

/// Whether that may be a Sec-WebSocket-Key: 16 bytes in base64.
bool is_websocket_key(std::string_view key);

/// The answer that makes a connection a WebSocket (RFC 6455, 4.2.2).
std::string switching_protocols(std::string key,
                                std::string_view protocol = {});

} // namespace livegrid
