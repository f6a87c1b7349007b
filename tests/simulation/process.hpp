#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/cluster/rollcall.hpp"
#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/market/ingress.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "actor_config.hpp"
#include "membership.hpp"
#include "network.hpp"
#include "random.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

/// How a process finds out who else is there.
enum class finding : std::uint8_t { etcd, list };

/// What a process is started with.
struct process_config {
  std::string name;
  std::size_t host = 0;
  std::uint32_t run = 0; ///< how many were there before it
  bool owns_symbols = true;
  finding by = finding::etcd;
  std::size_t hosts = 0; ///< of all, see `address_of`
  bool tells = false;    ///< writes its log to stderr
};

/// The node port of a host's process.
inline std::string address_of(std::size_t host) {
  return "10.0.0." + std::to_string(host + 1);
}

constexpr std::uint16_t node_port = 7781;

/// One run of a node: the real actors, on a scheduler and a clock of their own
/// that go on only as the simulation says.
class process {
public:
  process(timeline& time, network& net, etcd_cluster& etcd,
          process_config config);

  ~process();

  process(const process&) = delete;
  process& operator=(const process&) = delete;

  const process_config& config() const noexcept {
    return config_;
  }

  /// Whether it has something to do at once.
  bool busy() const {
    return !suspended() && !scheduler().jobs.empty();
  }

  /// Lets one of its actors handle one message.
  void step(random& chance);

  /// When its next timer is due.
  instant next_timer() const;

  /// Tells its timers what time it is.
  void go_to(instant now);

  bool suspended() const noexcept {
    return wire_.suspended;
  }

  void suspend();

  void resume(random& chance);

  /// Says that it will own nothing, as a node does before it ends. Calls
  /// `then` once the others have what it had, or after a while.
  void leave(std::function<void()> then);

  bool is_member() const;

  const grid_state& grid() const;

  const market_state& market() const;

  caf::actor_system& sys() {
    return sys_;
  }

  transport& wire() {
    return wire_;
  }

  const grid_actor& grid_handle() const {
    return grid_;
  }

  const ingress_actor& entry() const {
    return ingress_;
  }

  const fanout_actor& fan() const {
    return fanout_;
  }

  const counters_ptr& stats() const {
    return stats_;
  }

  const log_ptr& log() const {
    return log_;
  }

  /// The row of each of these symbols, as a GET would have them.
  void fetch(std::vector<symbol_name> names,
             std::function<void(caf::expected<row_batch>)> then);

  /// What it knows of a symbol, for a person.
  std::string describe(const symbol_name& which) const;

  /// How many shares of a symbol have been traded, as far as it knows.
  std::uint64_t shares(const symbol_name& which) const;

  /// Ends an actor with the process.
  void own(const caf::strong_actor_ptr& x) {
    ours_.emplace_back(x);
  }

private:
  caf::scheduler::test_coordinator& scheduler() const;

  void start_list();

  void start_etcd();

  void beat();

  member self_member() const;

  timeline& time_;
  etcd_cluster& etcd_;
  process_config config_;
  test::actor_config system_config_;
  mutable caf::actor_system sys_;
  transport wire_;
  counters_ptr stats_;
  log_ptr log_;
  member who_;
  market_actor market_;
  grid_actor grid_;
  rollcall_actor roll_;
  fanout_actor fanout_;
  ingress_actor ingress_;
  std::unique_ptr<etcd_client> membership_;
  std::shared_ptr<std::atomic<std::int64_t>> valid_until_;
  std::vector<caf::strong_actor_ptr> ours_;

  /// Set once it is over, so that what was planned for it does nothing.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace livegrid::simulation
