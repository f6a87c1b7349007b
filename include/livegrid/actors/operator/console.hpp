#pragma once

#include <optional>

#include "livegrid/actors.hpp"
#include "livegrid/actors/operator/asker.hpp"
#include "livegrid/actors/operator/console_command.hpp"
#include "livegrid/actors/operator/console_config.hpp"

namespace livegrid {

/// Answers the operator by asking the others. An actor that does not answer in
/// time shows as its error in its place, and the rest is shown. Lists are
/// sorted and cut into pages here, so that they are never sent whole. What it
/// understands is in console_commands.hpp. Published at the console's port;
/// lives as long as its node.
struct console_state {
  static inline constexpr const char* name = "console";

  /// There once the actor runs.
  std::optional<asker> ask;
};

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config);

} // namespace livegrid
