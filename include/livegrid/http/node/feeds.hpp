#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/source.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

class io_loop;

/// What a source of ticks is given when it starts.
struct feed_parts {
  caf::actor_system& sys;
  io_loop& loop;

  /// Where its ticks go.
  entry_actor market;

  /// Of the symbols that are there from the start; none in a cluster.
  std::vector<tick> first_states;

  /// The time of day.
  timestamp (*wall_clock)() = nullptr;
};

/// Spawns the source.
using feed_start = std::function<feed_actor(feed_parts)>;

/// A source of ticks that is ready to start.
struct prepared_feed {
  source kind;
  feed_start start;
};

/// Reads what the source of ticks needs that `market.feed` names.
/// @returns the source; nothing if none is named; or why it cannot be, which
///          names the file or the setting.
expected<std::optional<prepared_feed>, std::string>
prepare_feed(const settings& values, const log_ptr& log);

} // namespace livegrid
