#define CAF_SUITE cluster.networks

#include <signal.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cluster_nodes.hpp"
#include "networks.hpp"
#include "tcp_socket.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// A cluster on both sides of a cable. Node b is on the far side, all others,
/// and etcd, on the near one.
class fixture : public two_networks {
public:
  static bool is_far(const std::string& name) {
    return name == "b";
  }

  /// Does something on the side of a node.
  void beside(const std::string& name, const std::function<void()>& f) {
    if (is_far(name))
      far_side(f);
    else
      near_side(f);
  }

  node_process& start(const std::string& name, const std::string& roles,
                      const std::vector<std::string>& more = {}) {
    auto args = more;
    args.emplace_back("--cluster.trusted-network=true");
    args.emplace_back(std::string{"--cluster.address="}
                      + (is_far(name) ? far_address : near_address));
    beside(name, [&] { all->start(name, roles, args); });
    return all->at(name);
  }

  /// Starts etcd, two owners of which one is far, and where viewers are.
  void start_three() {
    near_side([&] {
      etcd.emplace(near_address);
      etcd->start();
    });
    all.emplace(std::vector<std::string>{"--cluster.etcd=" + etcd->endpoint(),
                                         "--cluster.ttl=2s"});
    start("a", "symbols,http").wait_for_error_text("cluster_settled");
    start("b", "symbols,http").wait_for_error_text("cluster_settled");
    start("g", "http").wait_for_error_text("peer_up name=\"a\"");
    all->at("g").wait_for_error_text("peer_up name=\"b\"");
  }

  grid_viewer& look(const std::string& name) {
    beside(name, [&] { viewers.try_emplace(name, all->at(name).port()); });
    return viewers.at(name);
  }

  /// Publishes at a node; all must be taken.
  void publish(const std::string& name, int rounds) {
    beside(name, [&] {
      round_publisher out{all->at(name), done};
      out.rounds(rounds);
      done = out.done();
    });
  }

  void check_all(double price, double volume) {
    for (auto name : {"a", "b", "g"})
      beside(name, [&] { all->check_all(name, price, volume); });
  }

  bool ready(const std::string& name) {
    auto status = 0;
    beside(name, [&] { status = all->at(name).get("/ready").status; });
    return status == 200;
  }

  std::pair<double, double> prices(const std::string& name) {
    std::pair<double, double> result;
    beside(name, [&] { result = all->prices(name); });
    return result;
  }

  double owned(const std::string& name) {
    double result = 0;
    beside(name, [&] { result = all->owned(name); });
    return result;
  }

  void check_viewers() {
    for (auto& [name, x] : viewers) {
      CAF_MESSAGE("the viewer at " << name);
      CAF_CHECK_EQUAL(x.steps_back(), 0u);
      CAF_CHECK(!x.ended());
    }
  }

  int done = 0; ///< rounds published
  std::optional<etcd_process> etcd;
  std::optional<cluster_nodes> all;
  std::map<std::string, grid_viewer> viewers;
};

/// Publishes large rows of many symbols at a node, and waits until it has taken
/// those of some: the owner of the others may be out of reach.
void publish_much(std::uint16_t port) {
  constexpr std::size_t num_symbols = 30;
  constexpr std::size_t enough = 5;
  constexpr std::size_t num_ticks = 40;
  struct publisher {
    tcp_socket socket;
    std::string answers;
    std::size_t taken = 0;
  };
  std::vector<publisher> publishers;
  for (std::size_t i = 0; i < num_symbols; ++i) {
    auto tick = R"({"symbol":"MUCH)" + std::to_string(i) + R"(","price":1)";
    for (int j = 0; j < 20; ++j)
      tick +=
        ",\"c" + std::to_string(j) + "\":\"" + std::string(200, 'x') + '"';
    tick += '}';
    auto one = "POST /ticks HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
               "application/json\r\nContent-Length: "
               + std::to_string(tick.size()) + "\r\n\r\n" + tick;
    std::string requests;
    for (std::size_t j = 0; j < num_ticks; ++j)
      requests += one;
    publishers.push_back({tcp_socket{port}, {}, 0});
    publishers.back().socket.send(requests);
  }
  wait_until("ticks to be taken", [&] {
    std::size_t done = 0;
    for (auto& x : publishers) {
      if (x.socket.readable(0ms))
        x.socket.read_some(x.answers);
      for (auto at = x.answers.find("HTTP/1.1 200"); at != std::string::npos;
           at = x.answers.find("HTTP/1.1 200")) {
        x.answers.erase(0, at + 1);
        ++x.taken;
      }
      done += x.taken == num_ticks ? 1 : 0;
    }
    return done >= enough;
  });
}

