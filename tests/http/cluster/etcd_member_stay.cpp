#define CAF_SUITE http.cluster.etcd_member_stay

// What a node does once it is a member. How it becomes one is in etcd_member.

#include <algorithm>
#include <string>
#include <vector>

#include "livegrid/http/cluster/etcd_member.hpp"

#include "etcd_fixture.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(etcd_member_stay_tests, etcd_fixture)

// -- staying ------------------------------------------------------------------

CAF_TEST(a node that was suspended believes nothing before the clock) {
  auto& a = joined("a");
  // The answer to a renewal is under way to it, and news are.
  run(480ms);
  put_entry("b");
  now += 1h;
  etcd.advance(now);
  a.receive();
  CAF_CHECK(a.told.empty());
  CAF_CHECK(!valid(a));
  a.step();
  CAF_CHECK_EQUAL(a.take_told(),
                  strings{"lost: the lease could not be renewed in time"});
  run(100ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
}

CAF_TEST(a line of a watch from before a loss is ignored) {
  auto& a = joined("a");
  put_entry("b");
  etcd.remove(member_prefix + "a");
  // Whatever its watch was called.
  auto told = [&](const std::string& line) {
    for (etcd_port::post_id id = 0; id < 100; ++id)
      a.member->line(id, line);
  };
  now += 1h;
  etcd.advance(now);
  a.step();
  told(R"({"result":{"header":{},"events":[{"type":"DELETE","kv":{"key":)"
       R"("L2xpdmVncmlkL3Rlc3QvbWVtYmVycy9i","mod_revision":"99"}}]}})");
  run(100ms);
  CAF_CHECK_EQUAL(
    a.take_told(),
    (strings{"lost: the lease could not be renewed in time", "view a,b"}));
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
}

CAF_TEST(two changes within 20 ms are told in their order) {
  auto& a = joined("a");
  etcd.how.watch_delay = 5ms;
  put_entry("b");
  run(10ms);
  put_entry("c");
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), (strings{"view a,b", "view a,b,c"}));
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
  CAF_CHECK_LESS(a.views[1].epoch, a.views[2].epoch);
  // Of those that come at once the newest stands for all.
  put_entry("d");
  etcd.remove(member_prefix + "b");
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,c,d"});
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
}

CAF_TEST(changes while a put is under way are told at once and in order) {
  auto& a = joined("a");
  unheard = {"/v3/kv/txn"};
  a.member->restate(false, {});
  go_on();
  unheard.clear();
  put_entry("b");
  run(10ms);
  put_entry("c");
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), (strings{"view a,b", "view a,b,c"}));
  run(10s);
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
  for (std::size_t i = 1; i < a.views.size(); ++i)
    CAF_CHECK_LESS(a.views[i - 1].epoch, a.views[i].epoch);
}

CAF_TEST(an answer that was overtaken takes nothing back) {
  auto& a = joined("a");
  a.member->restate(false, {});
  a.step();
  // The put has happened, and its answer is on its way.
  put_entry("b");
  now += 1ms;
  go_on();
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  run(1s);
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
  CAF_CHECK_EQUAL(a.views.back().members.size(), 2u);
  CAF_CHECK(!a.views.back().members[0].owns_symbols);
}

