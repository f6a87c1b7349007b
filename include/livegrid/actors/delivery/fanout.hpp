#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/delivery/audiences.hpp"
#include "livegrid/actors/delivery/flush_texts.hpp"
#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/actors/delivery/turns.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a fan-out needs to know of its surroundings.
struct fanout_config {
  interest_actor market;

  framer frame = nullptr;

  /// Makes the loop send the actor a `flush_atom` after whatever is ready now,
  /// so that a busy loop flushes more rows at once. By default the actor sends
  /// it to itself.
  std::function<void(const fanout_actor&)> after_turn;

  counters_ptr stats;

  log_ptr log;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// Carries rows from the symbols to the subscribers of one I/O loop.
///
/// Subscribers who want the same symbols in the same form are one audience: the
/// rows of a flush are joined once, and each connection sends those bytes with
/// one system call. A subscriber that does not keep up stays in its audience,
/// but gets its rows one by one, conflated, from its own outbox until it has
/// caught up.
///
/// Rows come from the symbols, memberships from the subscribers of this loop.
/// Lives as long as its loop.
class fanout_state {
public:
  static inline constexpr const char* name = "fanout";

  using time_point = outbox::time_point;

  void init(fanout_actor::pointer self, fanout_config config);

  void take(const row_batch& batch);

  void join(const outbox_ptr& who, const subscription& what);

  void leave(const outbox_ptr& who);

  void resume(const outbox_ptr& who);

  /// Flushes, unless rows are still coming in and those at hand are few.
  void end_turn();

  void flush();

  void check();

  void drain();

  /// Who gets what.
  const audiences& all() const noexcept {
    return audiences_;
  }

  /// What the subscriber with that id shows of a symbol.
  viewer_cell explain(std::uint64_t id, const symbol_name& which);

  /// Whether the ledgers add up.
  ledger_audit audit() const;

  /// What there is to know of one subscriber here; no facts if there is none.
  actor_status status_of(std::uint64_t id) const;

  actor_status status() const;

private:
  // -- who gets what ----------------------------------------------------------

  void tell_market(const interest_changes& news);

  /// Forgets an audience that nobody belongs to any more.
  void release(audience* x);

  // -- those who are behind ---------------------------------------------------

  /// Gives it more of what it is behind with, as long as its socket takes it.
  void catch_up(outbox& box, time_point now);

  /// The same for all who are behind.
  void catch_up_all(time_point now);

  // -- delivery ---------------------------------------------------------------

  void deliver(audience& to, time_point now);

  /// Writes down that all that is staged is out.
  void note_flush();

  /// Keeps a part of what is staged for an outbox that does not keep up.
  /// @param part places in `staged_`.
  void hold(outbox& box, std::span<const std::uint32_t> part, time_point now);

  /// Keeps an eye on an outbox that does not keep up, or holds rows back.
  void track(outbox& box, time_point now);

  void check_at(time_point when);

  /// The time of day, in nanoseconds since 1970.
  std::int64_t today() const {
    return config_.wall_clock().time_since_epoch().count();
  }

  fanout_actor::pointer self_ = nullptr;
  fanout_config config_;
  bool draining_ = false;

  audiences audiences_;

  std::vector<staged_row> staged_;
  std::vector<audience*> dirty_;
  bool flush_due_ = false;
  turns turns_;
  flush_texts texts_;

  std::unordered_set<outbox*> slow_;

  /// Those who are behind, of the slow ones.
  std::unordered_set<outbox*> behind_;

  std::optional<time_point> next_check_;
};

fanout_actor::behavior_type
fanout(fanout_actor::stateful_pointer<fanout_state> self, fanout_config config);

} // namespace livegrid
