#pragma once

#include <caf/actor_system_config.hpp>

namespace livegrid::test {

/// Knows the types of our messages. Its constructor stands in a source of its
/// own, since each file that has it takes the compiler some six seconds more.
struct actor_config : caf::actor_system_config {
  actor_config();
};

} // namespace livegrid::test
