#define CAF_SUITE actors.cluster.address_list

#include "livegrid/actors/cluster/address_list.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

/// What the node at `b:1` knows of those at `a:1` and `c:1`.
struct address_fixture {
  address_list list;
  address_list::time now = 1h;

  address_fixture() {
    list.init({"c:1", "b:1", "a:1"}, "b:1", now);
  }

  strings dial() {
    return list.begin_dialing(now);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(address_list_tests, address_fixture)

CAF_TEST(own address stands where the alphabet says) {
  CAF_CHECK_EQUAL(list.own_index(), 1u);
}

CAF_TEST(of two the one whose address comes first dials first) {
  CAF_CHECK_EQUAL(dial(), strings{"c:1"});
  CAF_CHECK_EQUAL(dial(), strings{});
  now += 5999ms;
  CAF_CHECK_EQUAL(dial(), strings{});
  now += 1ms;
  CAF_CHECK_EQUAL(dial(), strings{"a:1"});
}

CAF_TEST(who is left to others to dial is not waited for) {
  CAF_CHECK(list.any_untried());
  dial();
  CAF_CHECK(list.fail_dialing("c:1", now));
  CAF_CHECK(!list.any_untried());
  CAF_CHECK(list.any_missing());
}

CAF_TEST(a node that is not found is dialed again and told of once) {
  dial();
  CAF_CHECK(list.fail_dialing("c:1", now));
  CAF_CHECK_EQUAL(dial(), strings{"c:1"});
  CAF_CHECK(!list.fail_dialing("c:1", now));
}

CAF_TEST(a node that is found is not dialed until it is lost) {
  dial();
  list.end_dialing("c:1", "carl", now);
  CAF_CHECK(!list.any_untried());
  CAF_CHECK_EQUAL(dial(), strings{});
  CAF_CHECK(list.any_missing());
  list.note_reached("a:1", "anna", now);
  CAF_CHECK(!list.any_missing());
  list.lose("carl", now);
  CAF_CHECK(list.any_missing());
  CAF_CHECK_EQUAL(dial(), strings{"c:1"});
}

CAF_TEST(a node that came by itself is there though dialing it fails) {
  dial();
  list.note_reached("c:1", "carl", now);
  CAF_CHECK(!list.fail_dialing("c:1", now));
  CAF_CHECK_EQUAL(dial(), strings{});
}

CAF_TEST(a node elsewhere says nothing of any address) {
  list.note_reached("d:1", "dora", now);
  CAF_CHECK(list.any_missing());
  list.lose("dora", now);
  CAF_CHECK_EQUAL(dial(), strings{"c:1"});
}

CAF_TEST(the second waits longer with each loss soon after the other) {
  auto pause = [&] {
    auto begin = now;
    while (dial() != strings{"a:1"})
      now += 1s;
    list.end_dialing("a:1", "anna", now);
    return now - begin;
  };
  list.note_reached("c:1", "carl", now);
  list.note_reached("a:1", "anna", now);
  for (auto seconds : {12s, 24s, 48s, 48s}) {
    list.lose("anna", now);
    CAF_CHECK(pause() == seconds);
  }
  CAF_MESSAGE("until a way has lasted");
  now += 10s;
  list.lose("anna", now);
  CAF_CHECK(pause() == 6s);
}

CAF_TEST(who begins anew waits for the first dialing again) {
  dial();
  list.end_dialing("c:1", "carl", now);
  list.begin_anew(now);
  CAF_CHECK(list.any_missing());
  CAF_CHECK(list.any_untried());
  CAF_CHECK_EQUAL(dial(), strings{"c:1"});
}

CAF_TEST_FIXTURE_SCOPE_END()
