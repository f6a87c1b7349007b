#include "livegrid/http/websocket/socket_io.hpp"

#include <utility>

#include "livegrid/http/system/tcp_info.hpp"

namespace livegrid {

socket_io::socket_io(tls_socket socket, std::uint64_t send_buffer)
  : socket_(std::move(socket)) {
  asio::error_code ec;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ec);
  socket_.set_option(
    asio::socket_base::send_buffer_size{static_cast<int>(send_buffer)}, ec);
  socket_.non_blocking(true, ec);
}

ssize_t socket_io::read(char* to, std::size_t n) {
  return socket_.read_now(to, n);
}

ssize_t socket_io::write(const char* data, std::size_t n) {
  return socket_.write_now(data, n);
}

void socket_io::wait_readable(user_ptr whom, bool at_once) {
  auto go_on = [whom = std::move(whom)](const asio::error_code& ec = {}) {
    whom->on_readable(!ec);
  };
  if (at_once || socket_.has_unread())
    asio::post(socket_.get_executor(), std::move(go_on));
  else
    socket_.async_wait(socket_.read_waits_for(), std::move(go_on));
}

void socket_io::wait_writable(user_ptr whom) {
  socket_.async_wait(socket_.write_waits_for(),
                     [whom = std::move(whom)](const asio::error_code& ec) {
                       whom->on_writable(!ec);
                     });
}

void socket_io::post(user_ptr whom) {
  asio::post(socket_.get_executor(),
             [whom = std::move(whom)] { whom->on_posted(); });
}

void socket_io::end_output() noexcept {
  asio::error_code ec;
  socket_.shutdown(tls_socket::shutdown_send, ec);
}

void socket_io::close() noexcept {
  asio::error_code ec;
  socket_.close(ec);
}

const std::string& socket_io::tls_fault() const noexcept {
  return socket_.fault();
}

tcp_status socket_io::link() noexcept {
  return read_tcp_status(socket_.native_handle());
}

frame_io::clock::time_point socket_io::now() const noexcept {
  return clock::now();
}

} // namespace livegrid
