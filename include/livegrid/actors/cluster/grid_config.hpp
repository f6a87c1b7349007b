#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/timestamp.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a grid needs to know of its surroundings.
struct grid_config {
  std::string cluster;

  /// This node, as the others know it.
  member self;

  market_actor market;

  /// Finds the way to a member and answers with a `link_atom`, sooner or later.
  std::function<void(const member&, const grid_actor&)> dial;

  /// Whether this node may act as a member, right now. Looked at before
  /// anything is done in its name, since a process that was suspended does not
  /// know what it has missed.
  std::function<bool()> valid;

  /// Has said of this node whether it owns symbols, and which are pinned to it.
  std::function<void(bool, std::vector<symbol_name>)> restate;

  /// Where symbols begin of which no node knows more.
  std::vector<tick> first_states;

  /// Whether a simulator goes on from them, see `price_state::load`.
  bool simulated = false;

  counters_ptr stats;

  log_ptr log;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

} // namespace livegrid
