#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "livegrid/http/cluster/etcd_member.hpp"
#include "livegrid/http/cluster/etcd_port.hpp"
#include "livegrid/http/cluster/http_post.hpp"

namespace livegrid {

/// The thread of a membership: moves what comes between the network and the
/// decisions, which it gives the time.
class member_loop : private etcd_port {
public:
  member_loop(membership_config config, etcd_member::listener tell);

  /// Works until it has left after `stop`.
  void run();

  /// Thread-safe.
  void stop() noexcept;

  /// Says that of this node from now on. Thread-safe.
  void restate(bool owns_symbols, std::vector<symbol_name> pinned);

  /// Thread-safe.
  boot_clock::time_point valid_until() const noexcept {
    return member_.valid_until();
  }

private:
  struct carried {
    http_post post;
    bool by_lines = false;
  };

  void post(post_id id, order what) override;

  void cancel(post_id id) override;

  /// Hands on what others than etcd want.
  void take_wishes();

  /// Hands on what etcd has answered.
  void take_answers();

  etcd_access access_;
  std::atomic<bool> stopping_ = false;
  bool leaving_ = false;

  /// What is to be said of this node: whether it owns symbols, and which are
  /// pinned to it.
  std::mutex restating_;
  std::optional<std::pair<bool, std::vector<symbol_name>>> restated_;

  post_loop loop_;
  std::map<post_id, carried> posts_;
  etcd_member member_;
};

} // namespace livegrid
