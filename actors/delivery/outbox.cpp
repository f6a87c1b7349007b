#include "livegrid/actors/delivery/outbox.hpp"

#include <utility>

#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Large enough to share a system call among many rows, small enough to make
/// little difference to what a subscriber is behind.
constexpr std::size_t chunk_size = 32 * 1024;

/// How long the operator may ask about rows that had to wait, once none does.
constexpr std::chrono::seconds memory_of_waiting{60};

/// Whoever has no more than that waiting is not to blame.
constexpr std::size_t blameless = 1000;

} // namespace

outbox::outbox(frame_sink_ptr sink, view_ptr shown, delivery_options options,
               framer frame, counters_ptr stats, symbol_filter_ptr filter,
               viewer_account_ptr account)
  : sink_(std::move(sink)),
    view_(std::move(shown)),
    options_(options),
    frame_(frame),
    stats_(std::move(stats)),
    filter_(std::move(filter)),
    account_(account ? std::move(account)
                     : std::make_shared<viewer_account>()) {
  // nop
}

outbox::~outbox() {
  discard_all();
  set_awaited(0);
}

void outbox::settle() noexcept {
  auto n = waiting_.size() + given_.size();
  account_->held += n - settled_;
  settled_ = n;
}

void outbox::send(const bytes_ptr& frames, std::size_t rows, time_point now) {
  books_.published += rows;
  add(stats_->rows_published, rows);
  if (!given_.empty() && now - noted_ > memory_of_waiting) {
    given_ = {};
    settle();
  }
  hand_over(frames, rows, now);
}

void outbox::hold(symbol_key key, const row_ptr& x, const cell_set& changed,
                  bool whole, time_point now, const given_row& before) {
  whole = whole || !options_.changes_only;
  // An update without anything to see is none.
  if (!whole && !view_->shows(*x, changed))
    return;
  ++books_.published;
  add(stats_->rows_published);
  if (state_ == state::closed) {
    ++books_.discarded;
    add(stats_->rows_discarded);
    return;
  }
  auto [i, fresh] = waiting_.try_emplace(key);
  auto& [what, place] = i->second;
  what.next.row = x;
  what.whole |= whole;
  what.changed |= changed;
  if (!fresh) {
    ++what.next.merged;
    ++books_.merged;
    add(stats_->rows_merged);
    return;
  }
  what.next.at = now;
  auto due = time_point::min();
  if (options_.interval.count() > 0) {
    if (auto j = given_.find(key); j != given_.end())
      if (auto again = j->second.at + options_.interval; again > now)
        due = again;
  } else if (before.row) {
    // Nobody has kept account of it while it was given all at once.
    if (auto& last = given_[key]; last.row != before.row)
      last = before;
    noted_ = now;
  }
  place = due_.emplace(std::pair{due, ++counter_}, key).first;
  settle();
}

void outbox::forget(symbol_key key) {
  given_.erase(key);
  if (auto i = waiting_.find(key); i != waiting_.end()) {
    due_.erase(i->second.place);
    waiting_.erase(i);
    ++books_.discarded;
    add(stats_->rows_discarded);
  }
  settle();
}

bool outbox::beyond_share() const noexcept {
  return account_->held > viewer_account::max_held && settled_ > blameless;
}

void outbox::fall_behind(symbol_key first, time_point now, time_point due) {
  // Newer rows will take the places of those that wait.
  auto n = waiting_.size();
  books_.merged += n;
  add(stats_->rows_merged, n);
  waiting_ = {};
  due_ = {};
  given_ = {};
  settle();
  behind_ = first;
  behind_since_ = now;
  behind_until_ = due;
}

void outbox::discard_waiting() {
  auto n = waiting_.size();
  books_.discarded += n;
  add(stats_->rows_discarded, n);
  waiting_ = {};
  due_ = {};
  given_ = {};
  settle();
}

void outbox::pass_over() {
  ++books_.published;
  ++books_.merged;
  add(stats_->rows_published);
  add(stats_->rows_merged);
}

