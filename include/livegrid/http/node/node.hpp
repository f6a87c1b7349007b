#pragma once

#include <caf/all.hpp>

#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// Runs a node until it is told to stop by SIGTERM or SIGINT: reads the files
/// that the settings name, starts the actors and the server, prints the startup
/// line to stdout, waits, drains. Signals must be blocked in all threads.
/// @returns 0, or 1 with a message on stderr if an address cannot be had, or 2
///          if a file is not what it should be.
int run_node(caf::actor_system& sys, const settings& values);

} // namespace livegrid
