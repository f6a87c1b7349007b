#define CAF_SUITE http.cluster.etcd_member

#include "livegrid/http/cluster/etcd_member.hpp"

#include <string>
#include <vector>

#include "etcd_fixture.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(etcd_member_tests, etcd_fixture)

// -- joining ------------------------------------------------------------------

CAF_TEST(a node joins) {
  auto started = now;
  auto& a = add("a");
  CAF_CHECK(!valid(a));
  CAF_CHECK_EQUAL(a.asked, strings{"etcd0/v3/kv/range"});
  run(100ms);
  CAF_CHECK_EQUAL(a.told, strings{"view a"});
  CAF_CHECK_EQUAL(a.asked, (strings{"etcd0/v3/kv/range", "etcd0/v3/lease/grant",
                                    "etcd0/v3/kv/txn", "etcd0/v3/watch"}));
  CAF_CHECK_EQUAL(a.views.front().epoch, etcd.now_at());
  // A tenth less than the time to live since the lease was asked for.
  CAF_CHECK(a.member->valid_until() == started + back + 2700ms);
  run(1h);
  CAF_CHECK_EQUAL(a.told.size(), 1u);
  CAF_CHECK(valid(a));
}

CAF_TEST(all see who comes and goes) {
  auto& a = joined("a");
  auto& b = joined("b");
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  CAF_CHECK(a.views.back() == b.views.back());
  b.member->leave(now);
  CAF_CHECK(!b.member->left());
  CAF_CHECK(!valid(b));
  run(20ms);
  CAF_CHECK(b.member->left());
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK(b.told.empty());
  CAF_CHECK_EQUAL(etcd.leases().size(), 1u);
}

CAF_TEST(who is killed is gone when its lease ends) {
  auto& a = joined("a");
  joined("b");
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  etcd.how.lease_lateness = 1s;
  nodes.pop_back();
  run(3s);
  CAF_CHECK(a.told.empty());
  run(1s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
}

CAF_TEST(a name that another holds is waited for and then refused) {
  put_entry("a");
  auto& a = add("a");
  run(4900ms);
  auto held =
    "the name a is held by instance " + std::string(32, 'b') + " at ::1 port 1";
  CAF_CHECK_EQUAL(a.take_told(), strings{"waiting: " + held});
  run(10s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"refused: " + held});
  CAF_CHECK(etcd.leases().empty());
  etcd.remove(member_prefix + "a");
  run(400ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
}

CAF_TEST(the lost answer to the first put is no reason to wait for oneself) {
  auto& a = add("a");
  unheard = {"/v3/kv/txn"};
  run(1s);
  CAF_CHECK(etcd.value_of(member_prefix + "a").has_value());
  CAF_CHECK_EQUAL(a.take_told(), strings{"waiting: no answer in time"});
  unheard.clear();
  run(1s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
}

CAF_TEST(etcd may come last) {
  silent = {"http://etcd0:1", "http://etcd1:1"};
  auto& a = add("a", 2);
  run(10s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"waiting: no answer in time"});
  silent = {"http://etcd0:1"};
  run(2s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
}

// -- who asks -----------------------------------------------------------------

void as_user(membership_config& x) {
  x.access.user = "u";
  x.access.password = "p";
}

CAF_TEST(a user logs in first and shows the token from then on) {
  instead["/v3/auth/authenticate"] = R"({"token":"t"})";
  auto& a = add("a", 1, as_user);
  run(100ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK_EQUAL(a.asked,
                  (strings{"etcd0/v3/auth/authenticate", "etcd0/v3/kv/range t",
                           "etcd0/v3/lease/grant t", "etcd0/v3/kv/txn t",
                           "etcd0/v3/watch t"}));
  // Whose token is no longer good gets another, and blames nobody.
  a.asked.clear();
  instead["/v3/auth/authenticate"] = R"({"token":"t2"})";
  instead["/v3/kv/txn"] =
    R"({"error":"x","message":"etcdserver: invalid auth token","code":16})";
  a.member->restate(false, {});
  go_on();
  now += 2ms;
  go_on();
  instead.erase("/v3/kv/txn");
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK_EQUAL(a.asked,
                  (strings{"etcd0/v3/kv/txn t", "etcd0/v3/auth/authenticate",
                           "etcd0/v3/kv/txn t2"}));
}

CAF_TEST(a log - in that fails costs no lease) {
  instead["/v3/auth/authenticate"] = R"({"token":"t"})";
  auto& a = add("a", 2, as_user);
  run(100ms);
  // Its token is lost, and it gets no other.
  unheard = {"/v3/auth/authenticate"};
  instead["/v3/kv/txn"] =
    R"({"error":"x","message":"etcdserver: invalid auth token","code":16})";
  a.member->restate(false, {});
  run(20s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK(valid(a));
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