std::pair<bytes_ptr, std::size_t> outbox::compose(time_point now) {
  auto bytes = std::make_shared<std::string>();
  std::string text;
  std::size_t rows = 0;
  while (!due_.empty() && due_.begin()->first.first <= now
         && bytes->size() + text.size() < chunk_size) {
    auto i = waiting_.find(due_.begin()->second);
    auto& what = i->second.what;
    if (options_.as_array)
      text += rows == 0 ? '[' : ',';
    else
      text.clear();
    if (what.whole)
      view_->append_row(text, *what.next.row);
    else
      view_->append_changes(text, *what.next.row, what.changed);
    if (!options_.as_array)
      frame_(*bytes, text);
    // Draining sends all that waits, however early: nobody asks afterwards.
    if (!draining_)
      note_given(i->first, std::move(what.next), now);
    due_.erase(due_.begin());
    waiting_.erase(i);
    ++rows;
  }
  if (options_.as_array && rows > 0) {
    text += ']';
    frame_(*bytes, text);
  }
  return {std::move(bytes), rows};
}

void outbox::note_given(symbol_key key, given_row x, time_point now) {
  x.waited = now - x.at;
  x.at = now;
  if (options_.interval.count() == 0 && x.waited.count() == 0
      && x.merged == 0) {
    given_.erase(key);
    return;
  }
  given_.insert_or_assign(key, std::move(x));
  noted_ = now;
}

void outbox::pump(time_point now) {
  while (state_ == state::open) {
    auto [bytes, rows] = compose(now);
    if (rows == 0)
      break;
    settle();
    hand_over(bytes, rows, now);
  }
  if (draining_ && state_ == state::open && waiting_.empty() && !behind_)
    close(close_code::going_away, "the node is going down");
}

void outbox::resume(time_point now) {
  if (state_ != state::blocked)
    return;
  books_.delivered += in_flight_;
  add(stats_->rows_delivered, in_flight_);
  in_flight_ = 0;
  state_ = state::open;
  full_until_ = now;
  pump(draining_ ? time_point::max() : now);
}

std::optional<outbox::time_point> outbox::next_due() const {
  if (state_ != state::open)
    return std::nullopt;
  if (!due_.empty())
    return due_.begin()->first.first;
  return behind_ ? std::optional{behind_until_} : std::nullopt;
}

const given_row* outbox::find_given(symbol_key key) const noexcept {
  auto i = given_.find(key);
  return i == given_.end() ? nullptr : &i->second;
}

const given_row* outbox::find_waiting(symbol_key key) const noexcept {
  auto i = waiting_.find(key);
  return i == waiting_.end() ? nullptr : &i->second.what.next;
}

void outbox::drain(bool now_or_never) {
  if (state_ == state::closed)
    return;
  draining_ = true;
  pump(time_point::max());
  if (now_or_never && state_ != state::closed)
    close(close_code::going_away, "the node is going down");
}

void outbox::close(close_code code, std::string_view reason) {
  if (state_ == state::closed)
    return;
  abandon();
  sink_->close(code, reason);
  if (owner)
    caf::anon_send(owner, gone_atom_v, static_cast<std::uint16_t>(code),
                   std::string{reason});
}

void outbox::abandon() {
  discard_all();
  state_ = state::closed;
}

bool outbox::stalled(time_point now, std::chrono::milliseconds limit) {
  if (state_ != state::blocked)
    return false;
  if (auto n = sink_->link().acknowledged; n != acknowledged_) {
    acknowledged_ = n;
    progress_ = now;
    return false;
  }
  return now - progress_ >= limit;
}

void outbox::hand_over(const bytes_ptr& frames, std::size_t rows,
                       time_point now) {
  switch (sink_->send(frames)) {
  case sent::all:
    books_.delivered += rows;
    add(stats_->rows_delivered, rows);
    break;
  case sent::partly:
    in_flight_ = rows;
    state_ = state::blocked;
    full_since_ = now;
    acknowledged_ = sink_->link().acknowledged;
    progress_ = now;
    break;
  case sent::closed:
    in_flight_ = rows;
    abandon();
    break;
  }
}

void outbox::discard_all() {
  auto n = waiting_.size() + in_flight_;
  waiting_.clear();
  due_.clear();
  given_.clear();
  settle();
  in_flight_ = 0;
  behind_.reset();
  books_.discarded += n;
  if (n > 0)
    add(stats_->rows_discarded, n);
}

} // namespace livegrid
