#define CAF_SUITE actors.operator.console

#include "livegrid/actors/operator/console.hpp"

#include <string>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_tests, console_fixture)

CAF_TEST(a feed that comes later is asked too) {
  parts.market = make_market(market_does);
  start();
  auto late = own(sys.spawn(simulator, parts.market, std::vector<tick>{},
                            std::uint64_t{1}, test_clock));
  caf::anon_send(con, join_atom_v, late);
  CAF_CHECK_EQUAL(answer_to("feeds").parts.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
