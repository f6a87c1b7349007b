#include "livegrid/http/websocket/ws_sessions.hpp"

#include <algorithm>

#include "livegrid/http/connection/endpoint_text.hpp"
#include "livegrid/http/websocket/socket_io.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

namespace livegrid {

namespace {

/// The buffer that they all read into.
constexpr std::size_t read_at_once = 64 * 1024;

/// How often a part of them is looked after.
constexpr std::chrono::milliseconds slice_every{25};

/// Closed connections whose clients have stopped reading and may still want to
/// know why: places that others do not get.
constexpr std::size_t max_stalled = 64;

} // namespace

ws_sessions::ws_sessions(asio::io_context& context, counters_ptr stats,
                         log_ptr log, std::chrono::milliseconds ping_every,
                         std::uint64_t send_buffer)
  : context_(context),
    gate_(asio::use_service<connection_gate>(context)),
    stats_(std::move(stats)),
    log_(std::move(log)),
    timer_(context),
    ping_every_(ping_every),
    send_buffer_(send_buffer),
    scratch_(read_at_once),
    slices_(static_cast<std::size_t>(
      std::clamp(ping_every / 4, slice_every, std::chrono::milliseconds{1000})
      / slice_every)) {
  sweep();
}

void ws_sessions::open(tls_socket socket, connection_gate::pass pass,
                       std::shared_ptr<void> held, std::string_view answer,
                       std::string_view unread, std::uint64_t max_message,
                       std::unique_ptr<ws_endpoint> endpoint,
                       access_key_ptr key, std::string peer) {
  if (peer.empty())
    peer = peer_of(socket);
  open(std::make_unique<socket_io>(std::move(socket), send_buffer_),
       std::move(pass), std::move(held), answer, unread, max_message,
       std::move(endpoint), std::move(key), std::move(peer));
}

void ws_sessions::open(std::unique_ptr<frame_io> io, connection_gate::pass pass,
                       std::shared_ptr<void> held, std::string_view answer,
                       std::string_view unread, std::uint64_t max_message,
                       std::unique_ptr<ws_endpoint> endpoint,
                       access_key_ptr key, std::string peer) {
  auto session = std::make_shared<ws_session>(
    *this, std::move(io), std::move(pass), std::move(held), max_message,
    std::move(endpoint), std::move(key), std::move(peer), opened_++);
  slices_[session->number_ % slices_.size()].insert(session);
  ++size_;
  session->start(answer, unread);
}

void ws_sessions::close_all(bool only_settled) {
  for (auto& x : all())
    if (x->phase_ == ws_session::phase::open
        && (!only_settled || x->endpoint_->settled()))
      x->end(close_code::going_away, "the node is going down");
}

void ws_sessions::close_if(const std::function<bool(const access_key&)>& bad,
                           std::string_view reason) {
  for (auto& x : all())
    if (x->phase_ == ws_session::phase::open && x->key_ && bad(*x->key_))
      x->end(close_code::policy, reason);
}

void ws_sessions::drop_all() {
  timer_.cancel();
  for (auto& x : all()) {
    x->tell_gone(1001, "the node is going down");
    x->finish();
  }
}

std::vector<std::shared_ptr<ws_session>> ws_sessions::all() const {
  std::vector<std::shared_ptr<ws_session>> result;
  result.reserve(size_);
  for (const auto& x : slices_)
    result.insert(result.end(), x.begin(), x.end());
  return result;
}

void ws_sessions::forget(const std::shared_ptr<ws_session>& x) {
  size_ -= slices_[x->number_ % slices_.size()].erase(x);
}

void ws_sessions::note_stalled(const std::shared_ptr<ws_session>& x) {
  std::erase_if(stalled_, [](const auto& y) { return y.expired(); });
  stalled_.emplace_back(x);
  if (stalled_.size() <= max_stalled)
    return;
  auto first = stalled_.front().lock();
  stalled_.pop_front();
  if (first)
    first->finish();
}

void ws_sessions::sweep() {
  timer_.expires_after(slice_every);
  timer_.async_wait([this](const asio::error_code& ec) {
    if (ec)
      return;
    auto now = clock::now();
    const auto& some = slices_[next_++ % slices_.size()];
    std::vector<std::shared_ptr<ws_session>> copy{some.begin(), some.end()};
    for (auto& x : copy)
      x->look_after(now);
    sweep();
  });
}

} // namespace livegrid
