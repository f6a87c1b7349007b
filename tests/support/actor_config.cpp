#include "actor_config.hpp"

#include "livegrid/actors.hpp"

namespace livegrid::test {

actor_config::actor_config() {
  add_message_types<caf::id_block::livegrid>();
  add_message_types<caf::id_block::livegrid_handles>();
}

} // namespace livegrid::test
