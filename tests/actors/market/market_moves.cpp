#define CAF_SUITE actors.market.market_moves

#include "livegrid/actors/market/market_moves.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/prices/price_state.hpp"

#include "market_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(market_moves_tests, market_fixture)

CAF_TEST(who waits for a symbol that goes need not ask again when it comes) {
  open({"AAPL", "MSFT"});
  tell(watch_atom_v, names_of({"AAPL"}), fan);
  tell(watch_atom_v, other);
  auto last = ask<row_batch>(mkt, evict_atom_v, names_of({"AAPL", "MSFT"}));
  CAF_REQUIRE(last);
  CAF_CHECK_EQUAL(last->rows.size(), 2u);
  CAF_CHECK_EQUAL(get(stats->symbols), 0u);
  take_rows(*got);
  take_rows(*got_too);
  tell(adopt_atom_v, *last, std::uint64_t{7});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 100"});
  publish({trade("AAPL", 101), trade("MSFT", 102)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 101"});
  CAF_CHECK_EQUAL(owner_says("AAPL", "followers"), "2");
  CAF_CHECK_EQUAL(owner_says("MSFT", "followers"), "1");
  CAF_MESSAGE("unless he has said that he does not");
  CAF_REQUIRE(ask<row_batch>(mkt, evict_atom_v, names_of({"AAPL"})));
  tell(unwatch_atom_v, names_of({"AAPL"}), fan);
  take_rows(*got);
  publish({trade("AAPL", 103)});
  CAF_CHECK(got->batches.empty());
}

CAF_TEST(what another owner knew goes to the symbols that are here) {
  open({"AAPL", "MSFT"});
  tell(watch_atom_v, names_of({"AAPL", "NEW"}), fan);
  take_rows(*got);
  auto there = [](std::string_view symbol, double price) {
    price_state x{name_of(symbol)};
    x.set_epoch(5);
    x.load(trade(symbol, price));
    return x.render();
  };
  row_batch had{{there("AAPL", 200), there("NEW", 300), there("MSFT", 400)}};
  auto dropped = ask<row_batch>(mkt, merge_atom_v, had, std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_CHECK_EQUAL(dropped->rows.size(), 2u);
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 200"});
  CAF_CHECK_EQUAL(price("MSFT"), "400");
  CAF_CHECK(!resolve({"NEW"})[0].owner);
  dropped = ask<row_batch>(mkt, merge_atom_v, row_batch{{there("NEW", 300)}},
                           std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_CHECK(dropped->rows.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
