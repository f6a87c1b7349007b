#include "livegrid/http/websocket/ws_session.hpp"

#include <algorithm>
#include <cerrno>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"

namespace livegrid {

namespace {

/// What an item of the queue costs beside its bytes.
constexpr std::size_t item_cost = 128;

/// How long a client may take to answer a close frame.
constexpr std::chrono::seconds close_patience{5};

/// The same for one that has stopped reading: it may still want to know why.
constexpr std::chrono::seconds stalled_patience{60};

/// How long a client that has got everything may keep the node from ending.
constexpr std::chrono::seconds leaving_patience{1};

/// What a client did whose connection is closed with that code.
counters::fault fault_of(std::uint16_t code) noexcept {
  switch (static_cast<close_code>(code)) {
  case close_code::bad_utf8:
    return counters::fault::websocket_utf8;
  case close_code::too_big:
    return counters::fault::websocket_too_big;
  default:
    return counters::fault::websocket_protocol;
  }
}

/// How far into the time between two pings a session begins, half of it at
/// most, so that those who came together are not pinged together. The golden
/// ratio spreads any number of them evenly.
ws_session::clock::duration phase_of(std::uint64_t number,
                                     ws_session::clock::duration interval) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  constexpr double whole = 18446744073709551616.;
  return std::chrono::duration_cast<ws_session::clock::duration>(
    interval * (static_cast<double>(number * golden) / whole / 2));
}

} // namespace

ws_session::ws_session(ws_sessions& owner, std::unique_ptr<frame_io> io,
                       connection_gate::pass pass, std::shared_ptr<void> held,
                       std::uint64_t max_message,
                       std::unique_ptr<ws_endpoint> endpoint,
                       access_key_ptr key, std::string peer,
                       std::uint64_t number)
  : owner_(owner),
    io_(std::move(io)),
    pass_(std::move(pass)),
    held_(std::move(held)),
    endpoint_(std::move(endpoint)),
    key_(std::move(key)),
    peer_(std::move(peer)),
    max_message_(max_message),
    number_(number),
    heard_(io_->now()),
    pinged_(heard_ - phase_of(number, owner.ping_every_)) {
  // nop
}

void ws_session::start(std::string_view answer, std::string_view unread) {
  // Before anything waits for more of it.
  unread_ = unread;
  send_now(std::string{answer});
  // The client may be gone already; then nobody needs to know that it came.
  if (phase_ == phase::over)
    return;
  endpoint_->on_open(shared_from_this());
  wait_readable();
}

frame_io::user_ptr ws_session::user() {
  return {shared_from_this(), this};
}

// -- writing ------------------------------------------------------------------

sent ws_session::send(const bytes_ptr& frames) {
  if (phase_ != phase::open)
    return sent::closed;
  if (!queue_.empty()) {
    queue(frames, 0);
    owes_writable_ = true;
    return sent::partly;
  }
  auto n = io_->write(frames->data(), frames->size());
  if (n == static_cast<ssize_t>(frames->size()))
    return sent::all;
  if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
    tell_gone(1006, "the connection broke");
    finish();
    return sent::closed;
  }
  queue(frames, n > 0 ? static_cast<std::size_t>(n) : 0);
  owes_writable_ = true;
  wait_writable();
  return sent::partly;
}

void ws_session::send_text(std::string_view text) {
  if (phase_ != phase::open)
    return;
  append_text_frame(answers_, text);
  if (in_turn_ || std::exchange(answers_due_, true))
    return;
  io_->post(user());
}

void ws_session::on_posted() {
  answers_due_ = false;
  if (phase_ == phase::open && !in_turn_)
    write_answers();
}

void ws_session::send_error(std::string_view detail) {
  std::string text = "{\"type\":\"error\",\"detail\":";
  append_json_string(text, detail);
  text += '}';
  send_text(text);
}

void ws_session::send_now(std::string bytes) {
  queue(std::make_shared<const std::string>(std::move(bytes)), 0);
  if (!writing_)
    write_queue();
}

void ws_session::queue_answers() {
  answers_ += pong_;
  pong_.clear();
  if (!answers_.empty())
    queue(std::make_shared<const std::string>(std::exchange(answers_, {})), 0);
}

void ws_session::write_answers() {
  queue_answers();
  if (!queue_.empty() && !writing_)
    write_queue();
}

void ws_session::queue(bytes_ptr bytes, std::size_t offset) {
  queued_ += bytes->size() - offset + item_cost;
  queue_.push_back({std::move(bytes), offset});
}

