#define CAF_SUITE actors.delivery.fanout_explain

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fanout_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

struct fixture : fanout_fixture {
  /// A viewer with an id.
  client view_of(const subscription& what, delivery_options options = {}) {
    auto result = make_client(options);
    result.box->owner =
      own(sys.spawn(listening_owner, std::make_shared<strings>()));
    join(result, what);
    settle();
    return result;
  }

  viewer_cell explain(std::uint64_t id, std::string_view name = "A") {
    auto result = unbox(ask<viewer_cell>(fan, why_atom_v, id, name_of(name)));
    settle();
    return result;
  }

  viewer_cell explain(const client& who, std::string_view name = "A") {
    return explain(who.box->owner->id(), name);
  }

  /// That many milliseconds ago, by the time of day.
  static std::int64_t ago(std::chrono::nanoseconds x) {
    return (test_clock() - x).time_since_epoch().count();
  }
};

/// The version of a row, or 0.
std::uint64_t version(const row_ptr& x) {
  return x ? x->version() : 0;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(fanout_explain_tests, fixture)

CAF_TEST(one that keeps up shows the latest row) {
  auto x = view_of(want({"A", "B"}));
  publish({make_row("A", 1)});
  settle();
  pass(1s);
  publish({make_row("A", 2), make_row("B", 1)});
  settle();
  pass(250ms);
  auto got = explain(x);
  CAF_CHECK(got.found);
  CAF_CHECK(got.wanted);
  CAF_CHECK_EQUAL(version(got.shown), 2u);
  CAF_CHECK_EQUAL(got.text, R"({"symbol":"A","price":2})");
  CAF_CHECK_EQUAL(got.handed, ago(250ms));
  CAF_CHECK_EQUAL(got.waited_us, 0u);
  CAF_CHECK_EQUAL(got.merged, 0u);
  CAF_CHECK_EQUAL(version(got.waiting), 0u);
  CAF_CHECK_EQUAL(got.viewer.id, x.box->owner->id());
  CAF_CHECK_EQUAL(got.viewer.symbols, 2u);
  CAF_CHECK_EQUAL(got.viewer.delivered, 3u);
  CAF_CHECK_EQUAL(got.viewer.peer, x->peer());
}

CAF_TEST(one whose socket is full shows the older row) {
  auto x = view_of(want({"A"}));
  auto keeps_up = view_of(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  pass(1s);
  for (std::uint64_t i = 2; i <= 4; ++i) {
    publish({make_row("A", i)});
    settle();
    pass(1s);
  }
  auto got = explain(x);
  CAF_CHECK(got.viewer.blocked);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.text, R"({"symbol":"A","price":1})");
  CAF_CHECK_EQUAL(got.handed, ago(4s));
  CAF_CHECK_EQUAL(got.merged, 0u);
  CAF_CHECK_EQUAL(version(got.waiting), 4u);
  CAF_CHECK_EQUAL(got.waiting_since, ago(3s));
  CAF_CHECK_EQUAL(got.waiting_merged, 2u);
  CAF_CHECK_EQUAL(got.viewer.interval_ms, 0u);
  got = explain(keeps_up);
  CAF_CHECK_EQUAL(version(got.shown), 4u);
  CAF_CHECK_EQUAL(got.handed, ago(1s));
}

CAF_TEST(what is still in the node was not taken by the kernel) {
  auto x = view_of(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  pass(2s);
  auto got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.handed, ago(2s));
  CAF_CHECK_EQUAL(got.taken, 0);
  unblock(x);
  pass(1s);
  got = explain(x);
  CAF_CHECK_EQUAL(got.handed, ago(3s));
  CAF_CHECK_EQUAL(got.taken, ago(1s));
  publish({make_row("A", 2)});
  settle();
  got = explain(x);
  CAF_CHECK_EQUAL(got.taken, got.handed);
}

CAF_TEST(one that has caught up shows what it waited for) {
  auto x = view_of(want({"A"}));
  x->room = 1;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    publish({make_row("A", i)});
    settle();
    pass(1s);
  }
  unblock(x);
  pass(500ms);
  auto got = explain(x);
  CAF_CHECK(!got.viewer.blocked);
  CAF_CHECK_EQUAL(version(got.shown), 4u);
  CAF_CHECK_EQUAL(got.handed, ago(500ms));
  // Since the second one came.
  CAF_CHECK_EQUAL(got.waited_us, 3'000'000u);
  CAF_CHECK_EQUAL(got.merged, 2u);
  CAF_CHECK_EQUAL(version(got.waiting), 0u);
  // With the next row that is past.
  publish({make_row("A", 5)});
  settle();
  pass(100ms);
  got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 5u);
  CAF_CHECK_EQUAL(got.handed, ago(100ms));
  CAF_CHECK_EQUAL(got.waited_us, 0u);
  CAF_CHECK_EQUAL(got.merged, 0u);
  // And when it falls behind again, it shows what it had then.
  x->room = 1;
  publish({make_row("A", 6)});
  settle();
  pass(100ms);
  publish({make_row("A", 7)});
  settle();
  pass(100ms);
  got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 6u);
  CAF_CHECK_EQUAL(got.handed, ago(200ms));
  CAF_CHECK_EQUAL(got.waited_us, 0u);
  CAF_CHECK_EQUAL(version(got.waiting), 7u);
}

