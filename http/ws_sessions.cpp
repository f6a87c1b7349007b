// The WebSocket connections of one loop, together.

#include <algorithm>

#include "livegrid/http/ws_session.hpp"

namespace livegrid {

namespace {

/// The buffer that they all read into.
constexpr std::size_t read_at_once = 64 * 1024;

} // namespace

ws_sessions::ws_sessions(asio::io_context& context, counters_ptr stats,
                         log_ptr log, std::chrono::milliseconds ping_every,
                         std::uint64_t send_buffer)
  : context_(context),
    stats_(std::move(stats)),
    log_(std::move(log)),
    timer_(context),
    ping_every_(ping_every),
    sweep_every_(std::clamp(ping_every / 4, std::chrono::milliseconds{25},
                            std::chrono::milliseconds{1000})),
    send_buffer_(send_buffer),
    scratch_(read_at_once) {
  sweep();
}

void ws_sessions::open(asio::ip::tcp::socket socket, connection_gate::pass pass,
                       std::shared_ptr<void> held, std::string_view answer,
                       std::string_view unread, std::uint64_t max_message,
                       std::unique_ptr<ws_endpoint> endpoint) {
  auto session = std::make_shared<ws_session>(*this, std::move(socket),
                                              std::move(pass), std::move(held),
                                              max_message, std::move(endpoint));
  all_.insert(session);
  session->start(answer, unread);
}

void ws_sessions::close_all(bool only_settled) {
  std::vector<std::shared_ptr<ws_session>> copy{all_.begin(), all_.end()};
  for (auto& x : copy)
    if (x->phase_ == ws_session::phase::open
        && (!only_settled || x->endpoint_->settled())) {
      x->tell_gone(1001, "the node is going down");
      x->close(close_code::going_away, "the node is going down");
    }
}

void ws_sessions::drop_all() {
  timer_.cancel();
  std::vector<std::shared_ptr<ws_session>> copy{all_.begin(), all_.end()};
  for (auto& x : copy) {
    x->tell_gone(1001, "the node is going down");
    x->finish();
  }
}

void ws_sessions::sweep() {
  timer_.expires_after(sweep_every_);
  timer_.async_wait([this](const asio::error_code& ec) {
    if (ec)
      return;
    auto now = clock::now();
    std::vector<std::shared_ptr<ws_session>> copy{all_.begin(), all_.end()};
    for (auto& x : copy)
      x->look_after(now);
    sweep();
  });
}

} // namespace livegrid
