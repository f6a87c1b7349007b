#include "livegrid/http/peer_dialer.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include <caf/io/all.hpp>

#include "livegrid/error.hpp"
#include "livegrid/http/tcp_probe.hpp"

namespace livegrid {

namespace {

/// For the connection to be accepted, and again for the node's first word.
constexpr std::chrono::milliseconds connect_time{1000};

void dial(caf::blocking_actor* self, const member& whom,
          const grid_actor& caller) {
  auto fail = [&](const std::string& why) {
    self->send(caller, link_atom_v, whom.instance, why);
  };
  if (auto why = probe(whom.address, whom.port, connect_time))
    return fail(*why);
  auto& sys = self->system();
  self
    ->request(sys.middleman().actor_handle(), connect_time, caf::connect_atom_v,
              whom.address, whom.port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>& interface) {
        using wanted = caf::detail::type_list<peer_actor>;
        if (!found)
          fail("nothing is published there");
        else if (!sys.assignable(interface, sys.message_types(wanted{})))
          fail("that is no node like this one");
        else
          self->send(caller, link_atom_v, whom.instance,
                     caf::actor_cast<peer_actor>(found));
      },
      [&](const caf::error& why) {
        fail(why == caf::sec::request_timeout
               ? "it accepts connections and does not say that it is a node"
               : to_refusal(why).message);
      });
}

} // namespace

void dial_peer(caf::actor_system& sys, const member& whom,
               const grid_actor& caller) {
  sys.spawn<caf::detached>(
    [whom, caller](caf::blocking_actor* self) { dial(self, whom, caller); });
}

} // namespace livegrid
