#define CAF_SUITE http.cluster.peer_dialer

#include "livegrid/http/cluster/peer_dialer.hpp"

#include <chrono>
#include <functional>
#include <string>

#include "captured_stderr.hpp"
#include "loopback.hpp"
#include "peer_planet.hpp"

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/peer_port.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
  captured_stderr err;
  peer_planet earth;
  peer_planet mars;

  /// What the grid of earth is told of a member with that port: nothing of a
  /// way that was found, else why there is none.
  std::string dial(std::uint16_t port,
                   const peer_certificates_ptr& papers = nullptr) {
    member whom{.name = "mars",
                .instance = std::string(32, 'a'),
                .address = "127.0.0.1",
                .port = port};
    caf::scoped_actor self{earth.sys};
    dial_peer(earth.sys, whom, papers, caf::actor_cast<grid_actor>(self),
              earth.log);
    std::string result = "nothing was told";
    self->receive(
      [&](link_atom, const std::string& instance, const peer_actor& found) {
        CAF_CHECK_EQUAL(instance, whom.instance);
        way = found;
        result = "";
      },
      [&](link_atom, const std::string& instance, const std::string& why) {
        CAF_CHECK_EQUAL(instance, whom.instance);
        result = why;
      },
      caf::after(20s) >> [] {});
    return result;
  }

  /// The same for the roll-call of earth, of an address.
  std::string dial(const std::string& where) {
    caf::scoped_actor self{earth.sys};
    dial_address(earth.sys, where, nullptr,
                 caf::actor_cast<rollcall_actor>(self), earth.log);
    std::string result = "nothing was told";
    self->receive(
      [&](link_atom, const std::string& told, const join_actor&) {
        CAF_CHECK_EQUAL(told, where);
        result = "";
      },
      [&](link_atom, const std::string& told, const std::string& why) {
        CAF_CHECK_EQUAL(told, where);
        result = why;
      },
      caf::after(20s) >> [] {});
    return result;
  }

  std::uint16_t open_mars(const peer_certificates_ptr& papers = nullptr) {
    auto port = free_port();
    CAF_REQUIRE(
      open_peer_port(mars.sys, "127.0.0.1", port, papers, mars.peer, mars.log));
    return port;
  }

  peer_actor way;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(peer_dialer_tests, fixture)

CAF_TEST(the way to another node is found) {
  auto port = open_mars();
  CAF_CHECK_EQUAL(dial(port), "");
  // It leads there.
  caf::anon_send(way, leave_atom_v);
  mars.wait_for_leave();
  CAF_CHECK_EQUAL(dial("127.0.0.1:" + std::to_string(port)), "");
}

CAF_TEST(nodes of one authority speak TLS) {
  identity authority;
  auto port = open_mars(mars.papers(authority));
  CAF_CHECK_EQUAL(dial(port, earth.papers(authority)), "");
  caf::anon_send(way, leave_atom_v);
  mars.wait_for_leave();
  // Whoever has no certificate of it finds no way.
  CAF_CHECK_NOT_EQUAL(dial(port, earth.papers()), "");
}

CAF_TEST(why there is no way is told) {
  std::uint16_t closed = 0;
  {
    listening_socket gone;
    closed = gone.port();
  }
  CAF_CHECK_EQUAL(dial(closed), "Connection refused");
  listening_socket silent;
  CAF_CHECK_EQUAL(dial(silent.port()),
                  "it accepts connections and does not say that it is a node "
                  "of this kind");
  for (auto where : {"", "a", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
                     "127.0.0.1:x", "127.0.0.1:65536"}) {
    CAF_MESSAGE(where);
    CAF_CHECK_EQUAL(dial(std::string{where}), "it is not host:port");
  }
}

CAF_TEST(another program of CAF is no node) {
  auto other =
    mars.sys.spawn([]() -> caf::behavior { return {[](int x) { return x; }}; });
  auto port = mars.sys.middleman().publish(other, 0, "127.0.0.1");
  CAF_REQUIRE(port);
  CAF_CHECK_EQUAL(dial(*port), "that is no node like this one");
  caf::anon_send_exit(other, caf::exit_reason::user_shutdown);
}

CAF_TEST_FIXTURE_SCOPE_END()
