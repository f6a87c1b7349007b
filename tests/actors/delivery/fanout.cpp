#define CAF_SUITE actors.delivery.fanout

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t chunk = 64 * 1024;

const strings going_down{"1001 the node is going down"};

struct fixture : fanout_fixture {
  /// What the owner of `who` hears of its end.
  std::shared_ptr<strings> ears_of(const client& who) {
    auto heard = std::make_shared<strings>();
    who.box->owner = own(sys.spawn(listening_owner, heard));
    return heard;
  }

  /// Makes a fan-out whose turns the test ends.
  /// @returns how often it asked for that.
  std::shared_ptr<int> run_by_turns() {
    auto turns = std::make_shared<int>(0);
    auto config = make_config();
    config.after_turn = [turns](const fanout_actor&) { ++*turns; };
    fan = own(sys.spawn(fanout, std::move(config)));
    return turns;
  }

  void end_turn(const std::shared_ptr<int>& turns) {
    --*turns;
    caf::anon_send(fan, flush_atom_v);
    settle();
  }

  /// Ends turns as long as the fan-out asks for that.
  void end_turns(const std::shared_ptr<int>& turns) {
    for (int i = 0; *turns > 0; ++i) {
      CAF_REQUIRE_LESS(i, 100);
      end_turn(turns);
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(fanout_tests, fixture)

// -- bytes that many share ----------------------------------------------------

CAF_TEST(those who want the same get the same bytes) {
  std::vector<client> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(connect(want({"A", "B"})));
  CAF_CHECK_EQUAL(status("audiences"), "1");
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  for (const auto& x : all) {
    CAF_CHECK_EQUAL(x->prices(), "A:1 B:1");
    CAF_REQUIRE_EQUAL(x->buffers.size(), 1u);
    CAF_CHECK(x->buffers[0] == all[0]->buffers[0]);
    CAF_CHECK_EQUAL(books_of(x), "2 2 0 0 0");
  }
}

CAF_TEST(the order in which symbols are asked makes no difference) {
  auto x = connect(want({"A", "B"}));
  auto y = connect(want({"B", "A"}));
  publish({make_row("B", 1), make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "B:1 A:1");
  CAF_REQUIRE_EQUAL(y->buffers.size(), 1u);
  CAF_CHECK(y->buffers[0] == x->buffers[0]);
}

CAF_TEST(those who want something else get their own) {
  auto wide = make_view({"volume", "symbol", "price"});
  struct {
    const char* name;
    subscription what;
    delivery_options options;
    view_ptr shown;
    const char* prices;
    const char* volumes;
    std::size_t messages;
  } cases[] = {
    {"plain", want({"A", "B"}), {}, nullptr, "A:2 B:2", "- -", 2},
    {"changes",
     want({"A", "B"}),
     {.changes_only = true},
     wide,
     "A:2 B:",
     "- 7",
     2},
    {"arrays",
     want({"A", "B"}),
     {.as_array = true},
     nullptr,
     "A:2 B:2",
     "- -",
     1},
    {"another view", want({"A", "B"}), {}, wide, "A:2 B:2", "5 7", 2},
    {"fewer symbols", want({"B"}), {}, nullptr, "B:2", "-", 1},
    {"all", want_all(), {}, nullptr, "A:2 B:2 C:2", "- - -", 3},
    {"all in arrays of changes",
     want_all(),
     {.changes_only = true, .as_array = true},
     wide,
     "A:2 B: C:2",
     "- 7 -",
     1},
  };
  std::vector<client> clients;
  for (const auto& c : cases)
    clients.push_back(connect(c.what, c.options, c.shown));
  CAF_CHECK_EQUAL(status("audiences"), std::to_string(std::size(cases)));
  publish({make_row("A", 1), make_row("B", 1), make_row("C", 1)});
  settle();
  for (const auto& x : clients)
    x->clear();
  publish({make_row("A", 2, {{cell::price, "2"}, {cell::volume, "5", false}}),
           make_row("B", 2, {{cell::price, "2", false}, {cell::volume, "7"}}),
           make_row("C", 2)});
  settle();
  std::set<const std::string*> buffers;
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    CAF_MESSAGE(cases[i].name);
    const auto& x = clients[i];
    CAF_CHECK_EQUAL(x->prices(), cases[i].prices);
    CAF_CHECK_EQUAL(x->column("volume"), cases[i].volumes);
    CAF_CHECK_EQUAL(x->messages.size(), cases[i].messages);
    CAF_REQUIRE_EQUAL(x->buffers.size(), 1u);
    CAF_CHECK(buffers.insert(x->buffers[0].get()).second);
  }
}

CAF_TEST(the rows of one flush are written at once) {
  auto rows = connect(want_all());
  auto array = connect(want_all(), {.as_array = true});
  publish({make_row("A", 1), make_row("A", 2)});
  publish({make_row("B", 1)});
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(rows->prices(), "A:1 A:2 B:1 A:3");
  CAF_CHECK_EQUAL(rows->writes.size(), 1u);
  CAF_CHECK_EQUAL(rows->messages.size(), 4u);
  CAF_CHECK_EQUAL(array->prices(), "A:1 A:2 B:1 A:3");
  CAF_CHECK_EQUAL(array->messages.size(), 1u);
  CAF_MESSAGE("what comes later is another flush");
  publish({make_row("B", 2)});
  settle();
  CAF_CHECK_EQUAL(rows->writes.size(), 2u);
  CAF_CHECK_EQUAL(array->messages.size(), 2u);
}

CAF_TEST(rows wait for the end of a turn of the loop) {
  auto turns = run_by_turns();
  auto x = connect(want_all());
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "");
  CAF_CHECK_EQUAL(*turns, 1);
  end_turns(turns);
  CAF_CHECK_EQUAL(x->prices(), "A:1 A:2");
  CAF_CHECK_EQUAL(x->writes.size(), 1u);
  CAF_MESSAGE("and so do the next ones");
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(*turns, 1);
  CAF_MESSAGE("when nothing came in a turn they wait no longer");
  end_turn(turns);
  end_turn(turns);
  CAF_CHECK_EQUAL(x->prices(), "A:1 A:2 A:3");
  CAF_MESSAGE("a turn without rows is nothing");
  caf::anon_send(fan, flush_atom_v);
  settle();
  CAF_CHECK_EQUAL(*turns, 0);
  CAF_CHECK_EQUAL(x->writes.size(), 2u);
}

CAF_TEST(many rows do not wait for more) {
  auto turns = run_by_turns();
  auto x = connect(want_all());
  std::vector<row_ptr> batch;
  for (std::uint64_t i = 1; i <= 1000; ++i)
    batch.push_back(make_row("A", i));
  publish(batch);
  settle();
  CAF_CHECK_EQUAL(x->rows.size(), 0u);
  end_turn(turns);
  CAF_CHECK_EQUAL(x->rows.size(), 1000u);
  CAF_CHECK_EQUAL(*turns, 0);
}

CAF_TEST(rows that come without end wait no longer than a send takes) {
  auto turns = run_by_turns();
  std::vector<client> all;
  for (int i = 0; i < 10; ++i)
    all.push_back(connect(want_all()));
  std::size_t waiting = 0;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    publish({make_row("A", i)});
    settle();
    CAF_REQUIRE_EQUAL(*turns, 1);
    pass(10us);
    end_turn(turns);
    waiting = i - all[0]->rows.size();
    CAF_REQUIRE_LESS(waiting, 3u);
  }
  CAF_MESSAGE("the more subscribers the longer, to send more rows at once");
  CAF_CHECK_LESS(all[0]->writes.size(), 40u);
  end_turns(turns);
  for (const auto& x : all)
    CAF_CHECK_EQUAL(x->rows.size(), 100u);
}

CAF_TEST(a turn may end after its rows have gone) {
  auto turns = run_by_turns();
  auto x = connect(want({"A"}));
  publish({make_row("A", 1)});
  settle();
  CAF_MESSAGE("one who joins gets all that has come before");
  auto y = connect(want({"A"}));
  CAF_CHECK_EQUAL(x.news(), "A:1");
  CAF_CHECK_EQUAL(y.news(), "A:1");
  end_turns(turns);
  publish({make_row("A", 2)});
  settle();
  CAF_CHECK_GREATER(*turns, 0);
  end_turns(turns);
  CAF_CHECK_EQUAL(x.news(), "A:2");
  CAF_CHECK_EQUAL(y.news(), "A:2");
}

CAF_TEST(much is written in pieces of about 64 KiB) {
  auto rows = connect(want_all());
  auto array = connect(want_all(), {.as_array = true});
  std::vector<row_ptr> batch;
  constexpr std::size_t n = 5000;
  for (std::size_t i = 0; i < n; ++i)
    batch.push_back(make_row("S" + std::to_string(i), i + 1));
  publish(batch);
  settle();
  for (const auto& x : {rows, array}) {
    CAF_REQUIRE_EQUAL(x->rows.size(), n);
    for (std::size_t i = 0; i < n; ++i)
      CAF_REQUIRE_EQUAL(x->rows[i].at("price"), std::to_string(i + 1));
    CAF_CHECK_GREATER(x->writes.size(), 2u);
    for (std::size_t i = 0; i < x->writes.size(); ++i) {
      CAF_CHECK_LESS(x->writes[i], chunk + 100);
      if (i + 1 < x->writes.size())
        CAF_CHECK_GREATER_OR_EQUAL(x->writes[i], chunk);
    }
  }
  CAF_CHECK_EQUAL(array->messages.size(), array->writes.size());
}

CAF_TEST(bytes that a connection still holds are never written over) {
  auto x = connect(want({"A"}));
  auto y = connect(want({"B"}));
  strings copies;
  for (std::uint64_t i = 1; i < 4; ++i) {
    publish({make_row("A", i), make_row("B", i + 10)});
    settle();
    copies.push_back(*x->buffers.back());
    copies.push_back(*y->buffers.back());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CAF_CHECK(*x->buffers[i] == copies[2 * i]);
    CAF_CHECK(*y->buffers[i] == copies[2 * i + 1]);
  }
}

// -- what is not delivered ----------------------------------------------------

CAF_TEST(an older row than the last is dropped) {
  auto x = connect(want({"A"}));
  publish({make_row("A", 2), make_row("A", 1), make_row("A", 2)});
  publish({make_row("A", 1)});
  settle();
  publish({row::vacant(name_of("A")), make_row("A", 2), make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:2 A:3");
  CAF_CHECK_EQUAL(books_of(x), "2 2 0 0 0");
}

CAF_TEST(a symbol that has not traded comes alive) {
  auto x = connect(want({"A"}));
  publish({row::vacant(name_of("A"))});
  settle();
  CAF_CHECK_EQUAL(x.news(), "A:null");
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(x.news(), "A:1");
}

CAF_TEST(changes against a row that nobody here has seen are shown whole) {
  auto wide = make_view({"symbol", "price", "volume"});
  auto x = connect(want({"A"}), {.changes_only = true}, wide);
  auto volume = [](std::uint64_t version) {
    return make_row(
      "A", version,
      {{cell::price, "9", false}, {cell::volume, std::to_string(version)}});
  };
  publish({volume(7)});
  settle();
  publish({volume(8)});
  settle();
  publish({volume(10)});
  settle();
  CAF_CHECK_EQUAL(x->column("volume"), "7 8 10");
  CAF_CHECK_EQUAL(x->column("price"), "9 - 9");
}

CAF_TEST(a change of the row id is a change) {
  auto pair = make_view({"symbol", "bid", "price"}, {"symbol", "bid"});
  auto x = connect(want({"A"}), {.changes_only = true}, pair);
  publish({make_row("A", 1, {{cell::bid, "1"}, {cell::price, "5"}})});
  settle();
  publish({make_row("A", 2, {{cell::bid, "2"}, {cell::price, "5", false}})});
  settle();
  CAF_CHECK_EQUAL(x->column("bid"), "1 2");
  CAF_CHECK_EQUAL(x->column("price"), "5 -");
}

CAF_TEST(rows that nobody wants are dropped) {
  auto x = connect(want({"A"}));
  publish({make_row("B", 1)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "");
  CAF_CHECK_EQUAL(status("symbols"), "1");
}

CAF_TEST(changes that a view does not show are none) {
  auto rows = connect(want({"A"}), {.changes_only = true});
  auto array = connect(want({"A"}), {.changes_only = true, .as_array = true});
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(rows.news(), "A:1");
  CAF_CHECK_EQUAL(array.news(), "A:1");
  publish({make_row("A", 2, {{cell::price, "1", false}, {cell::bid, "5"}})});
  settle();
  CAF_CHECK(rows->writes.empty());
  CAF_CHECK(array->writes.empty());
  publish({make_row("A", 3, {{cell::price, "1", false}, {cell::bid, "6"}}),
           make_row("A", 4)});
  settle();
  CAF_CHECK_EQUAL(rows.news(), "A:4");
  CAF_CHECK_EQUAL(array.news(), "A:4");
  CAF_CHECK_EQUAL(books_of(rows), "2 2 0 0 0");
  CAF_CHECK_EQUAL(books_of(array), "2 2 0 0 0");
}

// -- those who do not keep up -------------------------------------------------

CAF_TEST(one that is blocked gets the latest while the others get all) {
  auto slow = connect(want({"A", "B"}));
  auto fast = connect(want({"A", "B"}));
  slow->room = 1;
  for (std::uint64_t i = 1; i < 6; ++i) {
    publish({make_row("A", i)});
    settle();
    publish({make_row("B", i + 10)});
    settle();
  }
  CAF_CHECK_EQUAL(slow->prices(), "");
  CAF_CHECK_EQUAL(status("slow"), "1");
  CAF_CHECK_EQUAL(fast->prices(),
                  "A:1 B:11 A:2 B:12 A:3 B:13 A:4 B:14 A:5 B:15");
  CAF_CHECK_EQUAL(books_of(slow), "10 0 7 0 3");
  CAF_CHECK_EQUAL(books_of(fast), "10 10 0 0 0");
  unblock(slow);
  CAF_CHECK_EQUAL(slow.news(), "A:1 B:15 A:5");
  CAF_CHECK_EQUAL(books_of(slow), "10 3 7 0 0");
  CAF_CHECK_EQUAL(status("slow"), "0");
  CAF_MESSAGE("from then on it shares what the others get");
  fast->clear();
  publish({make_row("A", 6)});
  settle();
  CAF_CHECK_EQUAL(slow->prices(), "A:6");
  CAF_CHECK(slow->buffers[0] == fast->buffers[0]);
}

CAF_TEST(one that is blocked amid a flush gets the rest of it conflated) {
  auto slow = connect(want_all(), {.changes_only = true});
  auto fast = connect(want_all(), {.changes_only = true});
  std::vector<row_ptr> batch;
  constexpr std::size_t n = 5000;
  for (std::size_t i = 0; i < n; ++i)
    batch.push_back(make_row("S" + std::to_string(i), 1));
  publish(batch);
  publish({make_row("S0", 2), make_row("S4999", 3)});
  slow->room = chunk / 2;
  settle();
  CAF_CHECK_EQUAL(slow->writes.size(), 1u);
  CAF_CHECK_EQUAL(fast->rows.size(), n + 2);
  CAF_CHECK_EQUAL(slow.box->books().merged, 1u);
  unblock(slow);
  CAF_REQUIRE_EQUAL(slow->rows.size(), n + 1);
  CAF_CHECK_EQUAL(slow->rows[n - 1].at("price"), "3");
  CAF_CHECK_EQUAL(slow->rows[n].at("symbol"), "\"S0\"");
  CAF_CHECK_EQUAL(slow->rows[n].at("price"), "2");
}

CAF_TEST(changes that were missed add up) {
  auto wide = make_view({"symbol", "price", "volume", "bid"});
  auto x = connect(want({"A"}), {.changes_only = true}, wide);
  publish({make_row("A", 1)});
  settle();
  x->clear();
  x->room = 1;
  publish({make_row("A", 2)});
  settle();
  publish({make_row("A", 3, {{cell::price, "2", false}, {cell::volume, "7"}})});
  settle();
  publish({make_row("A", 4, {{cell::price, "4"}, {cell::volume, "7", false}})});
  settle();
  unblock(x);
  CAF_CHECK_EQUAL(x->column("price"), "2 4");
  CAF_CHECK_EQUAL(x->column("volume"), "- 7");
  CAF_CHECK_EQUAL(x->column("bid"), "- -");
}

CAF_TEST(one that takes nothing for 30 s is closed and its owner told) {
  auto stuck = connect(want({"A"}));
  auto other = connect(want({"A"}));
  auto heard = ears_of(stuck);
  auto heard_by_other = ears_of(other);
  stuck->room = 1;
  publish({make_row("A", 1), make_row("A", 2)});
  settle();
  pass_by(29s, 100ms);
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(stuck->closes, strings{});
  CAF_CHECK_EQUAL(books_of(stuck), "3 0 0 0 3");
  pass_by(2s, 100ms);
  CAF_CHECK_EQUAL(stuck->closes, strings{"1008 took nothing for 30 s"});
  CAF_CHECK_EQUAL(*heard, strings{"1008 took nothing for 30 s"});
  CAF_CHECK_EQUAL(books_of(stuck), "3 0 0 3 0");
  CAF_CHECK_EQUAL(other->prices(), "A:1 A:2 A:3");
  CAF_CHECK_EQUAL(*heard_by_other, strings{});
  CAF_MESSAGE("until it leaves it is in nobody's way");
  publish({make_row("A", 4)});
  settle();
  CAF_CHECK_EQUAL(books_of(stuck), "4 0 0 4 0");
  CAF_CHECK_EQUAL(other->prices(), "A:1 A:2 A:3 A:4");
  leave(stuck);
  settle();
  CAF_CHECK_EQUAL(status("subscribers"), "1");
  pass_by(60s, 500ms);
  CAF_CHECK_EQUAL(stuck->closes.size(), 1u);
  CAF_CHECK_EQUAL(other->closes, strings{});
}

CAF_TEST(one that reads slowly is not closed) {
  auto x = connect(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  for (std::uint64_t i = 2; i < 12; ++i) {
    pass_by(25s, 100ms);
    ++x->acked;
    publish({make_row("A", i)});
    settle();
  }
  CAF_CHECK_EQUAL(x->closes, strings{});
  CAF_CHECK_EQUAL(books_of(x), "11 0 9 0 2");
  unblock(x);
  CAF_CHECK_EQUAL(x->prices(), "A:1 A:11");
  CAF_MESSAGE("nor one to whom nothing is due");
  pass_by(100s, 500ms);
  CAF_CHECK_EQUAL(x->closes, strings{});
}

CAF_TEST(each stall is measured by itself) {
  auto x = connect(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  for (std::uint64_t i = 2; i < 6; ++i) {
    publish({make_row("A", i)});
    settle();
    pass_by(20s, 100ms);
    unblock(x, 1);
  }
  CAF_CHECK_EQUAL(x->closes, strings{});
  pass_by(29s, 100ms);
  CAF_CHECK_EQUAL(x->closes, strings{});
  pass_by(2s, 100ms);
  CAF_CHECK_EQUAL(x->closes, strings{"1008 took nothing for 30 s"});
}

CAF_TEST(a connection that is gone leaves the others alone) {
  auto x = connect(want({"A"}));
  auto y = connect(want({"A"}));
  auto z = connect(want({"A"}));
  y->gone = true;
  publish({make_row("A", 1)});
  publish({make_row("A", 2)});
  settle();
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(x->prices(), "A:1 A:2 A:3");
  CAF_CHECK_EQUAL(z->prices(), "A:1 A:2 A:3");
  CAF_CHECK_EQUAL(books_of(y), "3 0 0 3 0");
  CAF_CHECK_EQUAL(y->closes, strings{});
}

// -- intervals ----------------------------------------------------------------

CAF_TEST(the operator sees who gets what) {
  auto x = connect(want({"A", "B"}));
  auto y = connect(want_all());
  auto z = connect(want({"B"}));
  auto ids_of = [](const caf::expected<subscriber_slice>& all) {
    CAF_REQUIRE(all);
    std::set<std::uint64_t> result;
    CAF_CHECK_EQUAL(all->next, 0u);
    for (const auto& s : all->some)
      result.insert(s.id);
    return result;
  };
  for (const auto& who : {x, y, z})
    ears_of(who);
  auto id = [](const client& who) { return who.box->owner->id(); };
  const std::uint64_t first = 0;
  auto everybody = ask<subscriber_slice>(fan, summary_atom_v, first);
  CAF_CHECK(ids_of(everybody) == (std::set{id(x), id(y), id(z)}));
  CAF_CHECK(
    ids_of(ask<subscriber_slice>(fan, summary_atom_v, name_of("A"), first))
    == (std::set{id(x), id(y)}));
  CAF_CHECK(
    ids_of(ask<subscriber_slice>(fan, summary_atom_v, name_of("NONE"), first))
    == (std::set{id(y)}));
  CAF_CHECK(unbox(ask<subscriber_actor>(fan, resolve_atom_v, id(z)))
            == z.box->owner);
  CAF_CHECK(
    !unbox(ask<subscriber_actor>(fan, resolve_atom_v, std::uint64_t{999'999})));
  CAF_MESSAGE("with what waits and what its ledger says of it");
  x->room = 10;
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  auto all = unbox(ask<subscriber_slice>(fan, summary_atom_v, first));
  for (const auto& s : all.some)
    if (s.id == id(x)) {
      CAF_CHECK(s.blocked);
      CAF_CHECK_EQUAL(s.symbols, 2u);
      CAF_CHECK_EQUAL(s.published, 2u);
      CAF_CHECK_EQUAL(s.waiting(), 2u);
      CAF_CHECK_EQUAL(s.held, 2u);
      CAF_CHECK_GREATER(s.unsent, 0u);
    }
  unblock(x);
}

CAF_TEST(an interval spaces the rows and keeps the last) {
  auto x = connect(want({"A"}), {.interval = 100ms});
  auto every = connect(want({"A"}));
  CAF_CHECK_EQUAL(status("audiences"), "1");
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(x.news(), "A:1");
  for (std::uint64_t i = 2; i < 5; ++i) {
    pass_by(20ms);
    publish({make_row("A", i)});
    settle();
  }
  CAF_CHECK_EQUAL(every->prices(), "A:1 A:2 A:3 A:4");
  pass_by(35ms);
  CAF_CHECK_EQUAL(x.news(), "");
  CAF_CHECK_EQUAL(status("slow"), "1");
  pass_by(10ms);
  CAF_CHECK_EQUAL(x.news(), "A:4");
  CAF_CHECK_EQUAL(status("slow"), "0");
  CAF_CHECK_EQUAL(books_of(x), "4 2 2 0 0");
  CAF_MESSAGE("nothing new, nothing sent");
  pass_by(1s);
  CAF_CHECK_EQUAL(x.news(), "");
  CAF_MESSAGE("after a pause the next goes at once");
  publish({make_row("A", 5)});
  settle();
  CAF_CHECK_EQUAL(x.news(), "A:5");
}

CAF_TEST(a timer that comes later does not hold up an earlier one) {
  auto slow = connect(want({"A"}), {.interval = 10s});
  auto quick = connect(want({"A"}), {.interval = 50ms});
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  pass_by(60ms);
  CAF_CHECK_EQUAL(quick->prices(), "A:1 A:2");
  CAF_CHECK_EQUAL(slow->prices(), "A:1");
  publish({make_row("A", 3)});
  settle();
  pass_by(9900ms, 50ms);
  CAF_CHECK_EQUAL(quick->prices(), "A:1 A:2 A:3");
  CAF_CHECK_EQUAL(slow->prices(), "A:1");
  pass_by(100ms);
  CAF_CHECK_EQUAL(slow->prices(), "A:1 A:3");
}

CAF_TEST(a snapshot from the cache starts the interval) {
  auto other = connect(want({"A"}));
  publish({make_row("A", 1)});
  settle();
  auto x = connect(want({"A"}), {.interval = 100ms});
  CAF_CHECK_EQUAL(x.news(), "A:1");
  publish({make_row("A", 2)});
  settle();
  pass_by(90ms);
  CAF_CHECK_EQUAL(x.news(), "");
  pass_by(15ms);
  CAF_CHECK_EQUAL(x.news(), "A:2");
}

// -- going down ---------------------------------------------------------------

CAF_TEST(draining gives everybody the last rows and then closes) {
  auto fast = connect(want({"A"}));
  auto spaced = connect(want({"A"}), {.interval = 1h});
  auto blocked = connect(want({"A"}));
  auto idle = connect(want({}));
  auto heard = ears_of(fast);
  publish({make_row("A", 1)});
  settle();
  blocked->room = 1;
  publish({make_row("A", 2)});
  settle();
  CAF_MESSAGE("what has come but is not flushed goes out, too");
  publish({make_row("A", 3)});
  caf::anon_send(fan, drain_atom_v);
  settle();
  CAF_CHECK_EQUAL(fast->prices(), "A:1 A:2 A:3");
  CAF_CHECK_EQUAL(fast->closes, going_down);
  CAF_CHECK_EQUAL(*heard, going_down);
  CAF_CHECK_EQUAL(spaced->prices(), "A:1 A:3");
  CAF_CHECK_EQUAL(spaced->closes, going_down);
  CAF_CHECK_EQUAL(idle->closes, going_down);
  CAF_CHECK_EQUAL(blocked->closes, strings{});
  CAF_MESSAGE("one that is blocked gets what comes meanwhile");
  publish({make_row("A", 4)});
  settle();
  CAF_CHECK_EQUAL(fast->prices(), "A:1 A:2 A:3");
  unblock(blocked);
  CAF_CHECK_EQUAL(blocked->prices(), "A:1 A:2 A:4");
  CAF_CHECK_EQUAL(blocked->closes, going_down);
  CAF_CHECK_EQUAL(books_of(blocked), "4 3 1 0 0");
}

CAF_TEST(
  one that takes nothing while the node goes down is closed all the same) {
  auto x = connect(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  caf::anon_send(fan, drain_atom_v);
  settle();
  pass_by(31s, 100ms);
  CAF_CHECK_EQUAL(x->closes, strings{"1008 took nothing for 30 s"});
}

CAF_TEST(whoever comes while the node goes down is sent away) {
  auto heir = connect(want({"A"}));
  publish({make_row("A", 1)});
  caf::anon_send(fan, drain_atom_v);
  settle();
  auto late = connect({});
  CAF_CHECK_EQUAL(late->closes, going_down);
  auto eager = connect(want({"A"}));
  CAF_CHECK_EQUAL(eager->closes, going_down);
  CAF_CHECK_EQUAL(eager->prices(), "");
  CAF_CHECK_EQUAL(status("subscribers"), "1");
}

CAF_TEST_FIXTURE_SCOPE_END()
