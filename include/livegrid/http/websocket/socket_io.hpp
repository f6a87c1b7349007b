#pragma once

#include <cstdint>

#include "livegrid/http/tls/tls_socket.hpp"
#include "livegrid/http/websocket/frame_io.hpp"

namespace livegrid {

/// A socket with or without TLS, as WebSocket sessions want it, on the loop on
/// which the socket was made.
class socket_io final : public frame_io {
public:
  /// @param send_buffer bytes that the kernel keeps for a slow peer.
  socket_io(tls_socket socket, std::uint64_t send_buffer);

  ssize_t read(char* to, std::size_t n) override;

  ssize_t write(const char* data, std::size_t n) override;

  void wait_readable(user_ptr whom, bool at_once) override;

  void wait_writable(user_ptr whom) override;

  void post(user_ptr whom) override;

  void end_output() noexcept override;

  void close() noexcept override;

  const std::string& tls_fault() const noexcept override;

  tcp_status link() noexcept override;

  clock::time_point now() const noexcept override;

private:
  tls_socket socket_;
};

} // namespace livegrid
