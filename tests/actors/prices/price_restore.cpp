#define CAF_SUITE actors.prices.price_restore

#include "livegrid/actors/prices/price_state.hpp"

#include <random>
#include <string>
#include <utility>

#include "one_stock.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using namespace std::chrono_literals;

tick_arrival now() {
  return {.received = timestamp{1'700'000'000s},
          .applied = timestamp{1'700'000'001s},
          .from = source::socket,
          .feed = 3};
}

bool same(const row& x, const row& y) {
  for (std::size_t i = 0; i < fixed_cells; ++i)
    if (x.text(static_cast<cell>(i)) != y.text(static_cast<cell>(i)))
      return false;
  if (x.num_extras() != y.num_extras())
    return false;
  for (std::size_t i = 0; i < x.num_extras(); ++i)
    if (x.extra_name(i) != y.extra_name(i)
        || x.extra_text(i) != y.extra_text(i))
      return false;
  return x.stamp() == y.stamp() && x.marks() == y.marks();
}

CAF_TEST(who goes on from a row is where the one before was) {
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> any{0.0001, 1e6};
  std::uniform_int_distribution<unsigned> given{0, (1u << num_fields) - 1};
  price_state before{name()};
  price_state after{name()};
  for (int i = 0; i < 2000; ++i) {
    tick x;
    x.symbol = name();
    auto bits = given(random);
    for (std::size_t f = 0; f < num_fields; ++f)
      if ((bits >> f) & 1u)
        x.set(static_cast<field>(f), any(random));
    if (i % 3 == 0)
      x.time = timestamp{std::chrono::milliseconds{1'699'999'900'000 + i * 7}};
    if (i % 2 == 0)
      x.seq = i;
    if (i % 5 == 0)
      x.extras = {{"note" + std::to_string(i % 4), std::to_string(i)}};
    // One goes on, the other is at a new node each time.
    auto moved = after.render();
    after = price_state{name()};
    after.set_epoch(9);
    CAF_REQUIRE(after.restore(moved));
    CAF_CHECK(before.apply(x, now()) == after.apply(x, now()));
    before.mark({7, static_cast<std::uint64_t>(i)}, 1);
    after.mark({7, static_cast<std::uint64_t>(i)}, 1);
    CAF_REQUIRE(same(*before.render(), *after.render()));
    CAF_CHECK_EQUAL(after.render()->order().epoch, 9u);
    CAF_CHECK(after.render()->version() > moved->version());
  }
}

CAF_TEST(a state without ticks can go on as well) {
  price_state before{name()};
  before.load(trade(5, 10));
  price_state after{name()};
  CAF_REQUIRE(after.restore(before.render()));
  CAF_CHECK(after.alive());
  CAF_CHECK(!after.last_received());
  CAF_CHECK_EQUAL(after.render()->text(cell::freshness), "\"never\"");
  price_state vacant{name()};
  CAF_REQUIRE(vacant.restore(row::vacant(name())));
  CAF_CHECK(!vacant.alive());
  CAF_CHECK(vacant.render()->is_vacant());
}

CAF_TEST(a row that nobody of ours has written is refused) {
  struct {
    cell which;
    const char* text;
  } cases[] = {
    {cell::symbol, "\"MSFT\""},
    {cell::symbol, "1"},
    {cell::price, "\"1\""},
    {cell::price, "1.2.3"},
    {cell::seq, "1.5"},
    {cell::date, "\"2023-02-30\""},
    {cell::date, "\"2023-02-0\""},
    {cell::date, "20230201"},
    {cell::time, "\"2023-02-01T25:00:00.000Z\""},
    {cell::time, "\"2023-02-01T05:00:00.000\""},
    {cell::time, "\"2023-02-01T05:00:00.000Z \""},
    {cell::freshness, "\"fresh\""},
    {cell::source, "\"Post\""},
    {cell::source, "post"},
    {cell::source, "\"post\""}, // the stamp says another one
  };
  for (const auto& x : cases) {
    row_builder forged{name(), {.version = 1}, {}};
    forged.set(x.which, x.text);
    price_state state{name()};
    CAF_MESSAGE(x.text);
    CAF_CHECK(!state.restore(std::move(forged).finish()));
    CAF_CHECK(!state.alive());
    CAF_CHECK_EQUAL(state.render()->text(cell::price), "null");
  }
}

CAF_TEST(marks say what of a batch was applied) {
  price_state x{name()};
  CAF_CHECK_EQUAL(x.applied_of({1, 5}), 0u);
  x.mark({1, 5}, 2);
  CAF_CHECK_EQUAL(x.applied_of({1, 5}), 2u);
  CAF_CHECK_EQUAL(x.applied_of({1, 6}), 0u);
  CAF_CHECK_EQUAL(x.applied_of({1, 4}), UINT32_MAX);
  CAF_CHECK_EQUAL(x.applied_of({2, 5}), 0u);
  // The one that was silent longest makes room.
  for (std::uint64_t node = 2; node <= max_batch_marks; ++node)
    x.mark({node, 1}, 1);
  x.mark({1, 7}, 1);
  x.mark({99, 1}, 1);
  CAF_CHECK_EQUAL(x.applied_of({1, 7}), 1u);
  CAF_CHECK_EQUAL(x.applied_of({99, 1}), 1u);
  CAF_CHECK_EQUAL(x.applied_of({2, 1}), 0u);
}

} // namespace
