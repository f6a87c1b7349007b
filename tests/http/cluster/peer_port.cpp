#define CAF_SUITE http.cluster.peer_port

#include "livegrid/http/cluster/peer_port.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <caf/io/all.hpp>

#include "captured_stderr.hpp"
#include "loopback.hpp"
#include "peer_planet.hpp"
#include "tcp_socket.hpp"
#include "wait.hpp"

#include "livegrid/actors/base/log.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// How a client's first word begins: the kind of message, and how long the rest
/// of it is.
std::string header(std::uint32_t size) {
  std::string result{"\x01\0\0\0", 4};
  for (int shift = 24; shift >= 0; shift -= 8)
    result += static_cast<char>((size >> shift) & 0xff);
  result.resize(caf::io::basp::header_size);
  return result;
}

struct fixture {
  captured_stderr err;
  peer_planet earth;

  /// Opens a port where the planet's peer can be reached.
  std::uint16_t open(const peer_certificates_ptr& papers = nullptr) {
    std::uint16_t port = free_port();
    CAF_REQUIRE(open_peer_port(earth.sys, "127.0.0.1", port, papers, earth.peer,
                               earth.log));
    return port;
  }

  /// Waits until an event has been logged.
  void wait_for(const std::string& what) {
    auto deadline = clock::now() + patience;
    while (err.count(what) == 0 && clock::now() < deadline)
      std::this_thread::yield();
    CAF_CHECK_GREATER(err.count(what), 0u);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(peer_port_tests, fixture)

CAF_TEST(a port that cannot be opened is told) {
  listening_socket taken;
  auto fault = [&](const std::string& address, std::uint16_t port) {
    auto opened =
      open_peer_port(earth.sys, address, port, nullptr, earth.peer, earth.log);
    return opened ? std::string{} : opened.error();
  };
  const std::string why = "it is in use, or no address of this machine";
  CAF_CHECK_EQUAL(fault("127.0.0.1", taken.port()), why);
  CAF_CHECK_EQUAL(fault("192.0.2.1", free_port()), why);
}

CAF_TEST(whoever announces more than a node says is hung up on) {
  auto port = open();
  tcp_socket good{port};
  good.send(header(64 * 1024));
  tcp_socket bad{port};
  bad.send(header(64 * 1024 + 1));
  bad.read_to_end();
  wait_for("bytes=65537");
  CAF_CHECK_EQUAL(err.count("peer_refused"), 1u);
  CAF_CHECK_EQUAL(err.count("address=\"127.0.0.1\""), 1u);
  CAF_CHECK_EQUAL(err.count("why=\"it announces more than a node would say\""),
                  1u);
  // The other one may say what it has announced.
  CAF_CHECK_EQUAL(err.count("bytes=65536"), 0u);
}

CAF_TEST(of those who say nothing the first gives way to the 65th) {
  auto port = open();
  std::vector<tcp_socket> silent;
  for (int i = 0; i < 65; ++i)
    silent.emplace_back(port);
  // All are greeted; who is hung up on hears no more.
  silent.front().read_to_end();
  CAF_CHECK_EQUAL(err.count("peer_refused"), 0u);
}

CAF_TEST(whoever does not speak TLS where it is spoken is refused) {
  auto port = open(earth.papers());
  tcp_socket x{port};
  x.send("GET / HTTP/1.1\r\n\r\n");
  x.read_to_end();
  wait_for("why=\"http request\"");
  CAF_CHECK_EQUAL(err.count("peer_refused"), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
