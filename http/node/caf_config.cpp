#include "livegrid/http/node/caf_config.hpp"

#include <chrono>

#include <caf/io/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/messages.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::milliseconds heartbeat_interval{500};

/// Well below the 5 s after which rows have to flow again.
constexpr std::chrono::milliseconds connection_timeout{2000};

} // namespace

caf_config::caf_config(const settings& values) {
  add_message_types<caf::id_block::livegrid>();
  add_message_types<caf::id_block::livegrid_handles>();
  // Work stealing polls, which costs more than the work at low rates.
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", 2);
  set("scheduler.max-throughput", 128);
  const auto& x = values.cluster;
  if (!x.used())
    return;
  load<caf::io::middleman>();
  // Nodes send so often to each other, and hang up on who does not: nothing
  // else shows that a host has vanished.
  set("middleman.heartbeat-interval", caf::timespan{heartbeat_interval});
  set("middleman.connection-timeout", caf::timespan{connection_timeout});
}

} // namespace livegrid
