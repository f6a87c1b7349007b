#include "livegrid/http/connection_gate.hpp"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <string>

#include <asio/steady_timer.hpp>

#include "livegrid/counters.hpp"
#include "livegrid/http/bad_input.hpp"
#include "livegrid/http/endpoint_text.hpp"
#include "livegrid/http/status_text.hpp"

namespace livegrid {

namespace {

/// Connections that may be on their way out at a time; part of the descriptors
/// that are kept in reserve.
constexpr std::size_t max_leaving = 16;

constexpr std::chrono::seconds leaving_time{2};

/// Counts and logs why somebody is turned away.
void note(counters& stats, logger& log, std::uint16_t status,
          std::string_view peer, std::string_view why) {
  using fault = counters::fault;
  auto bad = [&](fault kind) {
    note_bad_input(stats, log, kind, peer, "HTTP", why);
  };
  switch (static_cast<parse_fault>(status)) {
  case parse_fault::bad_request:
    return bad(fault::http_malformed);
  case parse_fault::body_too_big:
    return bad(fault::http_body_too_big);
  case parse_fault::url_too_long:
    return bad(fault::http_url_too_long);
  case parse_fault::header_too_big:
    return bad(fault::http_header_too_big);
  default:
    note_connection_refused(stats, log, peer);
  }
}

} // namespace

asio::io_context::id connection_gate::id;

struct connection_gate::leaving {
  explicit leaving(tls_socket x)
    : socket(std::move(x)), deadline(socket.get_executor()) {
    // nop
  }

  tls_socket socket;
  asio::steady_timer deadline;
  int pending = 2; ///< handlers that still refer to it
};

connection_gate::connection_gate(asio::io_context& context)
  : asio::io_context::service(context) {
  // Services end in the reverse order of their making: those of sockets and
  // timers have to outlive what is kept here.
  asio::ip::tcp::socket{context};
  asio::ip::tcp::acceptor{context};
  asio::steady_timer{context};
}

connection_gate::~connection_gate() = default;

void connection_gate::shutdown() {
  leaving_.clear();
}

void connection_gate::configure(std::uint64_t max_open, counters_ptr stats,
                                log_ptr log, header_maker more_headers) {
  max_open_ = max_open;
  stats_ = std::move(stats);
  log_ = std::move(log);
  more_headers_ = std::move(more_headers);
}

void connection_gate::tell() noexcept {
  if (stats_)
    set(stats_->connections, open_ + reserved_);
}

void connection_gate::note_tls_fault(const tls_socket& socket,
                                     std::string_view why) {
  if (stats_)
    note_bad_input(*stats_, *log_, counters::fault::tls, peer_of(socket), "TLS",
                   why);
}

void connection_gate::refuse(tls_socket socket, std::uint16_t status,
                             std::string_view detail,
                             const std::optional<std::string>& origin) {
  if (stats_)
    note(*stats_, *log_, status, peer_of(socket), detail);
  // It has not shaken hands yet, and would not understand.
  if (make_tls_ && status == 503)
    return;
  std::string body = "{\"detail\":\"";
  body += detail;
  body += "\"}";
  std::string head = "HTTP/1.1 " + std::to_string(status) + ' ';
  head += status_text(status);
  head += "\r\nContent-Type: application/json\r\nConnection: close\r\n"
          "Content-Length: "
          + std::to_string(body.size()) + "\r\n";
  if (status == 503)
    head += "Retry-After: 1\r\n";
  if (more_headers_)
    head += more_headers_(origin);
  head += "\r\n" + body;
  // A fresh socket has room for so little; one that has not is given up.
  auto sent = socket.write_now(head.data(), head.size());
  asio::error_code ec;
  socket.shutdown(tls_socket::shutdown_send, ec);
  if (ec || sent != static_cast<ssize_t>(head.size())
      || leaving_.size() >= max_leaving)
    return;
  leaving_.emplace_front(std::move(socket));
  auto x = leaving_.begin();
  x->deadline.expires_after(leaving_time);
  x->deadline.async_wait([this, x](const asio::error_code& aborted) {
    if (!aborted) {
      asio::error_code ignored;
      x->socket.close(ignored);
    }
    if (--x->pending == 0)
      leaving_.erase(x);
  });
  read_on(x);
}

void connection_gate::read_on(std::list<leaving>::iterator x) {
  x->socket.async_wait(
    asio::ip::tcp::socket::wait_read, [this, x](asio::error_code ec) {
      // Whatever comes is of no interest, only that it ends. The deadline
      // bounds how long that may take.
      std::array<char, 16 * 1024> waste;
      while (!ec) {
        auto n = ::recv(x->socket.native_handle(), waste.data(), waste.size(),
                        MSG_DONTWAIT);
        if (n > 0)
          continue;
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
          return read_on(x);
        break;
      }
      x->deadline.cancel();
      if (--x->pending == 0)
        leaving_.erase(x);
    });
}

} // namespace livegrid
