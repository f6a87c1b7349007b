#pragma once

#include <functional>
#include <optional>
#include <string>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// What a door needs to know of its surroundings.
struct door_config {
  console_actor console;

  /// Why nobody may come in with that key, which may be empty; nothing if he
  /// may. Called on the door's own thread.
  std::function<std::optional<std::string>(const std::string&)> refuse;

  log_ptr log;
};

/// Where operators come in. Hands
/// their lines to the console if the key that comes with each is good for that,
/// and writes down who changed what. It keeps out who uses what it is there
/// for: CAF itself lets whoever reaches the port send anything to any published
/// actor. Lives as long as its node.
struct door_state {
  static inline constexpr const char* name = "door";

  door_config config;
};

door_actor::behavior_type door(door_actor::stateful_pointer<door_state> self,
                               door_config config);

} // namespace livegrid
