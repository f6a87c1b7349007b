#pragma once

#include <string>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/actors/members/member.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/cluster/peer_tls.hpp"

namespace livegrid {

/// Finds the way to another node and tells the grid, with a `link_atom`: the
/// other's grid, or why there is none, a few seconds later at most. Works on a
/// thread of its own, since a host that does not answer would hold up all other
/// connections.
/// @param papers for TLS; null for none.
void dial_peer(caf::actor_system& sys, const member& whom,
               const peer_certificates_ptr& papers, const grid_actor& caller,
               const log_ptr& log);

/// The same for the roll-call, to an address `host:port`.
void dial_address(caf::actor_system& sys, const std::string& where,
                  const peer_certificates_ptr& papers,
                  const rollcall_actor& caller, const log_ptr& log);

} // namespace livegrid
