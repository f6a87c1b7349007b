#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <caf/io/middleman.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/cluster/peer_tls.hpp"

namespace livegrid {

// CAF's protocol between nodes begins with a header that says how long a
// message is, and CAF makes room for all of it before it comes. Here, room is
// made as bytes come, and there is a limit: a small one until the other side
// has said who it is, and a large one after that.

/// Lets other nodes reach that actor.
/// @param papers for TLS; null for none.
/// @returns what prevents it, if anything does.
expected<void, std::string>
open_peer_port(caf::actor_system& sys, const std::string& address,
               std::uint16_t port, const peer_certificates_ptr& papers,
               const peer_actor& whom, const log_ptr& log);

/// CAF's side of a connection to another node, which `connect_atom` tells its
/// broker; null if there can be none. Takes over the descriptor.
/// @param papers for TLS; null for none.
/// @param fault set to why the other side was hung up on, if it was, before the
///        broker says that the connection is over.
caf::io::scribe_ptr make_peer_scribe(caf::actor_system& sys, int fd,
                                     const peer_certificates_ptr& papers,
                                     const log_ptr& log,
                                     const std::shared_ptr<std::string>& fault);

/// Where CAF keeps the connections to other nodes.
caf::actor peer_broker(caf::actor_system& sys);

} // namespace livegrid
