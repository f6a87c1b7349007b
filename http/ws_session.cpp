#include "livegrid/http/ws_session.hpp"

#include <algorithm>
#include <cerrno>

#include "livegrid/http/bad_input.hpp"
#include "livegrid/http/endpoint_text.hpp"
#include "livegrid/http/json_text.hpp"
#include "livegrid/http/link_reader.hpp"
#include "livegrid/http/ws_frame.hpp"

namespace livegrid {

namespace {

/// How often one connection may read before others get their turn.
constexpr int reads_per_turn = 4;

/// So much of what one connection sends is dealt with before others get their
/// turn, whatever it is: frames may be as small as six bytes.
constexpr std::size_t frames_per_turn = 256;

/// The same for what takes longer.
constexpr std::chrono::milliseconds time_per_turn{1};

/// How much the codec is given at a time: between two of these it is seen
/// whether the turn is over. No more than some 340 frames fit.
constexpr std::size_t slice = 2 * 1024;

/// What an item of the queue costs beside its bytes.
constexpr std::size_t item_cost = 128;

/// Output of our own (pongs, errors) beyond this stops the reading of what
/// causes it. Rows on their way are some 64 KiB at most.
constexpr std::size_t max_unsent = 256 * 1024;

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

ws_session::ws_session(ws_sessions& owner, tls_socket socket,
                       connection_gate::pass pass, std::shared_ptr<void> held,
                       std::uint64_t max_message,
                       std::unique_ptr<ws_endpoint> endpoint,
                       access_key_ptr key, std::string peer,
                       std::uint64_t number)
  : owner_(owner),
    socket_(std::move(socket)),
    pass_(std::move(pass)),
    held_(std::move(held)),
    endpoint_(std::move(endpoint)),
    key_(std::move(key)),
    peer_(peer.empty() ? peer_of(socket_) : std::move(peer)),
    max_message_(max_message),
    number_(number),
    heard_(clock::now()),
    pinged_(heard_ - phase_of(number, owner.ping_every_)) {
  // nop
}

void ws_session::start(std::string_view answer, std::string_view unread) {
  asio::error_code ec;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ec);
  socket_.set_option(
    asio::socket_base::send_buffer_size{static_cast<int>(owner_.send_buffer_)},
    ec);
  socket_.non_blocking(true, ec);
  send_now(std::string{answer});
  // The client may be gone already; then nobody needs to know that it came.
  if (phase_ == phase::over)
    return;
  endpoint_->on_open(shared_from_this());
  unread_ = unread;
  wait_readable();
}

// -- reading ------------------------------------------------------------------

void ws_session::wait_readable() {
  if (reading_ || phase_ == phase::over)
    return;
  reading_ = true;
  auto go_on = [self = shared_from_this()](const asio::error_code& ec = {}) {
    self->reading_ = false;
    if (!ec)
      self->read();
  };
  if (!unread_.empty() || socket_.has_unread())
    asio::post(socket_.get_executor(), std::move(go_on));
  else
    socket_.async_wait(socket_.read_waits_for(), std::move(go_on));
}

bool ws_session::must_wait() const noexcept {
  return unsent() > max_unsent || (endpoint_ && endpoint_->busy());
}

bool ws_session::turn_over() const noexcept {
  return frames_ >= frames_per_turn || clock::now() >= turn_ends_;
}

void ws_session::read_on() {
  if (phase_ == phase::open && !must_wait())
    wait_readable();
}

void ws_session::read() {
  in_turn_ = true;
  frames_ = 0;
  turn_ends_ = clock::now() + time_per_turn;
  auto alive = read_some();
  in_turn_ = false;
  if (!alive || phase_ == phase::over)
    return;
  if (phase_ == phase::open) {
    // Held here: its answers may find that the connection is broken.
    auto to = endpoint_;
    to->on_turn_end();
    write_answers();
  }
  // What waits to go out must go first; `write_queue` reads on.
  if (phase_ == phase::closing)
    wait_readable();
  else
    read_on();
}

bool ws_session::read_some() {
  if (!unread_.empty()) {
    auto before = std::exchange(unread_, {});
    take(before);
  }
  for (int i = 0; i < reads_per_turn && phase_ != phase::over; ++i) {
    if (phase_ == phase::open
        && (!unread_.empty() || must_wait() || turn_over()))
      break;
    auto n = socket_.read_now(owner_.scratch_.data(), owner_.scratch_.size());
    if (n > 0) {
      heard_ = clock::now();
      if (phase_ == phase::open)
        take({owner_.scratch_.data(), static_cast<std::size_t>(n)});
      continue;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      break;
    if (n < 0 && errno == EPROTO && endpoint_)
      note_bad_input(*owner_.stats_, *owner_.log_, counters::fault::tls, peer_,
                     to_string(endpoint_->kind()), socket_.fault());
    tell_gone(1006, n == 0 ? "the client hung up" : "the connection broke");
    finish();
    return false;
  }
  return true;
}

void ws_session::take(std::string_view bytes) {
  // Held here: what the codec finds may end this connection.
  auto codec = codec_ ? std::move(codec_) : owner_.codecs_.borrow(max_message_);
  auto found = ws_codec::outcome::idle;
  while (!bytes.empty()) {
    auto part = bytes.substr(0, slice);
    bytes.remove_prefix(part.size());
    found = codec->feed(part, *this);
    frames_ += codec->take_frames();
    if (phase_ != phase::open || found == ws_codec::outcome::closed
        || turn_over() || must_wait())
      break;
  }
  if (found == ws_codec::outcome::idle)
    owner_.codecs_.give_back(std::move(codec));
  else if (phase_ == phase::open && found == ws_codec::outcome::partial)
    codec_ = std::move(codec);
  if (phase_ != phase::open)
    return;
  if (found == ws_codec::outcome::closed)
    end_as(*codec);
  else
    unread_ = bytes;
}

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
  tell_gone(code, reason);
  close(static_cast<close_code>(code), reason);
}

void ws_session::on_message(bool text, std::string&& payload) {
  // The endpoint may have closed it on account of an earlier message.
  if (phase_ != phase::open)
    return;
  // Held here: its answer may find that the connection is broken.
  auto to = endpoint_;
  auto why = text ? to->on_text(std::move(payload)) : to->on_binary();
  if (!why.empty())
    end(close_code::policy, why);
}

void ws_session::on_ping(std::string_view payload) {
  if (phase_ != phase::open)
    return;
  pong_.clear();
  append_pong_frame(pong_, payload);
}

void ws_session::on_control_output(std::string_view frame) {
  if (phase_ != phase::open)
    return;
  // Nothing may come behind it.
  answers_ += std::exchange(pong_, {});
  answers_ += frame;
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
  auto n = socket_.write_now(frames->data(), frames->size());
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
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->answers_due_ = false;
    if (self->phase_ == phase::open && !self->in_turn_)
      self->write_answers();
  });
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
    auto n =
      socket_.write_now(x.bytes->data() + x.offset, x.bytes->size() - x.offset);
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
    if (!std::exchange(shut_, true)) {
      asio::error_code ec;
      socket_.shutdown(tls_socket::shutdown_send, ec);
    }
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
  socket_.async_wait(socket_.write_waits_for(),
                     [self = shared_from_this()](const asio::error_code& ec) {
                       self->writing_ = false;
                       if (!ec && self->phase_ != phase::over)
                         self->write_queue();
                     });
}

std::size_t ws_session::unsent() const noexcept {
  return queued_ + answers_.size() + pong_.size();
}

link_status ws_session::link() noexcept {
  if (phase_ == phase::over)
    return {};
  return read_link(socket_.native_handle());
}

// -- the end ------------------------------------------------------------------

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
  deadline_ = clock::now() + patience;
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
  asio::error_code ec;
  socket_.close(ec);
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
