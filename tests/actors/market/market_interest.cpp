#define CAF_SUITE actors.market.market_interest

#include "livegrid/actors/market/market_interest.hpp"

#include "market_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(market_interest_tests, market_fixture)

CAF_TEST(who has asked by name keeps what no longer goes to all) {
  open({"A", "B"});
  tell(watch_atom_v, names_of({"A"}), fan);
  tell(watch_atom_v, fan);
  take_rows(*got);
  tell(unwatch_atom_v, fan);
  publish({trade("A", 1), trade("B", 2)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"A 1"});
  tell(unwatch_atom_v, names_of({"A"}), fan);
  publish({trade("A", 3)});
  CAF_CHECK(take_rows(*got).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
