#pragma once

#include <caf/all.hpp>

#include "livegrid/settings.hpp"

namespace livegrid {

/// CAF's side of the settings: message types, scheduler, networking.
class node_config : public caf::actor_system_config {
public:
  explicit node_config(const settings& values);
};

/// Runs a node until it is told to stop by SIGTERM or SIGINT: reads the files
/// that the settings name, starts the actors and the server, prints the startup
/// line to stdout, waits, drains. Signals must be blocked in all threads.
/// @returns 0, or 1 with a message on stderr if an address cannot be had, or 2
///          if a file is not what it should be.
int run_node(caf::actor_system& sys, const settings& values);

} // namespace livegrid
