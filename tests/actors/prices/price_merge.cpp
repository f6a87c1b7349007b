#define CAF_SUITE actors.prices.price_merge

// Two owners have had ticks of one symbol: what becomes of the states.

#include <initializer_list>
#include <string>
#include <utility>

#include "livegrid/actors/prices/price_state.hpp"

#include "one_stock.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using namespace std::chrono_literals;

/// An owner since that epoch.
class owner {
public:
  explicit owner(std::uint64_t since) : state{name()} {
    state.set_epoch(since);
  }

  /// Who goes on from that row.
  owner(std::uint64_t since, const row_ptr& last) : owner(since) {
    CAF_REQUIRE(state.restore(last));
  }

  /// One trade after the other, each of which is shown.
  row_ptr take(std::initializer_list<double> prices) {
    for (auto x : prices) {
      state.apply(trade(x, 1), {.received = timestamp{1'700'000'000s},
                                .from = source::socket});
      state.render();
    }
    return state.render();
  }

  /// Price, volume and freshness, as `150 2 live`.
  std::string shows() {
    auto x = state.render();
    std::string fresh{x->text(cell::freshness)};
    return std::string{x->text(cell::price)} + ' '
           + std::string{x->text(cell::volume)} + ' '
           + fresh.substr(1, fresh.size() - 2);
  }

  price_state state;
};

CAF_TEST(a tick makes a state and silence makes none) {
  owner x{5};
  auto first = x.take({1});
  CAF_CHECK((first->state() == state_id{5, 1}));
  CAF_CHECK((first->past().last() == state_id{}));
  x.state.set_fresh(freshness::quiet);
  auto quiet = x.state.render();
  CAF_CHECK_EQUAL(quiet->version(), 2u);
  CAF_CHECK((quiet->state() == state_id{5, 1}));
  CAF_CHECK((x.take({2})->state() == state_id{5, 3}));
}

CAF_TEST(who goes on from a row begins with its state) {
  owner before{5};
  auto last = before.take({1, 2});
  owner next{7, last};
  auto first = next.state.render();
  CAF_CHECK((first->order() == row_order{.epoch = 7, .version = 3}));
  CAF_CHECK((first->state() == state_id{5, 2}));
  CAF_CHECK((first->past().last() == state_id{5, 2}));
  auto second = next.take({3});
  CAF_CHECK((second->state() == state_id{7, 4}));
  CAF_CHECK((second->past().last() == state_id{5, 2}));
  CAF_CHECK(knowledge_of(*second, *last) == knowledge::all);
}

CAF_TEST(the newer state is taken) {
  owner before{5};
  auto old = before.take({1});
  auto last = before.take({2, 3});
  // It had heard of the first tick only.
  owner next{7, old};
  auto own = next.state.render();
  auto became = next.state.merge(last, 7);
  CAF_CHECK(became.changed);
  CAF_CHECK(!became.dropped);
  CAF_CHECK_EQUAL(next.shows(), "3 3 live");
  auto shown = next.state.render();
  CAF_CHECK(shown->state() == last->state());
  CAF_CHECK(shown->past().last() == last->state());
  CAF_CHECK_EQUAL(shown->order().epoch, 7u);
  // Whoever has been shown its row gets the next one whole.
  CAF_CHECK(!shown->order().follows(own->order()));
  CAF_CHECK(own->order() < shown->order());
}

CAF_TEST(an older state is left alone) {
  owner before{5};
  auto old = before.take({1});
  owner next{7, before.take({2})};
  next.take({3});
  auto shown = next.state.render();
  for (const auto& x : {old, before.state.render(), shown}) {
    auto became = next.state.merge(x, 8);
    CAF_CHECK(!became.changed);
    CAF_CHECK(!became.dropped);
    CAF_CHECK(next.state.render() == shown);
  }
}

CAF_TEST(who has nothing takes any state and who has one takes no vacant row) {
  owner before{5};
  auto last = before.take({1, 2});
  owner fresh{7};
  auto became = fresh.state.merge(last, 7);
  CAF_CHECK(became.changed);
  CAF_CHECK(!became.dropped);
  CAF_CHECK_EQUAL(fresh.shows(), "2 2 live");
  became = fresh.state.merge(row::vacant(name()), 7);
  CAF_CHECK(!became.changed);
  CAF_CHECK(!became.dropped);
  CAF_CHECK_EQUAL(fresh.shows(), "2 2 live");
}

CAF_TEST(of a fork the later owners state is taken and the other told) {
  owner before{5};
  auto common = before.take({1});
  auto there = before.take({2});
  // The later owner had heard of the first tick only, and took others.
  owner later{7, common};
  auto here = later.take({10, 11});
  CAF_MESSAGE("by who has the older one");
  auto became = before.state.merge(here, 9);
  CAF_CHECK(became.changed);
  CAF_CHECK(became.dropped == there);
  // Its price may be from before what was shown.
  CAF_CHECK_EQUAL(before.shows(), "11 3 down");
  CAF_CHECK_EQUAL(before.state.render()->order().epoch, 9u);
  before.take({12});
  CAF_CHECK_EQUAL(before.shows(), "12 4 live");
  CAF_MESSAGE("by who has the newer one");
  became = later.state.merge(there, 9);
  CAF_CHECK(!became.changed);
  CAF_CHECK(became.dropped == there);
  CAF_CHECK_EQUAL(later.shows(), "11 3 live");
}

CAF_TEST(where rows of a later owner were shown the next one is later still) {
  owner before{5};
  auto common = before.take({1});
  owner here{6, common};
  auto own = here.take({2});
  // Of a later view, but it took nothing.
  owner there{8, common};
  auto became = here.state.merge(there.state.render(), 9);
  CAF_CHECK(became.changed);
  CAF_CHECK(!became.dropped);
  auto shown = here.state.render();
  CAF_CHECK_EQUAL(shown->order().epoch, 9u);
  CAF_CHECK(shown->version() > own->version());
  CAF_CHECK(shown->state() == own->state());
  CAF_CHECK_EQUAL(here.shows(), "2 2 live");
  CAF_MESSAGE("and nothing is lost of what was shown before");
  CAF_CHECK(knowledge_of(*shown, *own) == knowledge::all);
  CAF_CHECK(knowledge_of(*here.take({3}), *own) == knowledge::all);
}

CAF_TEST(the version never goes back) {
  owner before{5};
  auto common = before.take({1});
  owner far{7, common};
  auto few = far.take({2});
  owner near{6, common};
  auto many = near.take({3, 4, 5, 6, 7, 8});
  CAF_REQUIRE(few->version() < many->version());
  // It takes the one whose owner came later.
  near.state.merge(few, 9);
  CAF_CHECK(near.state.render()->version() > many->version());
  auto last = near.state.render()->version();
  CAF_CHECK_EQUAL(near.take({9})->version(), last + 1);
}

CAF_TEST(where both had one epoch what is taken later is newer all the same) {
  owner before{5};
  auto common = before.take({1});
  owner far{7, common};
  auto many = far.take({2, 3, 4, 5, 6});
  owner near{6, common};
  near.take({9});
  near.state.merge(many, 7);
  CAF_CHECK(near.take({10})->state() > many->state());
}

CAF_TEST(a tick that is taken after that is newer than both) {
  owner before{5};
  auto common = before.take({1});
  owner far{7, common};
  auto few = far.take({2});
  owner near{6, common};
  auto many = near.take({3, 4, 5});
  near.state.merge(few, 9);
  auto next = near.take({6});
  CAF_CHECK(next->state() > few->state());
  CAF_CHECK(next->state() > many->state());
  CAF_CHECK(knowledge_of(*next, *few) == knowledge::all);
}

CAF_TEST(a row that nobody of ours has written changes nothing) {
  owner x{5};
  auto own = x.take({1});
  row_builder forged{name(), {.epoch = 9, .version = 9}, {}};
  forged.state({9, 9}, {});
  forged.set(cell::price, "1.2.3");
  auto became = x.state.merge(std::move(forged).finish(), 9);
  CAF_CHECK(!became.changed);
  CAF_CHECK(!became.dropped);
  CAF_CHECK(x.state.render() == own);
}

CAF_TEST(what an owner has counted goes on) {
  owner before{5};
  auto last = before.take({1, 2, 3});
  owner next{4};
  next.take({4});
  CAF_REQUIRE(next.state.merge(last, 7).changed);
  CAF_CHECK_EQUAL(next.state.ticks_applied(), 1u);
  next.take({5});
  CAF_CHECK_EQUAL(next.state.ticks_applied(), 2u);
}

} // namespace