bool ws_session::write_queue() {
  std::size_t done = 0;
  while (done < queue_.size()) {
    auto& x = queue_[done];
    auto n = io_->write(x.bytes->data() + x.offset, x.bytes->size() - x.offset);
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
        break;
      queue_.clear();
      queued_ = 0;
      tell_gone(1006, "the connection broke");
      finish();
      return false;
    }
    x.offset += static_cast<std::size_t>(n);
    queued_ -= static_cast<std::size_t>(n);
    if (x.offset < x.bytes->size())
      break;
    queued_ -= item_cost;
    ++done;
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<long>(done));
  if (!queue_.empty()) {
    wait_writable();
    return true;
  }
  if (phase_ == phase::closing) {
    if (!std::exchange(shut_, true))
      io_->end_output();
    wait_readable();
    return true;
  }
  if (std::exchange(owes_writable_, false))
    endpoint_->on_writable();
  read_on();
  return true;
}

void ws_session::wait_writable() {
  if (writing_)
    return;
  writing_ = true;
  io_->wait_writable(user());
}

void ws_session::on_writable(bool ok) {
  writing_ = false;
  if (ok && phase_ != phase::over)
    write_queue();
}

std::size_t ws_session::unsent() const noexcept {
  return queued_ + answers_.size() + pong_.size();
}

tcp_status ws_session::link() noexcept {
  if (phase_ == phase::over)
    return {};
  return io_->link();
}

// -- the end ------------------------------------------------------------------

void ws_session::end_as(const ws_codec& codec) {
  auto code = codec.code();
  if (codec.by_client()) {
    tell_gone(code, "the client closed");
    begin_closing(close_patience);
    return;
  }
  auto reason = code == 1007   ? "not UTF-8"
                : code == 1009 ? "message over the limit"
                               : "against the WebSocket protocol";
  note_bad_input(*owner_.stats_, *owner_.log_, fault_of(code), peer_,
                 to_string(endpoint_->kind()), reason);
  // What is due to the client goes before.
  if (auto to = endpoint_)
    to->on_turn_end();
  tell_gone(code, reason);
  close(static_cast<close_code>(code), reason);
}

void ws_session::close(close_code code, std::string_view reason) {
  if (phase_ != phase::open)
    return;
  // Whoever closes knows; nobody else needs to be told.
  release_endpoint(static_cast<std::uint16_t>(code));
  queue_answers();
  std::string frame;
  append_close_frame(frame, code, reason);
  queue(std::make_shared<const std::string>(std::move(frame)), 0);
  std::chrono::milliseconds patience = close_patience;
  if (writing_ && code == close_code::policy && !owner_.gate_.full()) {
    patience = stalled_patience;
    stalled_ = true;
    owner_.note_stalled(shared_from_this());
  } else if (!writing_ && code == close_code::going_away) {
    patience = leaving_patience;
  }
  begin_closing(patience);
}

void ws_session::end(close_code code, std::string_view reason) {
  tell_gone(static_cast<std::uint16_t>(code), reason);
  close(code, reason);
}

void ws_session::begin_closing(std::chrono::milliseconds patience) {
  queue_answers();
  phase_ = phase::closing;
  deadline_ = io_->now() + patience;
  codec_.reset();
  unread_ = {};
  if (!writing_)
    write_queue();
}

std::shared_ptr<ws_endpoint> ws_session::release_endpoint(std::uint16_t code) {
  if (endpoint_)
    add(owner_.stats_->closes_of(endpoint_->kind(), code));
  return std::move(endpoint_);
}

void ws_session::tell_gone(std::uint16_t code, std::string_view reason) {
  if (phase_ != phase::open)
    return;
  if (auto endpoint = release_endpoint(code))
    endpoint->on_gone(code, reason);
}

void ws_session::finish() {
  if (std::exchange(phase_, phase::over) == phase::over)
    return;
  io_->close();
  pass_ = {};
  held_.reset();
  queue_.clear();
  queued_ = 0;
  unread_ = {};
  codec_.reset();
  owner_.forget(shared_from_this());
}

void ws_session::look_after(clock::time_point now) {
  if (phase_ == phase::closing) {
    // Whoever wants to come in goes before who has been told to leave.
    if (now >= deadline_ || (stalled_ && owner_.gate_.full()))
      finish();
    return;
  }
  auto silence = 2 * owner_.ping_every_;
  if (now - heard_ >= silence) {
    // No frame; but a client that waits for its program still acknowledges.
    if (std::chrono::milliseconds{link().since_ack_ms} >= silence) {
      tell_gone(1006, "no sign of life");
      finish();
      return;
    }
  }
  if (now - pinged_ >= owner_.ping_every_) {
    pinged_ = now;
    // Rows on their way are as good as a ping.
    if (queue_.empty()) {
      std::string frame;
      append_ping_frame(frame);
      send_now(std::move(frame));
    }
  }
}

} // namespace livegrid