CAF_TEST(one with an interval shows the older row until it is over) {
  auto x = view_of(want({"A"}), {.interval = 1s});
  publish({make_row("A", 1)});
  settle();
  pass(100ms);
  publish({make_row("A", 2)});
  settle();
  pass(400ms);
  publish({make_row("A", 3)});
  settle();
  auto got = explain(x);
  CAF_CHECK_EQUAL(got.viewer.interval_ms, 1000u);
  CAF_CHECK(!got.viewer.blocked);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.handed, ago(500ms));
  CAF_CHECK_EQUAL(version(got.waiting), 3u);
  CAF_CHECK_EQUAL(got.waiting_since, ago(400ms));
  CAF_CHECK_EQUAL(got.waiting_merged, 1u);
  pass_by(600ms);
  got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 3u);
  CAF_CHECK_EQUAL(version(got.waiting), 0u);
  CAF_CHECK_EQUAL(got.waited_us, 900'000u);
  CAF_CHECK_EQUAL(got.merged, 1u);
}

CAF_TEST(a snapshot was handed over when it was asked for) {
  auto before = view_of(want({"A"}));
  publish({make_row("A", 1)});
  settle();
  pass(10s);
  auto x = view_of(want({"A"}));
  pass(1s);
  CAF_CHECK_EQUAL(explain(before).handed, ago(11s));
  auto got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.handed, ago(1s));
}

CAF_TEST(a snapshot that waits for the socket is not shown yet) {
  auto other = view_of(want({"A", "B"}));
  auto x = view_of(want({"B"}));
  publish({make_row("A", 1)});
  x->room = 1;
  publish({make_row("B", 1)});
  settle();
  join(x, want({"A", "B"}));
  settle();
  pass(1s);
  auto got = explain(x);
  CAF_CHECK(got.wanted);
  CAF_CHECK_EQUAL(version(got.shown), 0u);
  CAF_CHECK_EQUAL(version(got.waiting), 1u);
  CAF_CHECK_EQUAL(got.waiting_since, ago(1s));
  publish({make_row("A", 2)});
  settle();
  got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 0u);
  CAF_CHECK_EQUAL(version(got.waiting), 2u);
}

CAF_TEST(what is not there is said) {
  auto x = view_of(want({"A"}));
  auto other = view_of(want({"B"}));
  publish({make_row("A", 1), make_row("B", 1)});
  settle();
  struct {
    const char* name;
    std::uint64_t id;
    const char* symbol;
    bool found;
    bool wanted;
  } cases[] = {
    {"all is there", x.box->owner->id(), "A", true, true},
    {"not asked for", x.box->owner->id(), "B", true, false},
    {"nobody has asked for it", x.box->owner->id(), "C", true, false},
    {"nobody of that id", x.box->owner->id() + 1000, "A", false, false},
    {"no id", 0, "A", false, false},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto got = explain(c.id, c.symbol);
    CAF_CHECK_EQUAL(got.found, c.found);
    CAF_CHECK_EQUAL(got.wanted, c.wanted);
    CAF_CHECK_EQUAL(got.shown != nullptr, c.wanted);
  }
}

