#define CAF_SUITE actors.cluster.distant_rows

#include "livegrid/actors/cluster/distant_rows.hpp"

#include <algorithm>

#include "held_rows.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class distant_fixture : public held_rows_fixture {
public:
  row_sink_actor viewer = make_fanout(std::make_shared<fanout_script>());
  row_sink_actor second = make_fanout(std::make_shared<fanout_script>());

  distant_rows::beginning watch(const std::string& symbol) {
    return rows.watch(names_of({symbol}), viewer);
  }

  /// What is shown of a row that comes, or that its owner is told, or nothing.
  std::string receive(const row_ptr& z, std::uint32_t way = 1) {
    auto result = rows.receive(z, way, 0);
    if (result.untold)
      return "tell " + result.untold->str();
    return result.show ? text_of(*result.show) : "nothing";
  }

  std::string held(const std::string& symbol) const {
    auto z = rows.held(name_of(symbol));
    return z ? text_of(*z) : "nothing";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(distant_rows_tests, distant_fixture)

// -- rows that come -----------------------------------------------------------

CAF_TEST(a row is held and shown to whoever looks) {
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 1)), "nothing");
  CAF_CHECK_EQUAL(held(x), x + " 1 never");
  watch(x);
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 2)), x + " 2 never");
  CAF_CHECK_EQUAL(held(x), x + " 2 never");
}

CAF_TEST(a row that is not newer is not shown) {
  watch(x);
  receive(row_of(x, 5, 3));
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 3)), "nothing");
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 2)), "nothing");
  CAF_CHECK_EQUAL(held(x), x + " 3 never");
  CAF_MESSAGE("though it comes over a newer way");
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 2), 2), "nothing");
  CAF_MESSAGE("but over that the same one is");
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 3), 2), x + " 3 never");
}

CAF_TEST(a row of nothing is held for who looks alone) {
  CAF_CHECK_EQUAL(receive(row::vacant(name_of(x))), "nothing");
  CAF_CHECK(rows.find(name_of(x)) == nullptr);
  watch(x);
  CAF_CHECK_EQUAL(receive(row::vacant(name_of(x))), x + " null never");
}

CAF_TEST(an owner that knows less is told) {
  watch(x);
  auto first = row_of(x, 5, 1);
  receive(row_of(x, 5, 3));
  CAF_CHECK_EQUAL(receive(row_of(x, 6, 0, first)), "tell " + x);
  CAF_CHECK_EQUAL(held(x), x + " 3 never");
}

CAF_TEST(a row of ticks that leave others out is marked) {
  watch(x);
  auto first = row_of(x, 5, 1);
  receive(row_of(x, 5, 3));
  CAF_CHECK_EQUAL(receive(row_of(x, 6, 1, first)), x + " 2 down");
  CAF_CHECK_EQUAL(dropped, strings{x + " 3 never"});
  CAF_CHECK_EQUAL(get(stats->rows_gone_back), 1u);
  CAF_MESSAGE("and so is the next one, until that was seen");
  CAF_CHECK_EQUAL(receive(row_of(x, 6, 2, first)), x + " 3 down");
  CAF_CHECK(rows.show_again().rows.empty());
  pass(1s);
  CAF_CHECK_EQUAL(texts_of(rows.show_again()), strings{x + " 3 never"});
  CAF_CHECK(rows.show_again().rows.empty());
  CAF_CHECK_EQUAL(get(stats->rows_gone_back), 1u);
}

CAF_TEST(a row that goes on from what was shown is not marked) {
  watch(x);
  auto before = row_of(x, 5, 3);
  receive(before);
  CAF_CHECK_EQUAL(receive(row_of(x, 6, 1, before)), x + " 4 never");
  CAF_CHECK(dropped.empty());
}

CAF_TEST(after too many owners it counts whether the cluster was split) {
  for (auto apart : {false, true}) {
    split = apart;
    dropped.clear();
    const auto& which = apart ? y : x;
    auto before = row_of(which, 1, 2);
    auto now = row_of(which, 1, 1);
    for (std::uint64_t owner = 2; owner < 20; ++owner)
      now = row_of(which, owner, 1, now);
    receive(before);
    receive(now);
    CAF_CHECK_EQUAL(dropped.size(), apart ? 1u : 0u);
  }
}

