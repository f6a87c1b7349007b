#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <caf/io/middleman.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

// CAF's protocol between nodes begins with a header that says how long a
// message is, and CAF makes room for all of it before it comes. Here, room is
// made as bytes come, and there is a limit: a small one until the other side
// has said who it is, and a large one after that.

/// Lets other nodes reach that actor.
/// @param secure with the certificates that the system has been told of.
/// @returns what prevents it, if anything does.
std::optional<std::string> open_peer_port(caf::actor_system& sys,
                                          const std::string& address,
                                          std::uint16_t port, bool secure,
                                          const peer_actor& whom,
                                          const log_ptr& log);

/// CAF's side of a connection to another node, which `connect_atom` tells its
/// broker; null if there can be none. Takes over the descriptor.
caf::io::scribe_ptr make_peer_scribe(caf::actor_system& sys, int fd,
                                     bool secure, const log_ptr& log);

/// Where CAF keeps the connections to other nodes.
caf::actor peer_broker(caf::actor_system& sys);

} // namespace livegrid
