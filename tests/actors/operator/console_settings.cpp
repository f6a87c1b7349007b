#define CAF_SUITE actors.operator.console_settings

#include "livegrid/actors/operator/console_settings.hpp"

#include <string>
#include <vector>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_settings_tests, console_fixture)

CAF_TEST(only settings that differ from their defaults come with the status) {
  open();
  auto x = answer_to("status");
  CAF_REQUIRE_EQUAL(x.lists.size(), 1u);
  CAF_CHECK_EQUAL(x.lists[0].title, "settings that differ from their defaults");
  CAF_CHECK_EQUAL(x.lists[0].rows, (std::vector<strings>{{"a.b", "2", "1"}}));
  CAF_CHECK_EQUAL(x.lists[0].total, 1u);
  CAF_CHECK_EQUAL(x.note, "");
  CAF_CHECK_EQUAL(lines_of("settings").size(), 2u);
}

CAF_TEST(settings that all have their defaults are said to) {
  parts.market = make_market(market_does);
  parts.settings = {{"a.c", "x", "x"}};
  start();
  auto x = answer_to("status");
  CAF_CHECK(x.lists.empty());
  CAF_CHECK_EQUAL(x.note, "all settings are at their defaults");
}

CAF_TEST_FIXTURE_SCOPE_END()
