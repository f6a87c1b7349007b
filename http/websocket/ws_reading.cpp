// What a WebSocket session reads: so much a turn of the loop, and no more while
// the client is owed something.

#include <cerrno>
#include <utility>

#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/http/websocket/ws_frame.hpp"
#include "livegrid/http/websocket/ws_session.hpp"

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

/// Output of our own (pongs, errors) beyond this stops the reading of what
/// causes it. Rows on their way are some 64 KiB at most.
constexpr std::size_t max_unsent = 256 * 1024;

/// Lets an endpoint answer what it can; it is held, since that may show that
/// the connection is broken.
void end_turn(std::shared_ptr<ws_endpoint> to) {
  if (to)
    to->on_turn_end();
}

} // namespace

void ws_session::wait_readable() {
  if (reading_ || phase_ == phase::over)
    return;
  reading_ = true;
  io_->wait_readable(user(), !unread_.empty());
}

void ws_session::on_readable(bool ok) {
  reading_ = false;
  if (ok)
    read();
}

bool ws_session::must_wait() const noexcept {
  return unsent() > max_unsent || (endpoint_ && endpoint_->busy());
}

bool ws_session::turn_over() const noexcept {
  return frames_ >= frames_per_turn || io_->now() >= turn_ends_;
}

void ws_session::read_on() {
  if (phase_ == phase::open && !must_wait())
    wait_readable();
}

void ws_session::read() {
  in_turn_ = true;
  frames_ = 0;
  turn_ends_ = io_->now() + time_per_turn;
  auto alive = read_some();
  in_turn_ = false;
  if (!alive || phase_ == phase::over)
    return;
  if (phase_ == phase::open) {
    end_turn(endpoint_);
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
    auto n = io_->read(owner_.scratch_.data(), owner_.scratch_.size());
    if (n > 0) {
      heard_ = io_->now();
      if (phase_ == phase::open)
        take({owner_.scratch_.data(), static_cast<std::size_t>(n)});
      continue;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      break;
    if (n < 0 && errno == EPROTO && endpoint_)
      note_bad_input(*owner_.stats_, *owner_.log_, counters::fault::tls, peer_,
                     to_string(endpoint_->kind()), io_->tls_fault());
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
  // Nothing may come behind it: what is due to the client goes before.
  end_turn(endpoint_);
  answers_ += std::exchange(pong_, {});
  answers_ += frame;
}

} // namespace livegrid
