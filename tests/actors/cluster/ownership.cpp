#define CAF_SUITE actors.cluster.ownership

#include "livegrid/actors/cluster/ownership.hpp"

#include "livegrid/actors/base/error.hpp"

#include "members.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

constexpr std::uint64_t first_version = 7;

/// What node `a` knows of a cluster of `a` and `b`.
class ownership_fixture {
public:
  std::size_t elsewhere = 0; ///< symbols that are known and not here
  ownership symbols;
  symbol_name x = name_of(symbol_of("a", {"a", "b"}));
  symbol_name y = name_of(symbol_of("b", {"a", "b"}));

  ownership_fixture() {
    symbols.init(first_version, [this] { return elsewhere; });
  }

  void enter(std::initializer_list<std::string> names = {"a", "b"}) {
    symbols.enter(make_view(++epoch_, names), 0);
  }

  static tick_batch ticks_of(const std::vector<symbol_name>& which) {
    tick_batch result;
    for (const auto& x : which)
      result.ticks.emplace_back(trade(x.str(), 1));
    return result;
  }

  /// Ticks of it come and are taken.
  void bear(const symbol_name& which) {
    auto taken = symbols.admit(ticks_of({which}), true);
    CAF_REQUIRE(taken);
    symbols.expect_births(taken->unborn);
    CAF_CHECK(symbols.end_births(taken->unborn, true).empty());
  }

private:
  std::uint64_t epoch_ = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(ownership_tests, ownership_fixture)

CAF_TEST(without a view nobody owns anything) {
  CAF_CHECK(!symbols.is_member());
  CAF_CHECK(!symbols.place(x).placed);
  CAF_CHECK(!symbols.is_mine(x));
  CAF_CHECK(!symbols.is_elsewhere(symbols.place(x)));
  CAF_CHECK(!symbols.is_owner("a", x));
}

CAF_TEST(who owns a symbol follows from the view) {
  enter();
  CAF_CHECK(symbols.is_mine(x));
  CAF_CHECK(!symbols.is_elsewhere(symbols.place(x)));
  CAF_CHECK(!symbols.is_mine(y));
  CAF_CHECK(symbols.is_elsewhere(symbols.place(y)));
  CAF_CHECK(symbols.is_owner("a", x));
  CAF_CHECK(symbols.is_owner("b", y));
  CAF_CHECK_EQUAL(symbols.name_of(symbols.place(y).placed->owner), "b");
  CAF_MESSAGE("of which another one may say something else");
  enter({"a"});
  CAF_CHECK(symbols.is_mine(y));
}

CAF_TEST(who is no member owns nothing though the view is still known) {
  enter();
  symbols.leave();
  CAF_CHECK(!symbols.is_mine(x));
  CAF_CHECK(!symbols.is_elsewhere(symbols.place(y)));
  CAF_CHECK(symbols.is_owner("b", y));
  CAF_CHECK_EQUAL(symbols.view().members.size(), 2u);
}

CAF_TEST(what an owner has confirmed is forgotten with the view) {
  enter();
  symbols.place(y).confirmed = true;
  CAF_CHECK(symbols.place(y).confirmed);
  CAF_CHECK(symbols.look_up(y).confirmed);
  enter();
  CAF_CHECK(!symbols.place(y).confirmed);
}

CAF_TEST(a question leaves nothing behind and a place is remembered) {
  enter();
  symbols.look_up(y);
  CAF_CHECK_EQUAL(symbols.remembered(), 0u);
  symbols.place(y);
  CAF_CHECK_EQUAL(symbols.remembered(), 1u);
}

CAF_TEST(many more names than symbols are forgotten) {
  enter();
  constexpr std::size_t spare = 16 * 1024;
  elsewhere = 10;
  auto most = spare + 2 * elsewhere;
  for (std::size_t i = 0; i <= most; ++i)
    symbols.place(name_of("X" + std::to_string(i)));
  CAF_CHECK_EQUAL(symbols.remembered(), most + 1);
  symbols.place(name_of("Y"));
  CAF_CHECK_EQUAL(symbols.remembered(), 1u);
}

// -- what is here -------------------------------------------------------------

CAF_TEST(a symbol of this node is here as soon as ticks of it come) {
  enter();
  auto taken = symbols.admit(ticks_of({x}), true);
  CAF_REQUIRE(taken);
  CAF_CHECK(taken->fresh == std::vector{x});
  CAF_CHECK(taken->unborn == std::vector{x});
  CAF_CHECK(symbols.is_here(x));
  CAF_CHECK(symbols.place(x).here);
  CAF_MESSAGE("and is not new the next time, but not born either");
  taken = symbols.admit(ticks_of({x}), true);
  CAF_REQUIRE(taken);
  CAF_CHECK(taken->fresh.empty());
  CAF_CHECK(taken->unborn == std::vector{x});
  bear(x);
  taken = symbols.admit(ticks_of({x}), true);
  CAF_REQUIRE(taken);
  CAF_CHECK(taken->unborn.empty());
}

CAF_TEST(a batch of which one symbol is elsewhere brings none) {
  enter();
  auto refused = symbols.admit(ticks_of({x, y}), true);
  CAF_REQUIRE(!refused);
  auto why = to_refusal(refused.error());
  CAF_CHECK(why.code == errc::moved);
  CAF_CHECK_EQUAL(why.message, y.str() + " is not here");
  CAF_CHECK(!symbols.is_here(x));
}

CAF_TEST(before this node has its share only what is here is taken) {
  enter();
  CAF_CHECK(!symbols.admit(ticks_of({x}), false));
  bear(x);
  CAF_CHECK(symbols.admit(ticks_of({x}), false));
  CAF_MESSAGE("be it this node's own or not");
  symbols.bring(ticks_of({y}));
  CAF_CHECK(symbols.admit(ticks_of({y}), false));
}

CAF_TEST(ticks for this node bring their symbols whoever owns them) {
  enter();
  bear(x);
  auto taken = symbols.bring(ticks_of({x, y}));
  CAF_CHECK(taken.fresh == std::vector{y});
  CAF_CHECK(taken.unborn == std::vector{y});
  CAF_CHECK(symbols.place(y).here);
}

CAF_TEST(an adopted symbol is born and is gone when it is given up) {
  enter();
  symbols.adopt(x);
  CAF_CHECK(symbols.find_here(x)->born);
  CAF_CHECK(symbols.place(x).here);
  auto had = symbols.give_up(x);
  CAF_REQUIRE(had);
  CAF_CHECK(had->born);
  CAF_CHECK(!symbols.is_here(x));
  CAF_CHECK(!symbols.place(x).here);
  CAF_CHECK(!symbols.give_up(x));
}

CAF_TEST(the version counts symbols that come and go) {
  enter();
  CAF_CHECK_EQUAL(symbols.version(), first_version);
  symbols.admit(ticks_of({x}), true);
  CAF_CHECK_EQUAL(symbols.version(), first_version);
  bear(x);
  CAF_CHECK_EQUAL(symbols.version(), first_version + 1);
  bear(x);
  CAF_CHECK_EQUAL(symbols.version(), first_version + 1);
  symbols.adopt(y);
  symbols.give_up(x);
  CAF_CHECK_EQUAL(symbols.version(), first_version + 3);
}

CAF_TEST(the first names are those of symbols that are born) {
  enter({"a"});
  for (auto name : {"D", "B", "C", "A"})
    bear(name_of(name));
  symbols.admit(ticks_of({name_of("AA")}), true);
  CAF_CHECK(symbols.names_born(2) == names_of({"A", "B"}));
  CAF_CHECK_EQUAL(symbols.names_born(UINT64_MAX).size(), 4u);
  CAF_CHECK_EQUAL(symbols.names_here().size(), 5u);
}

// -- births -------------------------------------------------------------------

CAF_TEST(a symbol that the market refuses is forgotten) {
  enter();
  auto taken = symbols.admit(ticks_of({x}), true);
  symbols.expect_births(taken->unborn);
  auto gone = symbols.end_births(taken->unborn, false);
  CAF_REQUIRE_EQUAL(gone.size(), 1u);
  CAF_CHECK(gone[0].first == x);
  CAF_CHECK(!symbols.is_here(x));
  CAF_CHECK(!symbols.place(x).here);
}

CAF_TEST(a symbol that another batch may still make is kept) {
  enter();
  auto names = std::vector{x};
  symbols.admit(ticks_of(names), true);
  symbols.expect_births(names);
  symbols.expect_births(names);
  CAF_CHECK(symbols.end_births(names, false).empty());
  CAF_CHECK(symbols.is_here(x));
  CAF_CHECK(symbols.end_births(names, true).empty());
  CAF_CHECK(symbols.find_here(x)->born);
  CAF_MESSAGE("and one that is born is not forgotten for a refusal");
  symbols.expect_births(names);
  CAF_CHECK(symbols.end_births(names, false).empty());
  CAF_CHECK(symbols.is_here(x));
}

CAF_TEST(a symbol that has gone meanwhile is not born here) {
  enter();
  auto names = std::vector{x};
  symbols.admit(ticks_of(names), true);
  symbols.expect_births(names);
  symbols.give_up(x);
  CAF_CHECK(symbols.end_births(names, true).empty());
  CAF_CHECK(!symbols.is_here(x));
}

CAF_TEST_FIXTURE_SCOPE_END()
