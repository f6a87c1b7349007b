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

} // namespace livegrid
