#define CAF_SUITE actors.market.market_report

#include "livegrid/actors/market/market_report.hpp"

#include <string>
#include <vector>

#include "feeds_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(market_report_tests, feeds_fixture)

CAF_TEST(a feed says how much it brings) {
  open({});
  CAF_CHECK(feeds().empty());
  for (int i = 0; i < 60; ++i) {
    publish({trade("A", 1, 7), trade("B", 1), trade("A", 2)});
    pass_seconds(1);
  }
  auto x = feeds().at(0);
  CAF_CHECK(x.id == post);
  CAF_CHECK_EQUAL(x.symbols, 2u);
  CAF_CHECK_EQUAL(x.ticks, 180u);
  CAF_CHECK_EQUAL(x.age_ms, 1000u);
  CAF_CHECK(x.milli_rate > 2500 && x.milli_rate < 3000);
  CAF_CHECK_EQUAL(x.refused, 0u);
  set_up(first, true);
  CAF_CHECK_EQUAL(std::uint64_t{feeds().at(1).age_ms}, UINT64_MAX);
  CAF_CHECK_EQUAL(std::uint64_t{feeds().at(1).milli_rate}, 0u);
}

CAF_TEST(a symbol says what is known of its ticks) {
  open({"A"});
  CAF_CHECK_EQUAL(says("A", "feed"), "none");
  CAF_CHECK_EQUAL(says("A", "age_ms"), "no such fact");
  CAF_CHECK_EQUAL(says("NEW", "feed"), "no such fact");
  publish({trade("A", 1)}, second);
  pass(1500ms);
  CAF_CHECK_EQUAL(says("A", "feed"), "socket-2");
  CAF_CHECK_EQUAL(says("A", "age_ms"), "1500");
  CAF_CHECK_EQUAL(says("A", "usual_gap_s"), "no such fact");
  CAF_CHECK_EQUAL(says("A", "quiet_after_s"), "60");
  for (int i = 0; i < 100; ++i) {
    publish({trade("A", 1), trade("A", 2)}, second);
    pass_seconds(2);
  }
  CAF_CHECK_EQUAL(says("A", "age_ms"), "2000");
  CAF_CHECK_EQUAL(says("A", "usual_gap_s"), "2.0");
  CAF_CHECK_EQUAL(says("A", "quiet_after_s"), "8");
  CAF_CHECK_EQUAL(says("A", "ticks_per_s"), "1.0");
  auto ref = unbox(ask<std::vector<symbol_ref>>(
                     mkt, list_atom_v, std::uint64_t{0}, std::uint64_t{9}))
               .at(0);
  CAF_CHECK_EQUAL(ref.age_ms, 2000u);
  CAF_CHECK(ref.milli_rate > 950 && ref.milli_rate < 1050);
  CAF_CHECK(static_cast<freshness>(ref.fresh) == freshness::live);
}

CAF_TEST_FIXTURE_SCOPE_END()
