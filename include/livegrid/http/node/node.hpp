#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/cluster/cluster_node.hpp"
#include "livegrid/http/connection/io_loop.hpp"
#include "livegrid/http/node/console_port.hpp"
#include "livegrid/http/node/node_inputs.hpp"
#include "livegrid/http/node/owned_actor.hpp"
#include "livegrid/http/routes/server.hpp"

namespace livegrid {

/// All parts of a running node. They start in the order of its members, and end
/// in the reverse one, in which nobody is left without an answer to its last
/// question.
class node {
public:
  /// Starts the actors; nobody can reach them yet.
  /// @param values must outlive it, and have passed `check_cluster`.
  node(caf::actor_system& sys, const settings& values, node_inputs input,
       counters_ptr stats, log_ptr log);

  node(const node&) = delete;

  node& operator=(const node&) = delete;

  /// Opens the ports, prints the startup line to stdout, and serves until a
  /// signal comes; then it drains.
  /// @returns what `run_node` returns.
  int run();

private:
  /// The thread of the loop: as long as there are actors, for some live there.
  class loop_thread {
  public:
    loop_thread(caf::actor_system& sys, io_loop& loop);

    ~loop_thread();

  private:
    caf::actor_system& sys_;
    io_loop& loop_;
  };

  // Each makes a member.

  std::vector<tick> take_first_states();

  market_actor make_market();

  std::optional<cluster_node> make_cluster();

  directory_actor make_directory();

  fanout_actor make_fanout();

  monitor_actor make_monitor();

  console_actor make_console();

  server_handles make_server_handles();

  console_backend make_console_backend();

  /// An invalid handle if the node is alone.
  grid_actor grid() const;

  /// Where ticks go in.
  entry_actor entry() const;

  /// Where fan-outs say what they want.
  interest_actor interest() const;

  /// Waits until the market has made the first symbols, and gives back the
  /// memory that reading them took.
  void settle();

  void start_feed();

  /// Says that the node serves, and where.
  void announce(std::uint16_t http_port, std::uint16_t console_port);

  void drain();

  caf::actor_system& sys_;
  const settings& values_;
  log_ptr log_;
  counters_ptr stats_;
  node_inputs input_;
  std::size_t num_symbols_; ///< at the start
  io_loop loop_;
  loop_thread thread_;
  owned_actor<market_actor> market_;
  std::optional<cluster_node> cluster_; ///< none if the node is alone
  owned_actor<directory_actor> directory_;
  owned_actor<fanout_actor> fanout_;
  owned_actor<ingress_actor> ingress_;
  owned_actor<monitor_actor> monitor_;
  owned_actor<console_actor> console_;
  http_server server_;
  console_port operators_;
  std::optional<owned_actor<feed_actor>> feed_; ///< from `start_feed` on
};

/// Runs a node until it is told to stop by SIGTERM or SIGINT: reads the files
/// that the settings name, starts the actors and the server, prints the startup
/// line to stdout, waits, drains. Signals must be blocked in all threads.
/// @returns 0, or 1 with a message on stderr if an address cannot be had, or 2
///          if a file is not what it should be.
int run_node(caf::actor_system& sys, const settings& values);

} // namespace livegrid
