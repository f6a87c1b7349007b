#include "livegrid/http/cluster/peer_dialer.hpp"

#include <charconv>
#include <chrono>
#include <memory>
#include <set>
#include <string>

#include <caf/io/all.hpp>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/http/cluster/peer_port.hpp"
#include "livegrid/http/system/tcp_connect.hpp"

namespace livegrid {

namespace {

/// For the connection to be accepted, and again for the node's first word.
constexpr std::chrono::milliseconds connect_time{1000};

/// The grid at that address, or why there is none.
expected<peer_actor, std::string>
connect(caf::blocking_actor* self, const std::string& host, std::uint16_t port,
        const peer_certificates_ptr& tls, const log_ptr& log) {
  auto fd = tcp_connect(host, port, connect_time);
  if (!fd)
    return unexpected{std::move(fd).error()};
  auto& sys = self->system();
  auto fault = std::make_shared<std::string>();
  auto scribe = make_peer_scribe(sys, *fd, tls, log, fault);
  if (!scribe)
    return unexpected{"there can be no TLS with it"};
  expected<peer_actor, std::string> result{peer_actor{}};
  self
    ->request(peer_broker(sys), connect_time, caf::connect_atom_v,
              std::move(scribe), port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>& interface) {
        using wanted = caf::detail::type_list<peer_actor>;
        if (!found)
          result = unexpected{"nothing is published there"};
        else if (!sys.assignable(interface, sys.message_types(wanted{})))
          result = unexpected{"that is no node like this one"};
        else
          result = caf::actor_cast<peer_actor>(found);
      },
      [&](const caf::error& why) {
        if (why == caf::sec::request_timeout)
          result = unexpected{"it accepts connections and does not say that it "
                              "is a node of this kind"};
        else
          result =
            unexpected{fault->empty() ? to_refusal(why).message : *fault};
      });
  return result;
}

} // namespace

void dial_peer(caf::actor_system& sys, const member& whom,
               const peer_certificates_ptr& papers, const grid_actor& caller,
               const log_ptr& log) {
  sys.spawn<caf::detached>([=](caf::blocking_actor* self) {
    auto found = connect(self, whom.address, whom.port, papers, log);
    if (found)
      self->send(caller, link_atom_v, whom.instance, *found);
    else
      self->send(caller, link_atom_v, whom.instance, std::move(found).error());
  });
}

void dial_address(caf::actor_system& sys, const std::string& where,
                  const peer_certificates_ptr& papers,
                  const rollcall_actor& caller, const log_ptr& log) {
  sys.spawn<caf::detached>([=](caf::blocking_actor* self) {
    auto colon = where.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string::npos)
      std::from_chars(where.data() + colon + 1, where.data() + where.size(),
                      port);
    auto found = port == 0
                   ? unexpected{"it is not host:port"}
                   : connect(self, where.substr(0, colon), port, papers, log);
    if (found)
      self->send(caller, link_atom_v, where, join_actor{*found});
    else
      self->send(caller, link_atom_v, where, std::move(found).error());
  });
}

} // namespace livegrid
