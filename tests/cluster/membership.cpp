#define CAF_SUITE cluster.membership

#include "livegrid/http/cluster/etcd_membership.hpp"

#include <signal.h>

#include <string>

#include "etcd_process.hpp"
#include "member_node.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Far longer than a test waits, so that no lease expires.
constexpr auto for_ever = 60s;

class fixture {
public:
  fixture() {
    etcd.start();
  }

  membership_config config(std::string name, std::chrono::seconds ttl) const {
    return member_config({etcd.endpoint()}, std::move(name), ttl);
  }

  etcd_process etcd;
};

CAF_TEST_FIXTURE_SCOPE(membership_tests, fixture)

CAF_TEST(all see the same) {
  member_node b{config("b", for_ever)};
  b.wait_for_view("b");
  member_node c{config("c", for_ever)};
  auto epoch = c.wait_for_view("b,c");
  CAF_CHECK_EQUAL(b.wait_for_view("b,c"), epoch);
  member_node a{config("a", for_ever)};
  auto next = a.wait_for_view("a,b,c");
  CAF_CHECK_GREATER(next, epoch);
  CAF_CHECK_EQUAL(b.wait_for_view("a,b,c"), next);
  CAF_CHECK_EQUAL(c.wait_for_view("a,b,c"), next);
  CAF_CHECK(a.membership().valid() && b.membership().valid()
            && c.membership().valid());
  // Its lease would last longer than this test.
  b.membership().stop();
  CAF_CHECK(!b.membership().valid());
  auto last = a.wait_for_view("a,c");
  CAF_CHECK_GREATER(last, next);
  CAF_CHECK_EQUAL(c.wait_for_view("a,c"), last);
}

CAF_TEST(clusters do not see each other) {
  auto elsewhere = config("b", for_ever);
  elsewhere.cluster = "test-2";
  member_node b{elsewhere};
  b.wait_for_view("b");
  member_node a{config("a", for_ever)};
  a.wait_for_view("a");
}

CAF_TEST(a name is for one) {
  member_node first{config("a", for_ever)};
  auto epoch = first.wait_for_view("a");
  auto second_config = config("a", 2s);
  {
    member_node second{second_config};
    CAF_CHECK_EQUAL(second.next().kind, "waiting");
    auto x = second.next();
    CAF_CHECK_EQUAL(x.kind, "refused");
    CAF_CHECK_EQUAL(x.text, "the name a is held by instance " + first.instance()
                              + " at 127.0.0.1 port 7781");
    CAF_CHECK(!second.membership().valid());
    CAF_CHECK(first.membership().valid());
    // It takes the place that becomes free.
    first.membership().stop();
    CAF_CHECK_GREATER(second.wait_for_view("a"), epoch);
    CAF_CHECK(second.membership().valid());
  }
}

CAF_TEST(an entry that is no member is passed over) {
  member_node a{config("a", for_ever)};
  auto epoch = a.wait_for_view("a");
  etcd.put("/livegrid/test/members/junk", "{\"instance\":");
  auto next = a.wait_for_view("a");
  CAF_CHECK_GREATER(next, epoch);
  member_node b{config("b", for_ever)};
  CAF_CHECK_EQUAL(b.wait_for_view("a,b"), a.wait_for_view("a,b"));
  // And holds its name.
  member_node junk{config("junk", 2s)};
  CAF_CHECK_EQUAL(junk.next().kind, "waiting");
  auto x = junk.next();
  CAF_CHECK_EQUAL(x.kind, "refused");
  CAF_CHECK_EQUAL(x.text,
                  "the name junk is held by an entry that is no member's");
}

CAF_TEST(a member whose entry is removed is lost and comes back) {
  member_node a{config("a", for_ever)};
  auto epoch = a.wait_for_view("a");
  etcd.remove("/livegrid/test/members/a");
  auto x = a.next();
  CAF_CHECK_EQUAL(x.kind, "lost");
  CAF_CHECK_EQUAL(x.text, "the entry of this node is gone");
  CAF_CHECK_GREATER(a.wait_for_view("a"), epoch);
}

// Its changes cannot be had one by one any more.
CAF_TEST(a member that missed what etcd has forgotten sees all anew) {
  member_process a{config("a", for_ever)};
  a.wait_for_view("a");
  member_node b{config("b", for_ever)};
  auto before = b.wait_for_view("a,b");
  CAF_CHECK_EQUAL(a.wait_for_view("a,b"), before);
  a.signal(SIGSTOP);
  // Ends its connections, so that nothing waits for it in them.
  etcd.stop();
  etcd.start();
  member_node c{config("c", for_ever)};
  c.wait_for_view("a,b,c");
  b.wait_for_view("a,b,c");
  b.membership().stop();
  auto latest = c.wait_for_view("a,c");
  etcd.compact(latest);
  a.signal(SIGCONT);
  // It never learns when b came and went, nor has to.
  auto epoch = a.wait_for_view("a,c");
  CAF_CHECK_GREATER(epoch, latest);
  CAF_CHECK_EQUAL(c.wait_for_view("a,c"), epoch);
}

CAF_TEST(what cannot work is said before) {
  auto good = config("a", 3s);
  CAF_CHECK_EQUAL(good.fault(), "");
  auto fault = [&](auto change) {
    auto x = good;
    change(x);
    return x.fault();
  };
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.ttl = 1s; }), "");
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.ttl = 61s; }), "");
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.cluster = "a/b"; }), "");
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.self.port = 0; }), "");
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.endpoints.clear(); }), "");
  CAF_CHECK_NOT_EQUAL(fault([](auto& x) { x.endpoints = {"http://a"}; }), "");
  auto both = parse_endpoints("http://a:2379,http://[::1]:1");
  CAF_REQUIRE(both);
  CAF_CHECK_EQUAL(both->at(0), "http://a:2379");
  CAF_CHECK_EQUAL(both->at(1), "http://[::1]:1");
  for (auto text : {"", ",", "http://a:1,", "http://a", "http://:1",
                    "http://a:0", "http://a:65536", "http://u@a:1",
                    "http://a:1x", "http://a b:1", "file:///a:1"}) {
    CAF_MESSAGE(text);
    CAF_CHECK(!parse_endpoints(text));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
