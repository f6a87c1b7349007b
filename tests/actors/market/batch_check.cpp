#define CAF_SUITE actors.market.batch_check

#include "livegrid/actors/market/batch_check.hpp"

#include <string>
#include <vector>

#include "market_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(batch_check_tests, market_fixture)

CAF_TEST(too many symbols refuse the batch as a whole) {
  open({"AAPL", "MSFT"}, 3);
  tell(watch_atom_v, fan);
  take_rows(*got);
  auto n = publish({trade("AAPL", 101), trade("ONE", 1), trade("ONE", 2),
                    trade("TWO", 1), trade("MSFT", 101)});
  CAF_REQUIRE(!n);
  auto why = to_refusal(n.error());
  CAF_CHECK(why.code == errc::invalid);
  CAF_CHECK_EQUAL(why.element, 3);
  CAF_CHECK_EQUAL(why.field, "symbol");
  CAF_CHECK_EQUAL(why.type, "too_many_symbols");
  CAF_CHECK_NOT_EQUAL(why.message.find("(3)"), std::string::npos);
  CAF_CHECK(got->batches.empty());
  CAF_CHECK_EQUAL(names(list()), (strings{"AAPL", "MSFT"}));
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::refused), 5u);
  CAF_CHECK_EQUAL(get(stats->symbols), 2u);
  // There is still room for one.
  CAF_CHECK(publish({trade("ONE", 1), trade("ONE", 2), trade("AAPL", 101)}));
  CAF_CHECK(!publish({trade("TWO", 1)}));
  CAF_CHECK(publish({trade("AAPL", 102), trade("ONE", 3)}));
  CAF_CHECK_EQUAL(price("ONE"), "3");
}

CAF_TEST(too many cells refuse the batch as a whole) {
  open({"AAPL"});
  auto refused = [&](std::vector<tick> ticks, std::int64_t element,
                     const std::string& cell) {
    auto n = publish(std::move(ticks));
    CAF_REQUIRE(!n);
    auto why = to_refusal(n.error());
    CAF_CHECK(why.code == errc::invalid);
    CAF_CHECK_EQUAL(why.element, element);
    CAF_CHECK_EQUAL(why.field, cell);
    CAF_CHECK_EQUAL(why.type, "too_many_cells");
  };
  // Within one tick, and within one batch.
  refused({trade("MSFT", 1), with_extras("AAPL", 65)}, 1, "x64");
  refused({with_extras("NEW", 40, "a"), with_extras("NEW", 25, "b")}, 1, "b24");
  CAF_CHECK_EQUAL(names(list()), strings{"AAPL"});
  CAF_CHECK_EQUAL(price("AAPL"), "100");
  // Over several batches.
  CAF_CHECK(publish({with_extras("AAPL", 40, "a")}));
  refused({trade("AAPL", 7), with_extras("AAPL", 25, "b")}, 1, "b24");
  CAF_CHECK_EQUAL(price("AAPL"), "1");
  // What was refused has used up nothing, known ones need no room, and other
  // symbols have cells of their own.
  CAF_CHECK(publish({with_extras("AAPL", 24, "c"), with_extras("AAPL", 40, "a"),
                     with_extras("MSFT", 64)}));
  refused({with_extras("AAPL", 1, "d")}, 0, "d0");
  CAF_CHECK(publish({with_extras("AAPL", 24, "c")}));
}

CAF_TEST(whoever wants that is told all ticks for which there is no room) {
  open({"AAPL"}, 3);
  auto batch =
    batch_of({trade("AAPL", 2), with_extras("ONE", 65), trade("TWO", 1),
              trade("THREE", 1), trade("FOUR", 1), trade("TWO", 2),
              trade("FOUR", 2), with_extras("AAPL", 65), trade("AAPL", 3)});
  batch.tells_all = true;
  auto n = ask<std::uint64_t>(mkt, publish_atom_v, batch);
  CAF_REQUIRE(!n);
  auto why = to_refusal(n.error());
  CAF_MESSAGE("what is refused uses up nothing: ONE has no place");
  CAF_CHECK_EQUAL(why.element, 1);
  CAF_CHECK_EQUAL(why.type, "too_many_cells");
  CAF_REQUIRE_EQUAL(why.others.size(), 3u);
  CAF_CHECK_EQUAL(why.others[0].element, 4u);
  CAF_CHECK_EQUAL(why.others[0].field, "symbol");
  CAF_CHECK_EQUAL(why.others[0].type, "too_many_symbols");
  CAF_CHECK_EQUAL(why.others[1].element, 6u);
  CAF_CHECK_EQUAL(why.others[2].element, 7u);
  CAF_CHECK_EQUAL(why.others[2].field, "x64");
  CAF_CHECK(why.more.empty());
  CAF_CHECK_EQUAL(price("AAPL"), "100");
  CAF_MESSAGE("these alone are counted, since the others come again");
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::refused), 4u);
  for (auto i : {7, 6, 4, 1})
    batch.ticks.erase(batch.ticks.begin() + i);
  n = ask<std::uint64_t>(mkt, publish_atom_v, batch);
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 5u);
  CAF_CHECK_EQUAL(names(list()), (strings{"AAPL", "TWO", "THREE"}));
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::refused), 4u);
}