CAF_TEST(of what several have had the newest state is held) {
  rows.hold(row_of(x, 5, 2));
  rows.hold(row_of(x, 5, 1));
  rows.hold(nullptr);
  rows.hold(row::vacant(name_of(x)));
  CAF_CHECK_EQUAL(held(x), x + " 2 never");
  rows.hold(row_of(x, 4, 9));
  CAF_CHECK_EQUAL(held(x), x + " 2 never");
  CAF_MESSAGE("and what it does not know is dropped");
  CAF_CHECK_EQUAL(dropped, strings{x + " 9 never"});
  rows.hold(row_of(x, 5, 3));
  CAF_CHECK_EQUAL(held(x), x + " 3 never");
}

// -- rows that are shown ------------------------------------------------------

CAF_TEST(without a way to its owner a row is marked) {
  receive(row_of(x, 5, 1));
  auto shown = [&] {
    return text_of(*rows.shown(name_of(x), rows.held(name_of(x))));
  };
  CAF_CHECK_EQUAL(shown(), x + " 1 never");
  cut = {"a"};
  CAF_CHECK_EQUAL(shown(), x + " 1 down");
  CAF_MESSAGE("or if it is from before the way of now");
  cut = {};
  enter({"b"});
  CAF_CHECK_EQUAL(shown(), x + " 1 down");
  receive(row_of(x, 5, 1), 2);
  CAF_CHECK_EQUAL(shown(), x + " 1 never");
  CAF_MESSAGE("or if nobody owns it, or this node itself");
  enter({});
  CAF_CHECK_EQUAL(shown(), x + " 1 down");
  symbols.leave();
  CAF_CHECK_EQUAL(shown(), x + " 1 down");
}

CAF_TEST(when a member is gone its symbols that somebody looks at are down) {
  auto other = symbols_of("a", 2)[1];
  watch(x);
  watch(y);
  receive(row_of(x, 5, 1));
  receive(row_of(other, 5, 1));
  receive(row_of(y, 5, 1), 2);
  CAF_CHECK_EQUAL(texts_of(rows.shown_down("a")), strings{x + " 1 down"});
  CAF_CHECK_EQUAL(texts_of(rows.shown_down("c")), strings{});
  rows.watch_all(viewer);
  CAF_CHECK_EQUAL(rows.shown_down("a").rows.size(), 2u);
}

CAF_TEST(of what is told and what is held the newer state is said) {
  receive(row_of(x, 5, 2));
  CAF_CHECK_EQUAL(text_of(*rows.newest(row_of(x, 5, 3))), x + " 3 never");
  CAF_CHECK_EQUAL(text_of(*rows.newest(row_of(x, 5, 1))), x + " 2 down");
  CAF_CHECK_EQUAL(text_of(*rows.newest(row_of(y, 5, 1))), y + " 1 never");
}

// -- who looks ----------------------------------------------------------------

CAF_TEST(the owner of a symbol is asked for it once) {
  auto due = watch(x);
  CAF_CHECK(due.now.rows.empty());
  CAF_CHECK(due.here.empty());
  CAF_CHECK(due.elsewhere.at(0) == names_of({x}));
  CAF_CHECK(rows.watch(names_of({x}), second).elsewhere.empty());
  CAF_CHECK_EQUAL(rows.sinks().size(), 2u);
}

CAF_TEST(who is first waits for what the owner says) {
  receive(row_of(x, 5, 1));
  CAF_CHECK(watch(x).now.rows.empty());
  CAF_MESSAGE("which is shown though it is no newer");
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 1)), x + " 1 never");
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 1)), "nothing");
  CAF_MESSAGE("the second is given it at once");
  CAF_CHECK_EQUAL(texts_of(rows.watch(names_of({x}), second).now),
                  strings{x + " 1 never"});
}

CAF_TEST(where the owner cannot answer what is held is shown) {
  receive(row_of(x, 5, 1));
  cut = {"a"};
  CAF_CHECK_EQUAL(texts_of(watch(x).now), strings{x + " 1 down"});
}

CAF_TEST(what is here or mine is watched at the market) {
  symbols.adopt(name_of(x));
  auto due = watch(x);
  CAF_CHECK(due.here == names_of({x}));
  CAF_MESSAGE("and its owner is asked, too, since it goes there");
  CAF_CHECK(due.elsewhere.at(0) == names_of({x}));
  enter({}, true);
  CAF_CHECK(watch(y).here == names_of({y}));
  CAF_CHECK(watch(y).elsewhere.empty());
}

