#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "livegrid/http/cluster/etcd_asker.hpp"
#include "livegrid/http/cluster/etcd_membership.hpp"
#include "livegrid/http/cluster/etcd_messages.hpp"
#include "livegrid/http/cluster/etcd_port.hpp"
#include "livegrid/http/cluster/member_table.hpp"
#include "livegrid/http/system/boot_clock.hpp"

namespace livegrid {

/// What a membership decides: it joins, stays, loses, joins again, and leaves.
///
///     pause, look, grant, put <-+
///      |  put the entry         | lost: not renewed in time, the lease or the
///      v                        |       entry is gone
///     stay ---------------------+
///        renew the lease, watch the others
///
/// Each fact about who is alive is a change of etcd's below one prefix. This
/// node's entry is put, when it joins and whenever it may have missed changes,
/// by a transaction that lists all the entries too: so the newest change is
/// known to be this one, and the epoch of what it saw is exact.
///
/// Has neither a clock nor a thread. Whoever drives it tells it what comes, and
/// then calls `step`. The process may have been suspended until then: so it is
/// only in `step` that it heeds what came, and after the time of that call.
class etcd_member {
public:
  using listener = etcd_membership::listener;
  using time_point = boot_clock::time_point;
  using post_id = etcd_port::post_id;

  /// @param tell is called by `step` alone.
  /// @param port must outlive it.
  /// @param seed of the pauses between its tries to join.
  etcd_member(membership_config config, listener tell, etcd_port& port,
              std::uint32_t seed);

  // -- what comes: does nothing until the next step ---------------------------

  /// A request is over.
  /// @param fault why there is no whole answer, or empty.
  void answered(post_id id, std::string fault, std::string text) {
    asker_.answered(id, std::move(fault), std::move(text));
  }

  /// A request that is answered by lines got one.
  void line(post_id id, std::string text) {
    asker_.line(id, std::move(text));
  }

  /// Says that of this node from now on.
  void restate(bool owns_symbols, std::vector<symbol_name> pinned);

  /// Leaves, for a second at most. Nothing is told after this.
  void leave(time_point now);

  // ---------------------------------------------------------------------------

  /// Goes on. To be called at first, after something came, and in time.
  /// @param now is asked of the clock after all that came had come.
  /// @returns when it is to be called even if nothing came.
  time_point step(time_point now);

  /// Whether it has left; then nothing remains to be done.
  bool left() const noexcept {
    return stage_ == stage::left;
  }

  /// See `etcd_membership`. Thread-safe.
  time_point valid_until() const noexcept {
    return time_point{boot_clock::duration{valid_until_}};
  }

private:
  enum class stage : std::uint8_t {
    pausing, ///< until the next try
    looking, ///< whether the name is free
    granting,
    putting, ///< its entry, for the first time
    staying,
    leaving,
    left,
  };

  /// Why it is not a member yet.
  enum class cause : std::uint8_t { none, etcd, name };

  // -- not a member -----------------------------------------------------------

  void look(time_point now);

  void take_holder(time_point now);

  void name_is_held(const etcd::entry& by, time_point now);

  void take_grant(time_point now);

  void take_first_put(time_point now);

  void pause(time_point now);

  void wait_for(cause why, const std::string& reason);

  void start_revoking(time_point now);

  void go_on_leaving(time_point now);

  // -- a member ---------------------------------------------------------------

  void stay(time_point now);

  /// When it has to go on, though nothing comes.
  time_point next_act() const;

  /// When the watch is to have said anything, if it has not.
  time_point watch_answer_due() const;

  /// Whether the lease may have ended, by the clock alone.
  bool expired(time_point now) const noexcept {
    return now >= valid_until();
  }

  void renewed(time_point asked);

  void start_renewal(time_point now);

  void start_watch(time_point now);

  /// Whether what holds the name is this node, of this run.
  bool is_own(const etcd::entry& x) const;

  /// Puts the own entry anew, and lists all.
  void put_self(etcd::revision expected, std::size_t tries, time_point now);

  // Each may find that it is a member no longer, and then it says so.

  void take_renewal(time_point now);

  void take_news(time_point now);

  void take_put(time_point now);

  void synchronise(time_point now);

  void tell_view(time_point now);

  void lose(const std::string& reason, time_point now);

  // ---------------------------------------------------------------------------

  membership_config config_;
  listener tell_;
  std::string prefix_;
  std::string key_;
  std::string value_;
  std::minstd_rand random_;
  stage stage_ = stage::pausing;
  etcd_asker asker_;

  /// In `boot_clock`'s nanoseconds.
  std::atomic<boot_clock::rep> valid_until_ = 0;

  time_point next_try_; ///< to join
  cause waiting_for_ = cause::none;
  std::string holder_; ///< the value of the entry that holds the name
  std::optional<time_point> held_since_;
  bool refused_ = false;
  etcd::revision expected_ = 0; ///< of the own entry, by the last put
  time_point asked_;            ///< for the lease

  etcd::lease lease_;
  member_table table_;
  etcd::revision told_ = 0; ///< the epoch of the last view told

  post_id renewal_ = 0;
  time_point next_renewal_;
  post_id watch_ = 0;
  bool watch_answered_ = false;
  time_point next_watch_; ///< not before

  etcd::revision put_after_ = 0; ///< what was known when it was put anew
  bool unsaid_ = false;          ///< the value has changed since it was put
  time_point next_put_;

  post_id revoking_ = 0;
  time_point leave_until_;
  std::size_t leave_tries_ = 0;
};

} // namespace livegrid
