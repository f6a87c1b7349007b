#define CAF_SUITE cluster.port

// What strangers can do at the port where nodes reach each other.

#include <sys/socket.h>

#include <string>
#include <vector>

#include "cluster_nodes.hpp"
#include "tcp_socket.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

constexpr std::size_t mib = 1024 * 1024;

/// How a client's first word begins: the kind of message, and how long the rest
/// of it is, 1 GiB.
std::string hostile_header() {
  std::string result{"\x01\0\0\0\x40\0\0\0", 8};
  result.resize(36);
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(cluster_port_tests, cluster_nodes)

CAF_TEST(a stranger costs no memory and no link) {
  start("a", "symbols,http").wait_for_error_text("cluster_settled");
  start("b", "symbols,http").wait_for_error_text("peer_up name=\"a\"");
  round_publisher out{at("a")};
  out.rounds(3);
  auto before = at("a").resident();
  std::vector<tcp_socket> silent;
  for (int i = 0; i < 200; ++i)
    silent.emplace_back(port("a"));
  for (int i = 0; i < 8; ++i) {
    tcp_socket x{port("a")};
    x.send(hostile_header());
    // It is hung up on.
    x.read_to_end();
  }
  at("a").wait_for_error_text("it announces more than a node would say");
  CAF_CHECK_LESS(at("a").resident(), before + 64 * mib);
  // Of those who say nothing the first ones are hung up on, too.
  silent.front().read_to_end();
  out.rounds(3);
  check_all("a", 6, 6);
  check_all("b", 6, 6);
  for (auto name : {"a", "b"})
    CAF_CHECK_EQUAL(at(name).standard_error().find("peer_down"),
                    std::string::npos);
  // Who belongs there still comes in.
  start("c", "http").wait_for_error_text("peer_up name=\"a\"");
  check_all("c", 6, 6);
}

CAF_TEST(names that nobody has cost no memory) {
  start("a", "symbols,http").wait_for_error_text("cluster_settled");
  auto ask = [&](int round) {
    http_client client{at("a").port()};
    for (int i = 0; i < 200; ++i) {
      std::string symbols;
      for (int j = 0; j < 100; ++j)
        symbols += (j > 0 ? "," : "") + std::string{"N"} + std::to_string(round)
                   + '-' + std::to_string(i) + '-' + std::to_string(j);
      auto x = client.request("GET", "/live_grid_data?symbol=" + symbols);
      if (x.status != 200)
        give_up("not answered: " + x.body);
    }
  };
  ask(0);
  auto before = at("a").resident();
  for (int round = 1; round < 5; ++round)
    ask(round);
  CAF_CHECK_LESS(at("a").resident(), before + 16 * mib);
}

CAF_TEST_FIXTURE_SCOPE_END()
