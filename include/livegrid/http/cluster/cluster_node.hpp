#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/cluster/etcd_membership.hpp"
#include "livegrid/http/cluster/peer_tls.hpp"

namespace livegrid {

/// Whether the settings of a cluster, and the files that they name, are good.
expected<void, std::string> check_cluster(const settings& values);

/// A node's part in a cluster: its grid, the port where the other grids reach
/// it, and its membership.
class cluster_node {
public:
  /// Makes the grid, which owns nothing until `join`.
  /// @param values must outlive it, and have passed `check_cluster`.
  cluster_node(caf::actor_system& sys, const settings& values,
               market_actor market, std::vector<tick> first_states,
               counters_ptr stats, log_ptr log, timestamp (*wall_clock)());

  cluster_node(const cluster_node&) = delete;

  cluster_node& operator=(const cluster_node&) = delete;

  /// Ends the grid, and leaves at once if that is still to be done.
  ~cluster_node();

  const grid_actor& grid() const noexcept {
    return grid_;
  }

  const member& self() const noexcept {
    return config_.self;
  }

  /// Opens the port and begins to join.
  /// @returns what prevents it, if anything does.
  expected<void, std::string> join();

  /// Whether it is a member, right now.
  bool is_member() const noexcept;

  /// Gives its symbols to the others, while it serves on, and waits until it
  /// has; then it leaves. Takes 3 s at most.
  void leave();

private:
  void join_etcd();

  void join_list();

  caf::actor_system& sys_;
  const settings& values_;
  membership_config config_;
  timestamp (*wall_clock_)();
  peer_certificates_ptr papers_; ///< null without TLS

  /// With etcd, from `join` on.
  std::unique_ptr<etcd_membership> membership_;

  /// With a list, from `join` on.
  rollcall_actor roll_;

  /// What others look at, on other threads.
  struct shared_state {
    std::atomic<etcd_membership*> etcd = nullptr;

    /// For who has a list, by `boot_clock`.
    std::shared_ptr<std::atomic<std::int64_t>> valid_until =
      std::make_shared<std::atomic<std::int64_t>>(0);

    bool valid() const noexcept;
  };

  std::shared_ptr<shared_state> shared_ = std::make_shared<shared_state>();

  grid_actor grid_;
};

} // namespace livegrid
