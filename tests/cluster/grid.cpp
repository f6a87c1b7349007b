#define CAF_SUITE cluster.grid

#include <signal.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cluster_nodes.hpp"
#include "tcp_socket.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

class fixture : public cluster_nodes {
public:
  /// Two owners and one where viewers and publishers are.
  void start_three() {
    start("a", "symbols").wait_for_error_text("cluster_settled");
    start("b", "symbols").wait_for_error_text("cluster_settled");
    start("g", "http").wait_for_error_text("peer_up name=\"a\"");
    at("g").wait_for_error_text("peer_up name=\"b\"");
  }
};

CAF_TEST_FIXTURE_SCOPE(cluster_grid_tests, fixture)

CAF_TEST(every node shows every symbol wherever it was published) {
  start_three();
  grid_viewer looks{at("g").port()};
  grid_viewer looks_too{at("a").port()};
  round_publisher first{at("g")};
  first.rounds(3);
  looks.wait_for(3);
  looks_too.wait_for(3);
  for (const auto* name : {"a", "b", "g"})
    check_all(name, 3, 3);
  auto symbols = at("b").get("/symbols").json();
  // With the five that every node begins with.
  CAF_CHECK_EQUAL(symbols.size(), static_cast<std::size_t>(num_traded + 5));
  // Both own some.
  CAF_CHECK_GREATER(owned("a"), 0);
  CAF_CHECK_GREATER(owned("b"), 0);
  CAF_CHECK_EQUAL(owned("g"), 0);
}

CAF_TEST(an owner is killed and nobody is told a lie) {
  start_three();
  grid_viewer looks{at("g").port()};
  round_publisher out{at("g")};
  out.rounds(20);
  // What no other node has a row of may go with it.
  looks.wait_for(20);
  at("b").signal(SIGKILL);
  out.rounds(20);
  looks.wait_for(40);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  check_all("a", 40, 40);
  check_all("g", 40, 40);
}

CAF_TEST(an owner that was suspended does not come back with old prices) {
  start_three();
  grid_viewer looks{at("g").port()};
  round_publisher out{at("g")};
  out.rounds(10);
  looks.wait_for(10);
  at("b").signal(SIGSTOP);
  out.rounds(10);
  looks.wait_for(20);
  at("b").signal(SIGCONT);
  at("b").wait_for_error_text("cluster_lost");
  out.rounds(10);
  looks.wait_for(30);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  wait_until("it to be a member",
             [&] { return at("b").get("/ready").status == 200; });
  for (const auto* name : {"a", "b", "g"})
    check_all(name, 30, 30);
}

CAF_TEST(all owners are replaced one by one and no tick is lost) {
  start_three();
  grid_viewer looks{at("g").port()};
  round_publisher out{at("g")};
  std::atomic<bool> enough = false;
  std::thread publishes{[&] {
    while (!enough)
      out.rounds(1);
  }};
  for (const auto* name : {"b", "a", "b"}) {
    at(name).signal(SIGTERM);
    CAF_CHECK_EQUAL(at(name).wait_for_exit(), 0);
    start(name, "symbols").wait_for_error_text("cluster_settled");
  }
  enough = true;
  publishes.join();
  auto n = out.done();
  CAF_CHECK_GREATER(n, 3);
  looks.wait_for(n);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  for (const auto* name : {"a", "b", "g"})
    check_all(name, n, n);
}

CAF_TEST(a second node of a name is none) {
  start("a", "symbols,http").wait_for_error_text("cluster_settled");
  auto args = membership;
  for (const auto& x : {std::string{"--market.feed=none"}, example_symbols(),
                        std::string{"--node.name=a"}})
    args.emplace_back(x);
  args.emplace_back("--cluster.port=" + std::to_string(port_holder{}.port()));
  node_process second{args};
  second.wait_for_error_text("cluster_refused");
  CAF_CHECK_EQUAL(second.get("/ready").status, 503);
  CAF_CHECK_EQUAL(at("a").get("/ready").status, 200);
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