CAF_TEST(a symbol without a row yet shows nothing) {
  auto x = view_of(want({"A"}));
  auto got = explain(x);
  CAF_CHECK(got.wanted);
  CAF_CHECK(!got.shown);
  CAF_CHECK(!got.waiting);
  publish({row::vacant(name_of("A"))});
  settle();
  pass(1s);
  got = explain(x);
  CAF_REQUIRE(got.shown);
  CAF_CHECK(got.shown->is_vacant());
  CAF_CHECK_EQUAL(got.text, R"({"symbol":"A","price":null})");
  CAF_CHECK_EQUAL(got.handed, ago(1s));
}

CAF_TEST(who wants all wants what nobody has heard of) {
  auto x = view_of(want_all());
  auto got = explain(x);
  CAF_CHECK(got.found);
  CAF_CHECK(got.wanted);
  CAF_CHECK(!got.shown);
  // Nor is it given the row of nulls that those get who name it.
  auto other = view_of(want({"A"}));
  publish({row::vacant(name_of("A"))});
  settle();
  CAF_CHECK_EQUAL(x->handed, 0u);
  got = explain(x);
  CAF_CHECK(got.wanted);
  CAF_CHECK(!got.shown);
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(version(explain(x).shown), 1u);
}

CAF_TEST(a change of the set leaves nothing of before) {
  auto x = view_of(want({"A"}));
  auto other = view_of(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  join(x, want({"B"}));
  settle();
  CAF_CHECK(!explain(x).wanted);
  unblock(x);
  pass(5s);
  join(x, want({"A", "B"}));
  settle();
  pass(1s);
  auto got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 2u);
  CAF_CHECK_EQUAL(got.handed, ago(1s));
  CAF_CHECK_EQUAL(got.waited_us, 0u);
  CAF_CHECK_EQUAL(got.merged, 0u);
}

CAF_TEST(a symbol that nobody wanted meanwhile begins anew) {
  auto x = view_of(want({"A"}));
  x->room = 1;
  publish({make_row("A", 1)});
  settle();
  publish({make_row("A", 2)});
  settle();
  join(x, want({}));
  settle();
  unblock(x);
  // Another symbol takes its place in the books.
  join(x, want({"B"}));
  settle();
  CAF_CHECK(!explain(x, "B").shown);
  join(x, want({"A"}));
  settle();
  CAF_CHECK(!explain(x).shown);
}

CAF_TEST(what has been gathered goes out before it is explained) {
  auto config = make_config();
  // The turn never ends.
  config.after_turn = [](const fanout_actor&) {};
  fan = own(sys.spawn(fanout, std::move(config)));
  auto x = view_of(want({"A"}));
  publish({make_row("A", 1)});
  settle();
  CAF_CHECK_EQUAL(x->handed, 0u);
  auto got = explain(x);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.handed, ago(0s));
  CAF_CHECK_EQUAL(x->prices(), "A:1");
}

CAF_TEST(one that sees no freshness shows what its tick made) {
  auto x = view_of(want({"A"}));
  publish({make_row("A", 1)});
  settle();
  pass(60s);
  publish({make_silent_row("A", 2, "1")});
  settle();
  auto got = explain(x);
  CAF_CHECK_EQUAL(got.text, R"({"symbol":"A","price":1})");
  CAF_CHECK(!got.waiting);
  CAF_CHECK_EQUAL(x->handed, 1u);
  CAF_CHECK_EQUAL(version(got.shown), 1u);
  CAF_CHECK_EQUAL(got.handed, ago(60s));
  // One that comes now gets the row as it is.
  auto y = view_of(want({"A"}));
  pass(1s);
  CAF_CHECK_EQUAL(version(explain(y).shown), 2u);
  CAF_CHECK_EQUAL(explain(y).handed, ago(1s));
  publish({make_row("A", 3)});
  settle();
  CAF_CHECK_EQUAL(version(explain(x).shown), 3u);
  CAF_CHECK_EQUAL(explain(x).handed, ago(0s));
}

CAF_TEST_FIXTURE_SCOPE_END()
