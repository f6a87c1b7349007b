#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/http/etcd_membership.hpp"
#include "livegrid/http/etcd_messages.hpp"
#include "livegrid/http/http_post.hpp"
#include "livegrid/http/member_table.hpp"

namespace livegrid {

/// What the thread of a membership does: joins, stays, loses, joins again.
///
///     join <----------------+
///      |  put the entry     | lost: not renewed in time, the lease or the
///      v                    |       entry is gone
///     stay -----------------+
///        renew the lease, watch the others
///
/// Each fact about who is alive is a change of etcd's below one prefix. This
/// node's entry is put, when it joins and whenever it may have missed changes,
/// by a transaction that lists all the entries too: so the newest change is
/// known to be this one, and the epoch of what it saw is exact.
class member_loop {
public:
  using listener = etcd_membership::listener;

  member_loop(membership_config config, listener tell);

  /// Works until `stop`.
  void run();

  /// Thread-safe.
  void stop() noexcept;

  /// Says that of this node from now on. Thread-safe.
  void restate(bool owns_symbols, std::vector<symbol_name> pinned);

  /// Thread-safe.
  boot_clock::time_point valid_until() const noexcept {
    return boot_clock::time_point{boot_clock::duration{valid_until_}};
  }

private:
  using clock = boot_clock;
  using milliseconds = std::chrono::milliseconds;

  /// Why it is not a member yet.
  enum class cause : std::uint8_t { none, etcd, name };

  /// Which part of the time to live a request may take, so that two endpoints
  /// that do not answer cost no lease.
  static constexpr int request_parts = 4;

  // -- asking (member_loop.cpp) -----------------------------------------------

  http_post start(std::string_view path, std::string body, milliseconds limit);

  /// Posts to the endpoint of now, and waits.
  /// @returns the answer's text, or why there is none.
  etcd::answer<std::string> exchange(std::string_view path,
                                     const std::string& body);

  /// Gets a token if one is needed and there is none.
  /// @returns why that cannot be.
  std::optional<etcd::failure> log_in();

  /// The token is good no longer, or was needed after all.
  void log_out() noexcept {
    token_.clear();
    open_ = false;
  }

  /// Asks the endpoints in turn, `tries` at most, and waits for the answer.
  template <class T>
  etcd::answer<T> ask(std::string_view path, const std::string& body,
                      etcd::answer<T> (*read)(std::string_view),
                      std::size_t tries);

  /// Puts the own entry anew, and lists all.
  etcd::answer<etcd::put_result> put_self(etcd::revision expected,
                                          std::size_t tries);

  /// The endpoint gave no answer, or none of use.
  void blame_endpoint(std::string_view why);

  /// The endpoint gave an answer of use.
  void praise_endpoint();

  /// The `parts`th part of the time to live, or of a shorter one if it is long.
  milliseconds share(int parts) const;

  // -- not a member (member_loop.cpp) -----------------------------------------

  bool join();

  /// @returns the revision to expect of the own entry, or nothing if the name
  /// is not free.
  std::optional<etcd::revision> look_at_name();

  void name_is_held(const etcd::entry& by);

  void wait_for(cause why, const std::string& reason);

  void pause();

  void leave();

  // -- a member (member_stay.cpp) ---------------------------------------------

  void stay();

  /// Whether the lease may have ended, by the clock alone.
  bool expired() const noexcept {
    return clock::now() >= valid_until();
  }

  void renewed(clock::time_point asked);

  void start_renewal();

  void start_watch();

  // Each returns false if it is a member no longer.

  bool take_renewal();

  bool take_news();

  bool synchronise();

  bool take_restatement();

  bool tell_view();

  bool lose(const std::string& reason);

  void watch_again();

  membership_config config_;
  listener tell_;
  std::string prefix_;
  std::string key_;
  std::string value_;
  std::minstd_rand random_{std::random_device{}()};
  std::atomic<bool> stopping_ = false;

  /// What is to be said of this node: whether it owns symbols, and which are
  /// pinned to it.
  std::mutex restating_;
  std::optional<std::pair<bool, std::vector<symbol_name>>> restated_;

  /// In `boot_clock`'s nanoseconds.
  std::atomic<boot_clock::rep> valid_until_ = 0;

  post_loop posts_;
  std::size_t endpoint_ = 0;
  bool endpoint_blamed_ = false;
  std::string token_; ///< that etcd knows this node by
  bool open_ = false; ///< etcd has said that nobody needs one

  cause waiting_for_ = cause::none;
  std::string holder_; ///< the value of the entry that holds the name
  std::optional<std::chrono::steady_clock::time_point> held_since_;
  bool refused_ = false;

  etcd::lease lease_;
  member_table table_;
  etcd::revision told_ = 0; ///< the epoch of the last view told

  std::optional<http_post> renewal_;
  clock::time_point renewal_asked_;
  clock::time_point next_renewal_;
  std::optional<http_post> watch_;
  bool watch_answered_ = false;
  clock::time_point next_watch_;
};

} // namespace livegrid
