#define CAF_SUITE actors.delivery.audiences

#include <chrono>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

constexpr auto keep = subscription{};

using fixture = fanout_fixture;

} // namespace

CAF_TEST_FIXTURE_SCOPE(membership_tests, fixture)

// -- joining ------------------------------------------------------------------

CAF_TEST(the first message makes a subscriber known) {
  auto x = connect(keep);
  CAF_CHECK_EQUAL(status("subscribers"), "1");
  CAF_CHECK_EQUAL(status("symbols"), "0");
  CAF_CHECK_EQUAL(questions(), strings{});
  CAF_MESSAGE("it wants nothing yet");
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK(x->writes.empty());
  join(x, keep);
  settle();
  CAF_CHECK_EQUAL(status("subscribers"), "1");
}

CAF_TEST(the market is asked once for all who want a symbol) {
  auto x = connect(want({"A", "B"}));
  CAF_CHECK_EQUAL(questions(), strings{"watch A B"});
  auto y = connect(want({"B", "C"}));
  CAF_CHECK_EQUAL(questions(), strings{"watch C"});
  auto z = connect(want({"B", "A"}), {.as_array = true});
  CAF_CHECK_EQUAL(questions(), strings{});
  CAF_CHECK_EQUAL(status("symbols"), "3");
  leave(x);
  settle();
  CAF_CHECK_EQUAL(questions(), strings{});
  leave(z);
  settle();
  CAF_CHECK_EQUAL(questions(), strings{"unwatch A"});
  leave(y);
  settle();
  CAF_CHECK_EQUAL(questions(), strings{"unwatch B C"});
  CAF_CHECK_EQUAL(status("symbols"), "0");
  CAF_CHECK_EQUAL(status("audiences"), "0");
  CAF_CHECK_EQUAL(status("subscribers"), "0");
}

CAF_TEST(what changes a set) {
  struct step {
    subscription what;
    strings questions;
    const char* news;  // what comes at once
    const char* later; // of rows of A, B, C and D
  };
  struct {
    const char* name;
    std::vector<step> steps;
  } cases[] = {
    {"another set takes the place of the first",
     {{want({"A", "B"}), {"watch A B"}, "", "A:1 B:1"},
      {want({"B", "C"}), {"watch C", "unwatch A"}, "", "B:2 C:2"},
      {want({"B"}), {"unwatch C"}, "", "B:3"}}},
    {"the same set again is no change",
     {{want({"A", "B"}), {"watch A B"}, "", "A:1 B:1"},
      {want({"B", "A"}), {}, "", "A:2 B:2"}}},
    {"keeping keeps",
     {{want({"A"}), {"watch A"}, "", "A:1"}, {keep, {}, "", "A:2"}}},
    {"nothing",
     {{want({"A"}), {"watch A"}, "", "A:1"},
      {want({}), {"unwatch A"}, "", ""},
      {want({"A"}), {"watch A"}, "", "A:3"}}},
    {"all, also those to come",
     {{want_all(), {"watch *"}, "", "A:1 B:1 C:1 D:1"},
      {want_all(), {}, "", "A:2 B:2 C:2 D:2"},
      {keep, {}, "", "A:3 B:3 C:3 D:3"}}},
    {"from some to all",
     {{want({"A"}), {"watch A"}, "", "A:1"},
      {want_all(), {"watch *"}, "", "A:2 B:2 C:2 D:2"}}},
    {"from all to some: those go on, without their rows again",
     {{want_all(), {"watch *"}, "", "A:1 B:1 C:1 D:1"},
      {want({"A", "X"}),
       {"watch X", "unwatch *", "watch A X", "unwatch B C D"},
       "",
       "A:2"}}},
    {"from all to nothing",
     {{want_all(), {"watch *"}, "", "A:1 B:1 C:1 D:1"},
      {want({}), {"unwatch *", "unwatch A B C D"}, "", ""}}},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto x = connect(keep);
    std::uint64_t version = 0;
    for (const auto& s : c.steps) {
      join(x, s.what);
      settle();
      CAF_CHECK_EQUAL(questions(), s.questions);
      CAF_CHECK_EQUAL(x.news(), s.news);
      ++version;
      publish({make_row("A", version), make_row("B", version),
               make_row("C", version), make_row("D", version)});
      settle();
      CAF_CHECK_EQUAL(x.news(), s.later);
    }
    leave(x);
    settle();
    questions();
    CAF_CHECK_EQUAL(status("symbols"), "0");
  }
}