CAF_TEST(when the last one looks away the owner is told) {
  watch(x);
  rows.watch(names_of({x}), second);
  CAF_CHECK(rows.unwatch(names_of({x}), viewer).empty());
  CAF_CHECK(rows.unwatch(names_of({x}), viewer).empty());
  CAF_CHECK(rows.unwatch(names_of({x}), second).at(0) == names_of({x}));
  CAF_MESSAGE("and a name of no row is forgotten");
  CAF_CHECK(rows.find(name_of(x)) == nullptr);
  CAF_CHECK(rows.unwatch(names_of({x}), second).empty());
  receive(row_of(y, 5, 1));
  watch(y);
  rows.unwatch(names_of({y}), viewer);
  CAF_CHECK_EQUAL(held(y), y + " 1 never");
}

CAF_TEST(who looks at all is shown all that is held) {
  receive(row_of(x, 5, 1));
  symbols.bring({.ticks = {trade(y, 1)}});
  rows.hold(row_of(y, 5, 1));
  auto due = rows.watch_all(viewer);
  CAF_CHECK(due.first);
  CAF_CHECK_EQUAL(texts_of(due.now), strings{x + " 1 never"});
  CAF_CHECK(!rows.watch_all(second).first);
  CAF_CHECK(rows.wants_everything());
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 2)), x + " 2 never");
  CAF_CHECK(!rows.unwatch_all(viewer));
  CAF_CHECK(rows.unwatch_all(second));
  CAF_CHECK_EQUAL(receive(row_of(x, 5, 3)), "nothing");
}

CAF_TEST(all wishes are said by owner and by who looks here) {
  watch(x);
  watch(y);
  rows.watch(names_of({y}), second);
  auto all = rows.all_wishes(false);
  CAF_CHECK(all.elsewhere.at("a") == names_of({x}));
  CAF_CHECK(all.elsewhere.at("b") == names_of({y}));
  CAF_REQUIRE_EQUAL(all.here.size(), 2u);
  CAF_CHECK(all.here[0].second.empty());
  enter({}, true);
  all = rows.all_wishes(false);
  CAF_CHECK(all.elsewhere.empty());
  CAF_CHECK_EQUAL(all.here[0].second.size(), 2u);
  CAF_CHECK(all.here[1].second == names_of({y}));
}

CAF_TEST(what an owner has not answered by its view is shown as down) {
  receive(row_of(x, 5, 1));
  watch(x);
  CAF_CHECK(rows.all_wishes(false).late.rows.empty());
  CAF_CHECK_EQUAL(texts_of(rows.all_wishes(true).late), strings{x + " 1 down"});
  CAF_CHECK(rows.all_wishes(true).late.rows.empty());
}

// -- symbols that come here ---------------------------------------------------

CAF_TEST(this node adopts what is its own and held) {
  rows.hold(row_of(x, 5, 1));
  watch(y);
  receive(row::vacant(name_of(y)));
  enter({}, true);
  CAF_CHECK(rows.tidy() == names_of({x}));
  CAF_CHECK_EQUAL(held(y), "nothing");
  CAF_CHECK(rows.find(name_of(y)) != nullptr);
  CAF_CHECK_EQUAL(text_of(*rows.give_away(name_of(x))), x + " 1 never");
  CAF_CHECK(rows.find(name_of(x)) == nullptr);
  CAF_CHECK(rows.tidy().empty());
}

CAF_TEST(a row that has gone back is marked where it goes on) {
  watch(x);
  auto first = row_of(x, 5, 1);
  receive(row_of(x, 5, 3));
  receive(row_of(x, 6, 1, first));
  CAF_CHECK_EQUAL(text_of(*rows.give_away(name_of(x))), x + " 2 down");
  CAF_CHECK_EQUAL(held(x), "nothing");
}

CAF_TEST(what is left to a member is held for it) {
  rows.hold(row_of(x, 5, 1));
  rows.hold(row_of(y, 5, 1));
  auto left = rows.held_for("b");
  CAF_REQUIRE_EQUAL(left.size(), 1u);
  CAF_CHECK_EQUAL(text_of(*left[0]), y + " 1 never");
}

CAF_TEST_FIXTURE_SCOPE_END()