#define SKIP_WITHOUT_NETWORKS                                                  \
  if (!there()) {                                                              \
    CAF_MESSAGE(                                                               \
      "skipped: network namespaces take root, iproute2 and /dev/net/tun");     \
    return;                                                                    \
  }

CAF_TEST_FIXTURE_SCOPE(cluster_networks_tests, fixture)

CAF_TEST(an owner that is cut off is replaced and comes back to its share) {
  SKIP_WITHOUT_NETWORKS
  start_three();
  auto& near = look("g");
  auto& far = look("b");
  publish("g", 10);
  near.wait_for(10);
  unplug();
  // These wait for those of its symbols that the far one owned.
  publish("g", 10);
  near.wait_for(20);
  wait_until("the far one to know", [&] { return !ready("b"); });
  plug();
  wait_until("the far one to be a member", [&] { return ready("b"); });
  publish("g", 10);
  publish("b", 10);
  near.wait_for(40);
  far.wait_for(40);
  wait_until("the far one to have its share", [&] { return owned("b") > 0; });
  check_all(40, 40);
  check_viewers();
}

CAF_TEST(nobody is replaced for packets that are lost for a moment) {
  SKIP_WITHOUT_NETWORKS
  start_three();
  auto& near = look("g");
  auto& far = look("b");
  for (int i = 0; i < 5; ++i) {
    unplug();
    std::thread later{[&] { publish("g", 1); }};
    // The node is there while the ticks are on their way to it.
    CAF_CHECK(ready("b"));
    plug();
    later.join();
  }
  near.wait_for(5);
  far.wait_for(5);
  check_all(5, 5);
  check_viewers();
  for (auto name : {"a", "b", "g"})
    CAF_CHECK(all->at(name).standard_error().find("peer_down")
              == std::string::npos);
}

CAF_TEST(a node that is told to stop ends though it is cut off) {
  SKIP_WITHOUT_NETWORKS
  start_three();
  publish("g", 1);
  // What it sends from now on arrives nowhere, and is more than the kernel
  // keeps: a copy of each row goes to the next owner.
  unplug();
  beside("b", [&] { publish_much(all->at("b").port()); });
  all->at("b").signal(SIGTERM);
  CAF_CHECK_EQUAL(all->at("b").wait_for_exit(), 0);
}

CAF_TEST(a long cable makes it slow and nothing else) {
  SKIP_WITHOUT_NETWORKS
  start_three();
  auto& near = look("g");
  auto& far = look("b");
  delay(20ms);
  publish("g", 5);
  publish("b", 5);
  near.wait_for(10);
  far.wait_for(10);
  check_all(10, 10);
  // A node that goes hands its symbols over, and comes back.
  all->at("b").signal(SIGTERM);
  publish("a", 5);
  CAF_CHECK_EQUAL(all->at("b").wait_for_exit(), 0);
  viewers.erase("b");
  start("b", "symbols,http").wait_for_error_text("cluster_settled");
  publish("g", 5);
  near.wait_for(20);
  check_all(20, 20);
  check_viewers();
}

CAF_TEST(a split of listed nodes heals to one owner of each symbol) {
  SKIP_WITHOUT_NETWORKS
  all.emplace(std::vector<std::string>{"--cluster.ttl=2s"});
  auto join = std::string{"--cluster.join="} + near_address + ':'
              + std::to_string(all->port("a")) + ',' + far_address + ':'
              + std::to_string(all->port("b"));
  for (auto name : {"a", "b"})
    start(name, "symbols,http", {join});
  for (auto name : {"a", "b"})
    wait_until("both to be there", [&] { return ready(name); });
  all->at("a").wait_for_error_text("peer_up name=\"b\"");
  all->at("b").wait_for_error_text("peer_up name=\"a\"");
  auto& near = look("a");
  auto& far = look("b");
  publish("a", 5);
  near.wait_for(5);
  far.wait_for(5);
  CAF_CHECK_GREATER(owned("a"), 0);
  CAF_CHECK_GREATER(owned("b"), 0);
  unplug();
  // Each side takes the symbols of the other.
  publish("a", 5);
  near.wait_for(10);
  publish("b", 5);
  far.wait_for(15);
  CAF_CHECK_EQUAL(owned("a"), num_traded + 5);
  CAF_CHECK_EQUAL(owned("b"), num_traded + 5);
  plug();
  // Each has its share: on the way there one of them may have none.
  wait_until("one owner of each", [&] {
    auto a = owned("a");
    auto b = owned("b");
    return a > 0 && b > 0 && a + b == num_traded + 5;
  });
  // What the one side says of a symbol, the other says, too.
  publish("b", 1);
  near.wait_for(16);
  far.wait_for(16);
  for (auto name : {"a", "b"})
    CAF_CHECK(prices(name) == std::make_pair(16.0, 16.0));
  CAF_CHECK(!near.ended());
  CAF_CHECK(!far.ended());
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
