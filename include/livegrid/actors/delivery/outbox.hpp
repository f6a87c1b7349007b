#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "livegrid/actors.hpp"
#include "livegrid/actors/access/viewer_account.hpp"
#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/delivery_options.hpp"
#include "livegrid/actors/prices/symbol_filter.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What became of the rows that were due to one subscriber. At all times
/// published = delivered + merged + discarded + waiting.
struct ledger {
  std::uint64_t published = 0; ///< a symbol that it follows had a row for it
  std::uint64_t delivered = 0; ///< its kernel socket has taken it
  std::uint64_t merged = 0;    ///< a newer row of the symbol took its place
  std::uint64_t discarded = 0; ///< dropped: it left, or left the symbol

  std::uint64_t waiting() const noexcept {
    return published - delivered - merged - discarded;
  }
};

/// A row that a socket was given.
struct given_row {
  row_ptr row;

  std::chrono::steady_clock::time_point at{}; ///< when

  /// How long a row of its symbol had waited for the socket.
  std::chrono::steady_clock::duration waited{};

  std::uint32_t merged = 0; ///< older rows that it overtook meanwhile
};

/// The way of rows to one subscriber: what is in its socket's hands, the latest
/// row of each symbol that waits, and the ledger of both. Not thread-safe: its
/// fan-out and its subscriber live on the same I/O loop.
///
/// A subscriber that keeps up is `ready`, and is given bytes that it shares
/// with others. One that is not gets rows with `hold`; a newer row takes the
/// place of an older one of the same symbol, so that memory is bounded by the
/// number of its symbols. Where that is too much, for the connections of one
/// key together, it is `behind`: nothing waits, and its fan-out gives it the
/// latest row of one symbol after the other as its socket takes them.
class outbox {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Stands for a symbol as long as the fan-out knows it.
  using symbol_key = std::uint32_t;

  outbox(frame_sink_ptr sink, view_ptr shown, delivery_options options,
         framer frame, counters_ptr stats, symbol_filter_ptr filter = {},
         viewer_account_ptr account = {});

  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// Discards what is left, so that the totals add up.
  ~outbox();

  // -- delivery, for the fan-out ---------------------------------------------

  /// Whether shared bytes may be sent at once.
  bool ready() const noexcept {
    return state_ == state::open && waiting_.empty() && !behind_
           && options_.interval.count() == 0;
  }

  /// Sends bytes that hold `rows` rows. Only if `ready`.
  void send(const bytes_ptr& frames, std::size_t rows, time_point now);

  /// Keeps a row until `pump` can send it.
  /// @param whole send all of its cells, whatever the options say.
  /// @param before what a subscriber that has kept up so far was given last.
  void hold(symbol_key key, const row_ptr& x, const cell_set& changed,
            bool whole, time_point now, const given_row& before = {});

  /// Discards what waits of a symbol.
  void forget(symbol_key key);

  // -- what it is behind with -------------------------------------------------

  /// Whether more waits for its account than may, a good deal of it here.
  bool beyond_share() const noexcept;

  /// Keeps nothing any more: the latest rows of all symbols from that key on
  /// are due, from that time on.
  void fall_behind(symbol_key first, time_point now, time_point due);

  /// Discards all that waits.
  void discard_waiting();

  /// The first key whose latest row is due; nothing if none is.
  std::optional<symbol_key> behind_from() const noexcept {
    return behind_;
  }

  /// Since when.
  time_point behind_since() const noexcept {
    return behind_since_;
  }

  /// Whether the symbol's latest row will be looked up, so that none is kept.
  bool passes_over(symbol_key key) const noexcept {
    return behind_ && key >= *behind_;
  }

  /// Counts a row that is not kept for that.
  void pass_over();

  /// Whether it can be given more of what it is behind with.
  bool can_catch_up(time_point now) const noexcept {
    return state_ == state::open && behind_ && waiting_.empty()
           && (draining_ || now >= behind_until_);
  }

  /// It was given all that it was behind with, up to that key; or all there is.
  void caught_up_to(std::optional<symbol_key> next) noexcept {
    behind_ = next;
  }

  /// Sends what is due, as long as the socket takes it.
  void pump(time_point now);

  /// The socket has taken all that it was given.
  void resume(time_point now);

  /// When the next held row is due; nothing if none is, or if the socket is
  /// full anyway.
  std::optional<time_point> next_due() const;

  /// Closes once nothing waits, or at once if `now_or_never`.
  void drain(bool now_or_never);

