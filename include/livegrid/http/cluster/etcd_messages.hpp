#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"

/// What etcd 3.4 is asked and answers through its JSON gateway, as far as
/// membership needs it. Answers are from outside: whatever they hold, they are
/// read into these types or become a `failure`.
namespace livegrid::etcd {

/// The largest answer, or line of a stream of them, in bytes: entries of as
/// many members as there may be, each of the largest, take 5 MB.
constexpr std::size_t max_answer = 8 * 1024 * 1024;

/// Counts the changes of all keys.
using revision = std::uint64_t;

using lease_id = std::uint64_t;

struct lease {
  lease_id id = 0;

  /// How long etcd keeps it after the last renewal; not 0.
  std::chrono::seconds ttl{0};
};

struct entry {
  std::string key;
  std::string value;

  /// When it was changed last; for one that was removed, when it was removed.
  revision changed = 0;
};

/// An answer that is not what was asked for.
struct failure {
  enum class kind : std::uint8_t {
    not_found, ///< the lease is not there, or no longer
    refused,   ///< etcd says no, or that it cannot now
    stranger,  ///< it does not know who asks, or no longer
    malformed, ///< not an answer of etcd's
  };

  kind what = kind::malformed;

  std::string reason; ///< at most 200 bytes, from outside
};

template <class T>
using answer = expected<T, failure>;

/// POST to `/v3/auth/authenticate`.
std::string login_request(std::string_view user, std::string_view password);

/// What an `Authorization` header shows from then on.
answer<std::string> read_token(std::string_view text);

/// POST to `/v3/lease/grant`.
std::string grant_request(std::chrono::seconds ttl);

answer<lease> read_grant(std::string_view text);

/// POST to `/v3/lease/keepalive`.
std::string renew_request(lease_id id);

answer<lease> read_renewal(std::string_view text);

/// POST to `/v3/lease/revoke`; the answer does not matter.
std::string revoke_request(lease_id id);

/// POST to `/v3/kv/range`: asks for one key.
std::string get_request(std::string_view key);

/// The entries found.
answer<std::vector<entry>> read_entries(std::string_view text);

struct put_order {
  std::string key;
  std::string value;
  lease_id lease = 0;

  /// Put only if this was the key's last change; 0: if it is not there.
  revision expected = 0;

  /// What the keys start with that the answer shall list.
  std::string prefix;
};

struct put_result {
  bool done = false;

  /// If done, that of the put.
  revision at = 0;

  /// If done, all below the prefix at that revision; else the key's entry, if
  /// it is there.
  std::vector<entry> entries;
};

/// POST to `/v3/kv/txn`: all of it happens at one revision.
std::string put_request(const put_order& x);

answer<put_result> read_put(std::string_view text);

/// POST to `/v3/watch`: the answer is a stream of lines, from the changes of
/// revision `first` on.
std::string watch_request(std::string_view prefix, revision first);

struct change {
  bool removed = false;
  entry what;
};

/// A line of a watch.
struct news {
  /// In the order of their revisions, of which each is complete.
  std::vector<change> changes;

  /// It is the last line.
  bool ended = false;

  /// Why, if etcd says it; at most 200 bytes, from outside.
  std::string reason;

  /// Changes before this revision are forgotten, some of which were asked for;
  /// 0 if that is not so.
  revision compacted = 0;
};

answer<news> read_news(std::string_view line);

} // namespace livegrid::etcd