CAF_TEST(those who want names outlast the one who wants all) {
  auto all = connect(want_all());
  auto x = connect(want({"A"}));
  CAF_CHECK_EQUAL(questions(), (strings{"watch *", "watch A"}));
  auto other = connect(want_all(), {.as_array = true});
  CAF_CHECK_EQUAL(questions(), strings{});
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  leave(all);
  settle();
  CAF_CHECK_EQUAL(questions(), strings{});
  leave(other);
  settle();
  CAF_CHECK_EQUAL(questions(), (strings{"unwatch *", "watch A", "unwatch B"}));
  CAF_MESSAGE("its current row comes again, and is no news");
  x->clear();
  publish({make_row("A", 1), make_row("B", 2), make_row("A", 2)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:2");
}

// -- snapshots ----------------------------------------------------------------

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

// -- giving up symbols --------------------------------------------------------

CAF_TEST(what waits of a symbol that is given up is discarded) {
  struct {
    const char* name;
    subscription before;
    subscription after;
    const char* rest;
    const char* books;
  } cases[] = {
    {"some of some", want({"A", "B", "C"}), want({"C", "B"}), "A:1 B:2 C:2",
     "6 3 0 3 0"},
    {"all of some", want({"A", "B", "C"}), want({}), "A:1", "6 1 0 5 0"},
    {"some of all", want_all(), want({"C"}), "A:1 C:2", "6 2 0 4 0"},
    {"none of some", want({"A", "B", "C"}), want_all(), "A:1 B:2 C:2 A:2",
     "6 4 2 0 0"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto x = connect(c.before);
    auto other = connect(want({"A", "B", "C"}));
    x->room = 1;
    publish({make_row("A", 1)});
    settle();
    publish({make_row("B", 1), make_row("C", 1)});
    publish({make_row("B", 2), make_row("C", 2), make_row("A", 2)});
    settle();
    CAF_CHECK_EQUAL(books_of(x), "6 0 2 0 4");
    join(x, c.after);
    settle();
    unblock(x);
    CAF_CHECK_EQUAL(x->prices(), c.rest);
    leave(x);
    leave(other);
    settle();
  }
}

CAF_TEST(leaving discards what waits and takes nothing from others) {
  std::vector<client> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(connect(want({"A"})));
  all[1]->room = 1;
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  leave(all[1]);
  settle();
  CAF_CHECK_EQUAL(books_of(all[1]), "2 0 0 2 0");
  CAF_CHECK(all[1].box->closed());
  CAF_CHECK_EQUAL(all[1]->closes, strings{});
  CAF_CHECK_EQUAL(status("slow"), "0");
  publish({make_row("A", 3)});
  leave(all[3]);
  publish({make_row("A", 4)});
  settle();
  CAF_MESSAGE("rows that were not flushed yet are not due to one that left");
  CAF_CHECK_EQUAL(all[3]->prices(), "A:1 A:2");
  leave(all[0]);
  settle();
  publish({make_row("A", 5)});
  settle();
  CAF_CHECK_EQUAL(all[0]->prices(), "A:1 A:2 A:3 A:4");
  CAF_CHECK_EQUAL(all[2]->prices(), "A:1 A:2 A:3 A:4 A:5");
  CAF_CHECK_EQUAL(status("subscribers"), "1");
}

CAF_TEST(the only one of its kind may leave before its rows have gone) {
  auto x = connect(want({"A"}));
  auto y = connect(want({"A"}), {.as_array = true});
  auto all = connect(want_all());
  publish({make_row("A", 1)});
  leave(y);
  leave(all);
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:1");
  CAF_CHECK_EQUAL(books_of(y), "0 0 0 0 0");
  CAF_CHECK_EQUAL(books_of(all), "0 0 0 0 0");
  CAF_CHECK_EQUAL(status("audiences"), "1");
}

CAF_TEST(leaving twice is leaving once) {
  auto x = connect(want({"A"}));
  auto stranger = make_client();
  leave(stranger);
  leave(x);
  leave(x);
  settle();
  CAF_CHECK_EQUAL(questions(), (strings{"watch A", "unwatch A"}));
  CAF_CHECK(!stranger.box->closed());
  CAF_MESSAGE("one that has left cannot come back");
  join(x, want({"A"}));
  settle();
  CAF_CHECK_EQUAL(status("subscribers"), "0");
  CAF_CHECK_EQUAL(questions(), strings{});
}

CAF_TEST(one that left may still be told that its socket is free) {
  auto x = connect(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  leave(x);
  settle();
  unblock(x);
  publish({make_row("A", 2)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:1");
  CAF_CHECK_EQUAL(books_of(x), "1 0 0 1 0");
  CAF_CHECK_EQUAL(status("slow"), "0");
}

CAF_TEST(a closed subscriber changes nothing any more) {
  auto x = connect(want({"A"}));
  questions();
  x.box->close(close_code::policy, "why");
  join(x, want({"B"}));
  settle();
  CAF_CHECK_EQUAL(questions(), strings{});
  leave(x);
  settle();
  CAF_CHECK_EQUAL(questions(), strings{"unwatch A"});
}

CAF_TEST(rows of a symbol that was given up do not come any more) {
  auto x = connect(want({"A", "B"}));
  publish({make_row("A", 1), make_row("B", 1)});
  join(x, want({"B"}));
  publish({make_row("A", 2), make_row("B", 2)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:1 B:1 B:2");
}

// -- what one symbol leaves to the next ---------------------------------------

CAF_TEST(a symbol never gets what waited of another) {
  auto x = connect(want({"A", "Z"}));
  x->room = 1;
  publish({make_row("Z", 1)});
  settle();
  publish({make_row("A", 1)});
  settle();
  CAF_MESSAGE("A goes for good, and B may stand where it stood");
  join(x, want({"Z"}));
  settle();
  auto y = connect(want({"B"}));
  publish({make_row("A", 2), make_row("B", 7)});
  settle();
  join(x, want({"Z", "B"}));
  settle();
  unblock(x);
  CAF_CHECK_EQUAL(x->prices(), "Z:1 B:7");
  CAF_CHECK_EQUAL(y->prices(), "B:7");
  publish({make_row("B", 1), make_row("B", 8), make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "Z:1 B:7 B:8");
}

CAF_TEST(a symbol does not wait for the interval of another) {
  auto x = connect(want({"A"}), {.interval = 1h});
  publish({make_row("A", 1)});
  settle();
  join(x, want({}));
  settle();
  join(x, want({"B"}));
  publish({make_row("B", 1)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:1 B:1");
}

CAF_TEST(versions of one symbol say nothing of another) {
  auto x = connect(want({"A"}));
  publish({make_row("A", 100)});
  settle();
  join(x, want({}));
  settle();
  join(x, want({"B"}));
  publish({make_row("B", 1)});
  settle();
  CAF_MESSAGE("nor of the same one, when it is wanted anew");
  join(x, want({}));
  settle();
  join(x, want({"A"}));
  publish({make_row("A", 100)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:100 B:1 A:100");
}

CAF_TEST_FIXTURE_SCOPE_END()
