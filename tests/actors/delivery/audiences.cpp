#define CAF_SUITE actors.delivery.audiences

#include "livegrid/actors/delivery/audiences.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

constexpr auto keep = subscription{};

using fixture = fanout_fixture;

/// Gives a member another set, and forgets what nobody needs any more.
/// @returns what the market is told.
interest_changes set(audiences& all, audience_member& who,
                     const subscription& what) {
  auto changed = all.change_set(who, what, {}, 0);
  auto result = std::move(changed.news);
  if (changed.moved && changed.before->members.empty())
    for (auto& x : all.release(changed.before))
      result.emplace_back(std::move(x));
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(audiences_tests, fixture)

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

// -- audiences themselves -----------------------------------------------------

CAF_TEST(subscribers of one kind are one audience) {
  audiences all;
  auto wide = make_view({"symbol", "price", "volume"});
  auto add = [&](const client& x, const subscription& what) {
    auto& who = all.find_or_add(x.box);
    set(all, who, what);
    return who.where;
  };
  auto first = make_client();
  auto same = make_client();
  auto* where = add(first, want({"A", "B"}));
  CAF_CHECK(add(same, want({"B", "A"})) == where);
  CAF_CHECK_EQUAL(where->members.size(), 2u);
  CAF_CHECK_EQUAL(all.size(), 1u);
  std::size_t n = 1;
  for (auto other :
       {make_client({.changes_only = true}), make_client({.as_array = true}),
        make_client({}, wide), make_client({.interval = 5ms})}) {
    // An interval makes rows wait, but no other bytes.
    auto differs = other.box->options().interval.count() == 0;
    n += differs;
    CAF_CHECK_EQUAL(add(other, want({"A", "B"})) != where, differs);
    CAF_CHECK_EQUAL(all.size(), n);
  }
  for (const auto& what : {want({"A"}), want_all(), want({})}) {
    auto other = make_client();
    CAF_CHECK(add(other, what) != where);
    CAF_CHECK_EQUAL(all.size(), ++n);
  }
}

CAF_TEST(the market is told in order what is wanted and what no more) {
  audiences all;
  auto x = make_client();
  auto y = make_client();
  auto& a = all.find_or_add(x.box);
  auto& b = all.find_or_add(y.box);
  using told = interest_changes;
  CAF_CHECK(set(all, a, want({"A", "B"}))
            == (told{{true, names_of({"A", "B"})}}));
  CAF_CHECK(set(all, b, want({"B"})) == told{});
  CAF_CHECK(set(all, b, want_all()) == (told{{true, {}}}));
  CAF_CHECK(set(all, a, want({"C", "A"})) == (told{{true, names_of({"C"})}}));
  // B is still here for the one who wants all.
  CAF_CHECK_EQUAL(all.num_symbols(), 3u);
  CAF_CHECK(set(all, b, want({"A"}))
            == (told{{false, {}},
                     {true, names_of({"A", "C"})},
                     {false, names_of({"B"})}}));
  CAF_CHECK_EQUAL(all.num_symbols(), 2u);
  auto* before = all.remove(a);
  CAF_CHECK(all.release(before) == (told{{false, names_of({"C"})}}));
  CAF_CHECK_EQUAL(all.num_members(), 1u);
}

CAF_TEST(a member that leaves leaves no gap) {
  audiences all;
  std::vector<client> xs;
  for (int i = 0; i < 4; ++i) {
    xs.push_back(make_client());
    all.find_or_add(xs.back().box);
  }
  auto whole = [&] {
    for (const auto& [box, who] : all.members())
      if (who.where->members.at(who.place) != box)
        return false;
    return true;
  };
  for (auto i : {1u, 3u, 0u}) {
    all.remove(*all.find(xs[i].box.get()));
    CAF_CHECK(all.find(xs[i].box.get()) == nullptr);
    CAF_CHECK(whole());
  }
  CAF_CHECK_EQUAL(all.num_members(), 1u);
  CAF_CHECK_EQUAL(all.by_age().size(), 1u);
}

CAF_TEST(the key of a symbol that nobody wants is used again) {
  audiences all;
  auto x = make_client();
  auto& who = all.find_or_add(x.box);
  set(all, who, want({"A", "B"}));
  auto key = all.find(name_of("A"))->key;
  set(all, who, want({"B"}));
  CAF_CHECK(all.find(name_of("A")) == nullptr);
  CAF_CHECK(all.at(key) == nullptr);
  set(all, who, want({"B", "C"}));
  CAF_CHECK_EQUAL(all.find(name_of("C"))->key, key);
  CAF_CHECK_EQUAL(all.end_key(), 2u);
}

CAF_TEST(each of the first rows of symbols is waited for) {
  audiences all;
  auto x = make_client();
  auto& who = all.find_or_add(x.box);
  set(all, who, want({"A", "B"}));
  CAF_CHECK_EQUAL(x.box->awaited(), 2u);
  auto& symbol = *all.find(name_of("A"));
  CAF_CHECK(symbol.is_awaited());
  all.note_arrival(symbol, *row::vacant(name_of("A")));
  CAF_CHECK_EQUAL(x.box->awaited(), 2u);
  all.note_arrival(symbol, *make_row("A", 1));
  CAF_CHECK_EQUAL(x.box->awaited(), 1u);
  symbol.latest = make_row("A", 1);
  set(all, who, want({"A"}));
  CAF_CHECK_EQUAL(x.box->awaited(), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
