#include "livegrid/http/peer_dialer.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include <caf/io/all.hpp>
#include <caf/openssl/all.hpp>

#include "livegrid/error.hpp"
#include "livegrid/http/tcp_probe.hpp"

namespace livegrid {

namespace {

/// For the connection to be accepted, and again for the node's first word.
constexpr std::chrono::milliseconds connect_time{1000};

/// Where CAF's networking takes orders to connect.
caf::io::middleman_actor networking(caf::actor_system& sys, bool secure) {
  return secure ? sys.openssl_manager().actor_handle()
                : sys.middleman().actor_handle();
}

/// The grid at that address, or why there is none.
std::variant<peer_actor, std::string> connect(caf::blocking_actor* self,
                                              const std::string& host,
                                              std::uint16_t port, bool secure) {
  if (auto why = probe(host, port, connect_time))
    return *why;
  auto& sys = self->system();
  std::variant<peer_actor, std::string> result;
  self
    ->request(networking(sys, secure), connect_time, caf::connect_atom_v, host,
              port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>& interface) {
        using wanted = caf::detail::type_list<peer_actor>;
        if (!found)
          result = "nothing is published there";
        else if (!sys.assignable(interface, sys.message_types(wanted{})))
          result = "that is no node like this one";
        else
          result = caf::actor_cast<peer_actor>(found);
      },
      [&](const caf::error& why) {
        result = why == caf::sec::request_timeout
                   ? "it accepts connections and does not say that it is a "
                     "node of this kind"
                   : to_refusal(why).message;
      });
  return result;
}

} // namespace

void dial_peer(caf::actor_system& sys, const member& whom, bool secure,
               const grid_actor& caller) {
  sys.spawn<caf::detached>([whom, secure, caller](caf::blocking_actor* self) {
    auto found = connect(self, whom.address, whom.port, secure);
    if (auto* why = std::get_if<std::string>(&found))
      self->send(caller, link_atom_v, whom.instance, std::move(*why));
    else
      self->send(caller, link_atom_v, whom.instance,
                 std::get<peer_actor>(found));
  });
}

void dial_address(caf::actor_system& sys, const std::string& where, bool secure,
                  const rollcall_actor& caller) {
  sys.spawn<caf::detached>([where, secure, caller](caf::blocking_actor* self) {
    auto colon = where.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string::npos)
      std::from_chars(where.data() + colon + 1, where.data() + where.size(),
                      port);
    auto found = port == 0
                   ? std::variant<peer_actor, std::string>{std::string{
                     "it is not host:port"}}
                   : connect(self, where.substr(0, colon), port, secure);
    if (auto* why = std::get_if<std::string>(&found))
      self->send(caller, link_atom_v, where, std::move(*why));
    else
      self->send(caller, link_atom_v, where,
                 join_actor{std::get<peer_actor>(found)});
  });
}

} // namespace livegrid
