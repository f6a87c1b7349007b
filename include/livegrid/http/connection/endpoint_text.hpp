#pragma once

#include <string>

#include <asio/ip/tcp.hpp>

namespace livegrid {

/// Address and port, as in a URL.
inline std::string endpoint_text(const asio::ip::tcp::endpoint& x) {
  auto address = x.address().to_string();
  if (x.address().is_v6())
    address = '[' + address + ']';
  return address + ':' + std::to_string(x.port());
}

/// The other end of a connection, or `gone`.
inline std::string peer_of(const asio::ip::tcp::socket& x) {
  asio::error_code gone;
  auto peer = x.remote_endpoint(gone);
  return gone ? "gone" : endpoint_text(peer);
}

} // namespace livegrid
