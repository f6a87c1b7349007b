#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/etcd_membership.hpp"
#include "livegrid/settings.hpp"
#include "livegrid/tick.hpp"

namespace livegrid {

/// A node's part in a cluster: its grid, the port where the other grids reach
/// it, and its membership. Must outlive the grid, which looks at it.
class cluster_node {
public:
  /// Makes the grid, which owns nothing until `join`.
  cluster_node(caf::actor_system& sys, const settings& values,
               market_actor market, std::vector<tick> first_states,
               counters_ptr stats, log_ptr log);

  cluster_node(const cluster_node&) = delete;

  cluster_node& operator=(const cluster_node&) = delete;

  /// Leaves at once, without a word to the grid.
  ~cluster_node();

  const grid_actor& grid() const noexcept {
    return grid_;
  }

  const member& self() const noexcept {
    return config_.self;
  }

  /// Opens the port and begins to join.
  /// @returns what prevents it, if anything does.
  std::optional<std::string> join();

  /// Whether it is a member, right now.
  bool is_member() const noexcept;

  /// Gives its symbols to the others, while it serves on, and waits until it
  /// has; then it leaves. Takes 3 s at most.
  void leave();

private:
  caf::actor_system& sys_;
  membership_config config_;

  /// Null before `join`.
  std::unique_ptr<etcd_membership> membership_;

  /// The same, for the grid and on its threads.
  std::shared_ptr<std::atomic<etcd_membership*>> shared_;

  grid_actor grid_;
};

} // namespace livegrid
