#define CAF_SUITE actors.delivery.snapshot

#include "livegrid/actors/delivery/snapshot.hpp"

#include <string>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(snapshot_tests, fanout_fixture)

CAF_TEST(the current rows come at once and in the order asked) {
  auto first = connect(want({"A", "B", "C"}));
  publish({make_row("A", 1), make_row("B", 2), make_row("C", 3)});
  settle();
  first->clear();
  auto x = connect(want({"C", "A", "X"}));
  CAF_CHECK_EQUAL(x.news(), "C:3 A:1");
  CAF_CHECK_EQUAL(x->writes.size(), 0u);
  CAF_MESSAGE("those that are not here come from their owners");
  publish({make_row("X", 9)});
  settle();
  CAF_CHECK_EQUAL(x.news(), "X:9");
  CAF_MESSAGE("of a larger set only what is new");
  join(x, want({"A", "B", "C", "X"}));
  settle();
  CAF_CHECK_EQUAL(x.news(), "B:2");
  CAF_MESSAGE("nobody else gets any of it");
  CAF_CHECK(first->writes.empty());
}

CAF_TEST(who wants all gets what is here at once) {
  auto first = connect(want({"A", "B"}));
  publish({make_row("A", 1), make_row("B", 2)});
  settle();
  auto x = connect(want({"B"}));
  CAF_CHECK_EQUAL(x.news(), "B:2");
  join(x, want_all());
  settle();
  CAF_CHECK_EQUAL(x.news(), "A:1");
  auto y = connect(want_all());
  CAF_CHECK_EQUAL(y.news(), "A:1 B:2");
}

CAF_TEST(what has not traded is a row of nulls to those who name it) {
  auto vacant = row::vacant(name_of("A"));
  auto all = connect(want_all());
  auto named = connect(want({"A"}));
  publish({vacant});
  settle();
  CAF_CHECK_EQUAL(named.news(), "A:null");
  CAF_CHECK_EQUAL(all.news(), "");
  CAF_MESSAGE("nor does one who comes to want all get it");
  auto late = connect(want_all());
  CAF_CHECK_EQUAL(late.news(), "");
  CAF_MESSAGE("but one who wanted all and now names it");
  join(all, want({"A"}));
  settle();
  CAF_CHECK_EQUAL(all.news(), "A:null");
  publish({make_row("A", 1)});
  settle();
  for (const auto& x : {named, late, all})
    CAF_CHECK_EQUAL(x.news(), "A:1");
}

CAF_TEST(a snapshot is whole whatever the options) {
  auto wide = make_view({"symbol", "price", "volume"});
  auto first = connect(want({"A"}));
  publish({make_row("A", 1)});
  publish({make_row("A", 2, {{cell::price, "2", false}, {cell::volume, "7"}})});
  settle();
  for (auto as_array : {false, true}) {
    auto x =
      connect(want({"A"}), {.changes_only = true, .as_array = as_array}, wide);
    CAF_CHECK_EQUAL(x.sink->column("price"), "2");
    CAF_CHECK_EQUAL(x.sink->column("volume"), "7");
    CAF_CHECK_EQUAL(x->messages.size(), 1u);
  }
}

CAF_TEST(nobody gets an older row than the snapshot) {
  auto first = connect(want({"A", "B"}));
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  first->clear();
  CAF_MESSAGE("rows have come but are not flushed when the others join");
  auto x = make_client();
  auto y = make_client();
  auto all = make_client();
  publish({make_row("A", 2)});
  join(x, want({"A", "B"}));
  publish({make_row("A", 3)});
  join(y, want({"A"}));
  publish({make_row("B", 2)});
  join(all, want_all());
  publish({make_row("A", 4), make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(first->prices(), "A:2 A:3 B:2 A:4");
  CAF_CHECK_EQUAL(x->prices(), "A:2 B:1 A:3 B:2 A:4");
  CAF_CHECK_EQUAL(y->prices(), "A:3 A:4");
  CAF_CHECK_EQUAL(all->prices(), "A:3 B:2 A:4");
}

CAF_TEST(a snapshot waits behind what is under way) {
  auto first = connect(want({"A", "B"}));
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  auto x = make_client();
  x->room = 1;
  join(x, want({"A"}));
  settle();
  join(x, want({"A", "B"}));
  publish({make_row("B", 2)});
  settle();
  CAF_CHECK_EQUAL(books_of(x), "3 0 1 0 2");
  unblock(x);
  CAF_CHECK_EQUAL(x->prices(), "A:1 B:2");
}

CAF_TEST(who has very many symbols to get falls behind instead) {
  audiences all;
  for (std::size_t i = 0; i <= subscription::max_symbols; ++i)
    all.add(name_of("S" + std::to_string(i)), 0).latest = make_row("S", 1);
  auto x = make_client();
  auto& who = all.find_or_add(x.box);
  auto changed = all.change_set(who, want_all(), {}, 0);
  CAF_CHECK(give_snapshot(who, changed, all, {}));
  CAF_CHECK_EQUAL(x.box->held_rows(), 0u);
  CAF_CHECK(x.box->behind_from().has_value());
}

CAF_TEST_FIXTURE_SCOPE_END()
