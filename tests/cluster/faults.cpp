#define CAF_SUITE cluster.faults

#include "livegrid/http/cluster/etcd_membership.hpp"

#include <signal.h>

#include <string>
#include <vector>

#include "etcd_process.hpp"
#include "member_node.hpp"
#include "tcp_socket.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Far longer than a test waits, so that no lease expires.
constexpr auto for_ever = 60s;

class fixture {
public:
  membership_config config(std::string name, std::chrono::seconds ttl) const {
    return member_config({etcd.endpoint()}, std::move(name), ttl);
  }

  etcd_process etcd;
};

CAF_TEST_FIXTURE_SCOPE(fault_tests, fixture)

CAF_TEST(who is killed is gone after a while) {
  etcd.start();
  member_node a{config("a", for_ever)};
  a.wait_for_view("a");
  member_process b{config("b", 2s)};
  auto epoch = a.wait_for_view("a,b");
  b.signal(SIGKILL);
  CAF_CHECK_GREATER(a.wait_for_view("a"), epoch);
  CAF_CHECK(a.membership().valid());
}

CAF_TEST(who is suspended for long knows it first of all) {
  etcd.start();
  member_node a{config("a", for_ever)};
  a.wait_for_view("a");
  member_process b{config("b", 3s)};
  auto epoch = a.wait_for_view("a,b");
  b.wait_for_view("a,b");
  b.signal(SIGSTOP);
  auto without = a.wait_for_view("a");
  CAF_CHECK_GREATER(without, epoch);
  // What it could read by now is that it is gone, and of another that came.
  member_node c{config("c", for_ever)};
  auto later = c.wait_for_view("a,c");
  b.signal(SIGCONT);
  auto x = b.next();
  CAF_CHECK_EQUAL(x.kind, "lost");
  CAF_CHECK_EQUAL(x.text, "the lease could not be renewed in time");
  auto back = b.wait_for_view("a,b,c");
  CAF_CHECK_GREATER(back, later);
  CAF_CHECK_EQUAL(a.wait_for_view("a,b,c"), back);
  CAF_CHECK_EQUAL(c.wait_for_view("a,b,c"), back);
}

CAF_TEST(the successor of who was killed waits for the name) {
  etcd.start();
  member_process before{config("a", 3s)};
  auto epoch = before.wait_for_view("a");
  before.signal(SIGKILL);
  member_node after{config("a", 10s)};
  CAF_CHECK_EQUAL(after.next().kind, "waiting");
  auto x = after.next();
  CAF_CHECK_EQUAL(x.kind, "view");
  CAF_CHECK_EQUAL(x.text, "a");
  CAF_CHECK_GREATER(x.epoch, epoch);
}

CAF_TEST(etcd may come last) {
  member_node a{config("a", 3s)};
  auto x = a.next();
  CAF_CHECK_EQUAL(x.kind, "waiting");
  CAF_CHECK_NOT_EQUAL(x.text, "");
  CAF_CHECK(!a.membership().valid());
  etcd.start();
  a.wait_for_view("a");
  CAF_CHECK(a.membership().valid());
}

CAF_TEST(who waits for etcd can stop) {
  member_node a{config("a", for_ever)};
  CAF_CHECK_EQUAL(a.next().kind, "waiting");
  a.membership().stop();
  a.membership().stop();
}

CAF_TEST(a short restart of etcd loses nobody) {
  etcd.start();
  member_node a{config("a", for_ever)};
  a.wait_for_view("a");
  member_node b{config("b", for_ever)};
  b.wait_for_view("a,b");
  a.wait_for_view("a,b");
  etcd.stop();
  etcd.start();
  member_node c{config("c", for_ever)};
  auto epoch = c.wait_for_view("a,b,c");
  CAF_CHECK_EQUAL(a.wait_for_view("a,b,c"), epoch);
  CAF_CHECK_EQUAL(b.wait_for_view("a,b,c"), epoch);
}

CAF_TEST(all are lost while etcd is away for long and come back with it) {
  etcd.start();
  member_node a{config("a", 3s)};
  a.wait_for_view("a");
  member_node b{config("b", 3s)};
  auto epoch = b.wait_for_view("a,b");
  a.wait_for_view("a,b");
  etcd.stop();
  CAF_CHECK_EQUAL(a.next_fact().kind, "lost");
  CAF_CHECK_EQUAL(b.next_fact().kind, "lost");
  CAF_CHECK(!a.membership().valid());
  CAF_CHECK(!b.membership().valid());
  etcd.start();
  // Etcd took the old entries up with their leases, so that the first one back
  // may see the other's.
  auto last = a.wait_for_view("a,b");
  CAF_CHECK_GREATER(last, epoch);
  CAF_CHECK_GREATER(b.wait_for_view("a,b"), epoch);
}

CAF_TEST(dead endpoints are passed over) {
  etcd.start();
  // One that takes connections and never answers, and one that takes none.
  port_holder silent;
  std::uint16_t refusing = 0;
  {
    port_holder closed;
    refusing = closed.port();
  }
  auto local = [](std::uint16_t port) {
    return "http://127.0.0.1:" + std::to_string(port);
  };
  member_node a{member_config(
    {local(silent.port()), local(refusing), etcd.endpoint()}, "a", 3s)};
  a.wait_for_view("a");
  member_node b{config("b", 3s)};
  auto epoch = b.wait_for_view("a,b");
  CAF_CHECK_EQUAL(a.wait_for_view("a,b"), epoch);
}

// Whichever of the three leads the others: suspending each in turn would only
// take longer.
CAF_TEST(one of three etcds that falls silent loses nobody) {
  etcd_process second;
  etcd_process third;
  etcd_process::start_together({&etcd, &second, &third});
  std::vector<std::string> all{etcd.endpoint(), second.endpoint(),
                               third.endpoint()};
  // Whoever comes when all answer stays with its first endpoint.
  for (const auto& x : all) {
    member_node scout{member_config({x}, "a", for_ever)};
    scout.wait_for_view("a");
  }
  member_node a{member_config(all, "a", for_ever)};
  a.wait_for_view("a");
  member_node b{member_config({all[1], all[2], all[0]}, "b", for_ever)};
  b.wait_for_view("a,b");
  a.wait_for_view("a,b");
  etcd.suspend();
  member_node c{member_config({all[0], all[2], all[1]}, "c", for_ever)};
  auto epoch = c.wait_for_view("a,b,c");
  CAF_CHECK_EQUAL(a.wait_for_view("a,b,c"), epoch);
  CAF_CHECK_EQUAL(b.wait_for_view("a,b,c"), epoch);
  CAF_CHECK(a.membership().valid());
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