CAF_TEST(of very many all are counted and the first ones told) {
  open({"S5"}, 999);
  std::vector<tick> ticks;
  for (int i = 0; i < 20'000; ++i)
    ticks.emplace_back(trade("N" + std::to_string(i), 1));
  ticks.emplace_back(trade("S5", 1));
  auto batch = batch_of(std::move(ticks));
  batch.tells_all = true;
  auto n = ask<std::uint64_t>(mkt, publish_atom_v, batch);
  CAF_REQUIRE(!n);
  auto why = to_refusal(n.error());
  CAF_CHECK_EQUAL(why.element, 998);
  CAF_CHECK_EQUAL(why.others.size(), refusal::max_others);
  CAF_CHECK_EQUAL(why.ticks(), 20'000u - 998u);
  CAF_CHECK_EQUAL(why.more.back(), 19'999u);
}

CAF_TEST(a cell that is taken back needs no room) {
  open({"AAPL"});
  auto clears = trade("AAPL", 1);
  clears.extras.push_back({"never", "null"});
  CAF_CHECK(publish({clears}));
  CAF_CHECK(publish({with_extras("AAPL", 64)}));
  CAF_CHECK(publish({clears}));
  clears.extras[0].json = "1";
  CAF_CHECK(!publish({clears}));
}

CAF_TEST(a refused batch claims nothing) {
  open({"AAPL"}, 1);
  CAF_CHECK(!publish({trade("AAPL", 2), trade("NEW", 1)}));
  auto n = publish({trade("AAPL", 3)}, source::simulator);
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 1u);
}

CAF_TEST(a quarter of the places is kept for those who have less than that) {
  open({"A", "B"}, 20);
  auto make = [this](const std::string& name, std::uint64_t by) {
    auto batch = batch_of({trade(name, 1)});
    batch.publisher = by;
    auto x = ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
    return x ? "" : to_refusal(x.error()).type;
  };
  for (int i = 0; i < 13; ++i)
    CAF_CHECK_EQUAL(make("X" + std::to_string(i), 1), "");
  CAF_CHECK_EQUAL(make("X13", 1), "too_many_symbols");
  CAF_CHECK_EQUAL(make("X12", 1), "");
  for (int i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(make("Y" + std::to_string(i), 2), "");
  // The node's own feeds have no share.
  CAF_CHECK_EQUAL(make("Z", 0), "");
  CAF_CHECK_EQUAL(make("Y4", 2), "too_many_symbols");
  // What moves to another node makes room.
  CAF_REQUIRE((ask<row_batch>(mkt, evict_atom_v, names_of({"Y0", "X0"}))));
  CAF_CHECK_EQUAL(make("X13", 1), "too_many_symbols");
  CAF_CHECK_EQUAL(make("Y4", 2), "");
}

CAF_TEST(a quarter of the cells is kept likewise) {
  open({"A"});
  auto add = [this](const std::string& prefix, std::size_t n,
                    std::uint64_t by) {
    auto batch = batch_of({with_extras("A", n, prefix)});
    batch.publisher = by;
    auto x = ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
    return x ? "" : to_refusal(x.error()).type;
  };
  CAF_CHECK_EQUAL(add("x", 49, 1), "too_many_cells");
  CAF_CHECK_EQUAL(add("x", 48, 1), "");
  CAF_CHECK_EQUAL(add("y", 1, 1), "too_many_cells");
  CAF_CHECK_EQUAL(add("x", 48, 1), "");
  CAF_CHECK_EQUAL(add("x", 48, 2), "");
  CAF_CHECK_EQUAL(add("z", 16, 2), "");
  CAF_CHECK_EQUAL(add("u", 1, 3), "too_many_cells");
}

CAF_TEST(cells from the start use up room as well) {
  mkt = own(sys.spawn(market, market_of({with_extras("AAPL", 64)}, 10)));
  CAF_CHECK(publish({with_extras("AAPL", 64)}));
  auto n = publish({with_extras("AAPL", 1, "more")});
  CAF_REQUIRE(!n);
  CAF_CHECK_EQUAL(to_refusal(n.error()).field, "more0");
}

CAF_TEST_FIXTURE_SCOPE_END()
