#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "livegrid/http/cluster/etcd_carrier.hpp"
#include "livegrid/http/cluster/etcd_member.hpp"

namespace livegrid {

/// The thread of a membership: moves what comes between the way to etcd and the
/// decisions, which it gives the time.
class member_loop {
public:
  /// @param way to etcd.
  member_loop(membership_config config, etcd_member::listener tell,
              std::unique_ptr<etcd_carrier> way);

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
  /// Hands on what others than etcd want.
  void take_wishes();

  std::atomic<bool> stopping_ = false;
  bool leaving_ = false;

  /// What is to be said of this node: whether it owns symbols, and which are
  /// pinned to it.
  std::mutex restating_;
  std::optional<std::pair<bool, std::vector<symbol_name>>> restated_;

  std::unique_ptr<etcd_carrier> way_;
  etcd_member member_;
};

/// The way to etcd by HTTP.
std::unique_ptr<etcd_carrier> make_http_carrier(etcd_access access);

} // namespace livegrid