CAF_TEST(a node that missed what etcd has forgotten sees all anew) {
  auto& a = joined("a");
  // As long as its watch tells nothing.
  etcd.how.watch_delay = 1h;
  put_entry("b");
  put_entry("c");
  etcd.remove(member_prefix + "b");
  etcd.compact(etcd.now_at());
  etcd.how.watch_delay = 0s;
  run(11s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,c"});
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
}

CAF_TEST(what is said anew is put) {
  auto& a = joined("a");
  auto& b = joined("b");
  a.told.clear();
  b.member->restate(false,
                    {*symbol_name::parse("X"), *symbol_name::parse("Y")});
  run(50ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  const auto& said = a.views.back().members[1];
  CAF_CHECK(!said.owns_symbols);
  CAF_CHECK_EQUAL(said.pinned.size(), 2u);
  CAF_CHECK(a.views.back() == b.views.back());
}

CAF_TEST(a node whose entry is removed is lost and comes back) {
  auto& a = joined("a");
  etcd.remove(member_prefix + "a");
  run(100ms);
  CAF_CHECK_EQUAL(a.take_told(),
                  (strings{"lost: the entry of this node is gone", "view a"}));
}

CAF_TEST(a node whose lease has ended is lost and comes back) {
  auto& a = joined("a");
  etcd.how.watch_delay = 1h;
  etcd.end_lease(etcd.leases().front());
  run(1s);
  CAF_CHECK_EQUAL(a.take_told(),
                  (strings{"lost: etcd has ended the lease", "view a"}));
}

// -- endpoints ----------------------------------------------------------------

CAF_TEST(an endpoint that falls silent costs no lease) {
  auto& a = joined("a", 3);
  run(2s);
  silent = {"http://etcd0:1", "http://etcd1:1"};
  run(3s);
  put_entry("b");
  run(20ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  CAF_CHECK(valid(a));
}

// Both a put and a renewal end there: the second led back to it.
CAF_TEST(an endpoint is blamed once for one silence) {
  auto& a = joined("a", 2);
  run(410ms);
  silent = {"http://etcd0:1"};
  a.member->restate(false, {});
  run(1300ms);
  a.asked.clear();
  run(500ms);
  CAF_CHECK_EQUAL(
    std::count(a.asked.begin(), a.asked.end(), "etcd1/v3/lease/keepalive"), 1);
  CAF_CHECK(std::none_of(a.asked.begin(), a.asked.end(),
                         [](const auto& x) { return x.starts_with("etcd0"); }));
  CAF_CHECK(a.told.size() == 1u);
}

// It was forgotten.
CAF_TEST(what is said anew is put again if that failed) {
  auto& a = joined("a", 2);
  silent = {"http://etcd0:1"};
  a.member->restate(false, {});
  run(3s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK(!a.views.back().members[0].owns_symbols);
}

// It took its own entry, put anew, for that of nobody.
CAF_TEST(the lost answer to a later put loses nobody) {
  auto& a = joined("a");
  etcd.how.watch_delay = 1h;
  unheard = {"/v3/kv/txn"};
  a.member->restate(false, {});
  run(700ms);
  a.member->restate(true, {*symbol_name::parse("X")});
  unheard.clear();
  run(2s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
  CAF_CHECK_EQUAL(a.views.back().epoch, etcd.now_at());
  CAF_CHECK_EQUAL(a.views.back().members[0].pinned.size(), 1u);
}

// It stayed for up to ten seconds, while renewals went elsewhere.
CAF_TEST(the watch leaves an endpoint that is cut off from the others) {
  auto& a = joined("a", 2);
  cut_off = {"http://etcd0:1"};
  a.member->restate(false, {});
  run(200ms);
  put_entry("b");
  run(20ms);
  CAF_CHECK_EQUAL(a.take_told(), (strings{"view a", "view a,b"}));
}

// A change then was told a fifteenth of the time to live late.
CAF_TEST(the next watch begins when the last one ends) {
  auto& a = joined("a");
  // It began 6 ms after the node started.
  run(9900ms + 8ms);
  CAF_CHECK_EQUAL(count(a, "etcd0/v3/watch"), 2);
  put_entry("b");
  run(1ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
}

// Of a removal at the revision to which etcd has compacted, a watch that
// starts there is not told, nor that it missed one.
CAF_TEST(a removal that etcd has forgotten is not missed) {
  auto& a = joined("a");
  put_entry("b");
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b"});
  etcd.how.watch_delay = 1h;
  etcd.remove(member_prefix + "b");
  etcd.compact(etcd.now_at());
  etcd.how.watch_delay = 0s;
  run(11s);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a"});
}

// As if from a backup: what came after it has other revisions now.
CAF_TEST(a node finds out that the revisions have fallen) {
  auto& a = joined("a");
  auto before = etcd;
  for (auto name : {"b", "c", "d"})
    put_entry(name);
  run(10ms);
  CAF_CHECK_EQUAL(a.take_told(), strings{"view a,b,c,d"});
  etcd = before;
  a.member->restate(false, {});
  run(100ms);
  CAF_CHECK_EQUAL(
    a.take_told(),
    (strings{"lost: the revisions of etcd have fallen", "view a"}));
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
