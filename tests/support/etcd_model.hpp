#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "livegrid/http/system/boot_clock.hpp"

namespace livegrid::test {

/// An etcd without sockets, files or a clock: what 3.4 answers through its JSON
/// gateway to what a membership asks. Knows nothing of users.
///
/// It is as deterministic as its holder: the same calls give the same answers.
class etcd_model {
public:
  using time_point = boot_clock::time_point;
  using duration = boot_clock::duration;
  using revision = std::uint64_t;
  using watch_id = std::uint64_t;

  /// How it behaves from now on.
  struct behaviour {
    /// etcd grants no shorter time to live.
    std::chrono::seconds min_ttl{2};

    /// A lease ends so much later than it might.
    duration lease_lateness{0};

    /// A watch tells a change so much later than it happened.
    duration watch_delay{0};
  };

  behaviour how;

  /// Time passes: the leases whose time it is end, one by one.
  /// @param now is not before that of the last call.
  void advance(time_point now);

  /// Another of its servers leads from now on, who knows nothing of how much of
  /// a lease's time is over: every lease gets its whole time.
  void elect(time_point now);

  /// When something happens by itself next, after the time of now: a lease
  /// ends, or it is time for a line. `time_point::max()` if nothing will.
  time_point next() const;

  /// Answers a request that is no watch.
  std::string post(std::string_view path, std::string_view body);

  /// Opens a watch.
  /// @returns its name, never 0.
  watch_id watch(std::string_view body);

  /// The next line of a watch, with its line feed, if it is time for it.
  std::optional<std::string> take_line(watch_id id);

  void cancel(watch_id id);

  // -- what others do ---------------------------------------------------------

  void put(const std::string& key, const std::string& value);

  void remove(const std::string& key);

  /// Forgets all changes before that revision, and a removal at it.
  void compact(revision at);

  /// It ends at once, whatever its time to live.
  void end_lease(std::uint64_t id);

  // -- what is there ----------------------------------------------------------

  /// That of the last change.
  revision now_at() const noexcept {
    return revision_;
  }

  /// The value of a key, if it is there.
  std::optional<std::string> value_of(const std::string& key) const;

  /// The leases that have not ended.
  std::vector<std::uint64_t> leases() const;

private:
  struct entry {
    std::string key;
    std::string value;
    revision created = 0;
    revision changed = 0;
    std::uint64_t version = 0;
    std::uint64_t lease = 0;
  };

  struct lease {
    std::chrono::seconds ttl;
    time_point end;
  };

  struct event {
    bool removed = false;
    entry what;
  };

  /// Keys from `first` until before `end`; the first alone if there is no end.
  struct range {
    std::string first;
    std::string end;

    bool holds(const std::string& key) const {
      return end.empty() ? key == first : key >= first && key < end;
    }
  };

  struct line {
    time_point due;
    std::string text;
  };

  struct watch_state {
    range what;
    revision first = 0;
    std::vector<line> lines;
  };

  std::string header() const;

  static std::string text_of(const event& x);

  static std::string text_of(const entry& x);

  std::string text_of_range(const range& x) const;

  std::string grant(const rapidjson::Value& x);

  std::string keep_alive(const rapidjson::Value& x);

  std::string revoke(const rapidjson::Value& x);

  std::string transact(const rapidjson::Value& x);

  void set(const std::string& key, const std::string& value,
           std::uint64_t lease_id);

  /// Makes a revision of these events, and tells those who watch.
  void commit(const std::vector<event>& what);

  void tell(watch_state& to, std::string text);

  std::string news(const std::vector<event>& what, const range& of) const;

  time_point now_;
  revision revision_ = 1;
  revision compacted_ = 0;
  std::map<std::string, entry> entries_;
  std::map<revision, std::vector<event>> history_;
  std::uint64_t last_lease_ = 0;
  std::map<std::uint64_t, lease> leases_;
  watch_id last_watch_ = 0;
  std::map<watch_id, watch_state> watches_;
};

} // namespace livegrid::test
