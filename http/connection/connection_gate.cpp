#include "livegrid/http/connection/connection_gate.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include <asio/steady_timer.hpp>

#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/http/connection/endpoint_text.hpp"
#include "livegrid/http/connection/request_screen.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/message/status_text.hpp"

namespace livegrid {

namespace {

/// Connections that may be on their way out at a time; part of the descriptors
/// that are kept in reserve.
constexpr std::size_t max_leaving = 16;

constexpr std::chrono::seconds leaving_time{2};

/// How often one of them is read in a turn of the loop.
constexpr int max_waste_reads = 16;

counters::fault kind_of(std::uint16_t status) noexcept {
  using fault = counters::fault;
  switch (static_cast<parse_fault>(status)) {
  case parse_fault::body_too_big:
    return fault::http_body_too_big;
  case parse_fault::url_too_long:
    return fault::http_url_too_long;
  case parse_fault::header_too_big:
    return fault::http_header_too_big;
  case parse_fault::too_much:
    return fault::limit;
  default:
    return fault::http_malformed;
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

void connection_gate::configure(wishes x) {
  wishes_ = std::move(x);
  budget_ = std::make_shared<byte_budget>(
    std::max(wishes_.max_buffered, wishes_.max_body * byte_budget::parts));
}

void connection_gate::limit_addresses(
  std::uint64_t most, address_ranges exempt,
  std::function<bool(const tls_socket&)> is_own) {
  max_share_ = most;
  exempt_ = std::move(exempt);
  is_own_ = std::move(is_own);
}

std::optional<std::shared_ptr<void>>
connection_gate::share_of(const std::string& address) {
  if (max_share_ == UINT64_MAX || exempt_.contains(address))
    return std::shared_ptr<void>{};
  auto share = shares_.enter(network_of(address), max_share_);
  return share ? std::optional{std::move(share)} : std::nullopt;
}

connection_gate::admission connection_gate::admit(const tls_socket& from) {
  admission result;
  // Whoever takes all places must not make the node seem ill.
  if (is_own_ && is_own_(from)) {
    result.refusal = full() ? 503 : 0;
    result.place = pass{*this, full() ? reserved_ : open_, nullptr};
    return result;
  }
  asio::error_code gone;
  auto address = from.remote_endpoint(gone).address().to_string();
  auto share = share_of(address);
  if (!share)
    result.refusal = 429;
  else if (full())
    result.refusal = 503;
  if (result.refusal == 0) {
    result.place = pass{*this, open_, *std::move(share)};
    return result;
  }
  if (reserved_ >= max_reserved)
    return result;
  if (max_share_ == UINT64_MAX || exempt_.contains(address)) {
    result.place = pass{*this, reserved_, nullptr};
  } else if (auto one = shares_.enter("reserved " + network_of(address),
                                      max_reserved_share)) {
    result.place = pass{*this, reserved_, std::move(one)};
  }
  return result;
}

void connection_gate::tell() noexcept {
  if (wishes_.stats)
    set(wishes_.stats->connections, open_ + reserved_);
}

void connection_gate::note_tls_fault(const tls_socket& socket,
                                     std::string_view why) {
  note_bad_input(*wishes_.stats, *wishes_.log, counters::fault::tls,
                 peer_of(socket), "TLS", why);
}

void connection_gate::note_fault(std::string_view peer,
                                 const request_fault& x) {
  note_bad_input(*wishes_.stats, *wishes_.log, kind_of(x.status), peer, "HTTP",
                 x.why);
}

http_reply connection_gate::full_reply(std::uint16_t status,
                                       std::string_view peer,
                                       std::string_view what) {
  auto of_address = status == 429;
  if (of_address)
    note_bad_input(*wishes_.stats, *wishes_.log, counters::fault::limit, peer,
                   what, full_address);
  else
    note_connection_refused(*wishes_.stats, *wishes_.log, peer);
  auto answer = error_reply(status, of_address ? full_address : full_node);
  answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

void connection_gate::refuse_full(tls_socket socket, std::uint16_t status) {
  auto answer = full_reply(status, peer_of(socket), "connection");
  // It has not shaken hands yet, and would not understand.
  if (!make_tls_)
    refuse(std::move(socket), std::move(answer), std::nullopt);
}

void connection_gate::refuse(tls_socket socket, http_reply answer,
                             const std::optional<std::string>& origin) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  head += status_text(answer.status);
  head += "\r\nContent-Type: " + answer.type
          + "\r\nConnection: close\r\nContent-Length: "
          + std::to_string(answer.content().size()) + "\r\n";
  for (const auto& [name, value] : answer.headers)
    head += name + ": " + value + "\r\n";
  head += wishes_.more_headers(origin) + "\r\n";
  head += answer.content();
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
      // bounds how long that may take, if the loop gets to it: who sends faster
      // than it is thrown away must not keep it.
      std::array<char, 16 * 1024> waste;
      for (auto left = max_waste_reads; !ec; --left) {
        if (left == 0)
          return read_on(x);
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