  /// Ends delivery and the connection, and tells the owner; what waits is
  /// discarded.
  void close(close_code code, std::string_view reason);

  /// The connection is gone; what waits is discarded.
  void abandon();

  /// Whether the socket is full and has acknowledged nothing since `limit` ago.
  bool stalled(time_point now, std::chrono::milliseconds limit);

  // -- observers --------------------------------------------------------------

  /// What it shares with the other connections of its key or address.
  viewer_account& account() const noexcept {
    return *account_;
  }

  /// How many of its symbols have no row yet.
  std::uint64_t awaited() const noexcept {
    return awaited_;
  }

  void set_awaited(std::uint64_t n) noexcept {
    account_->awaited += n - awaited_;
    awaited_ = n;
  }

  const livegrid::ledger& books() const noexcept {
    return books_;
  }

  /// Rows that wait or are in the socket's hands: what the ledger says waits,
  /// counted once more.
  std::size_t held_rows() const noexcept {
    return waiting_.size() + in_flight_;
  }

  /// The row of the symbol that was given to the socket last; null if that was
  /// given as soon as it came, or none was.
  const given_row* find_given(symbol_key key) const noexcept;

  /// A row of the symbol that waits; `at` is since when. Null if none does.
  const given_row* find_waiting(symbol_key key) const noexcept;

  const view& shown() const noexcept {
    return *view_;
  }

  /// Which symbols it may have; null for all.
  const symbol_filter_ptr& filter() const noexcept {
    return filter_;
  }

  const delivery_options& options() const noexcept {
    return options_;
  }

  frame_sink& sink() noexcept {
    return *sink_;
  }

  bool closed() const noexcept {
    return state_ == state::closed;
  }

  /// Whether the socket still owes some of what it was given.
  bool blocked() const noexcept {
    return state_ == state::blocked;
  }

  /// When the kernel took what the socket was given at that time: then, or
  /// later where it was full; nothing if some of it still waits in the node.
  std::optional<time_point> taken_at(time_point given) const noexcept {
    if (given < full_since_ || (!blocked() && given > full_until_))
      return given;
    if (blocked())
      return std::nullopt;
    return full_until_;
  }

  /// Whom to tell when it is closed.
  subscriber_actor owner;

  /// When it connected.
  time_point since{};

  std::string key_name; ///< of its API key, for the operator
  std::string agent;    ///< the beginning of its User-Agent, likewise

  /// Messages of the client's that its subscriber has not looked at yet.
  std::size_t requests = 0;

private:
  enum class state : std::uint8_t { open, blocked, closed };

  struct held_row {
    given_row next; ///< `at` is since when a row of the symbol waits
    cell_set changed;
    bool whole = false;
  };

  /// Held rows by the time at which they are due, then by age.
  using queue = std::map<std::pair<time_point, std::uint64_t>, symbol_key>;

  struct held {
    held_row what;
    queue::iterator place;
  };

  void hand_over(const bytes_ptr& frames, std::size_t rows, time_point now);

  void discard_all();

  /// Tells the account how much is held here.
  void settle() noexcept;

  /// Frames rows that are due into one buffer of about 32 KiB.
  std::pair<bytes_ptr, std::size_t> compose(time_point now);

  frame_sink_ptr sink_;
  view_ptr view_;
  delivery_options options_;
  framer frame_;
  counters_ptr stats_;
  symbol_filter_ptr filter_;
  viewer_account_ptr account_;
  std::uint64_t settled_ = 0; ///< of what the account counts as held
  std::uint64_t awaited_ = 0;
  std::optional<symbol_key> behind_;
  time_point behind_since_{};
  time_point behind_until_{}; ///< when it may go on
  livegrid::ledger books_;
  state state_ = state::open;
  bool draining_ = false;
  std::size_t in_flight_ = 0; ///< rows in the socket's hands
  std::uint64_t counter_ = 0;
  std::unordered_map<symbol_key, held> waiting_;
  queue due_;

  /// Notes that a row was given, if that needs a note.
  void note_given(symbol_key key, given_row x, time_point now);

  /// What it was given of the symbols whose rows had to wait; with an interval,
  /// of all.
  std::unordered_map<symbol_key, given_row> given_;
  time_point noted_{}; ///< the last time in `given_`

  // When its socket was full the last time; from then on, if it is now.
  time_point full_since_ = time_point::max();
  time_point full_until_ = time_point::max();

  std::uint64_t acknowledged_ = 0;
  time_point progress_{}; ///< when `acknowledged_` last moved
};

} // namespace livegrid
