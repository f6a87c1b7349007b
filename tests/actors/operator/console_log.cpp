#define CAF_SUITE actors.operator.console_log

#include "livegrid/actors/operator/console_log.hpp"

#include <string>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_log_tests, console_fixture)

CAF_TEST(the level of the log can be changed) {
  open();
  CAF_CHECK(!quiet->enabled(log_level::info));
  answer_to("log info");
  CAF_CHECK(quiet->enabled(log_level::info));
  CAF_CHECK(!quiet->enabled(log_level::debug));
  CAF_CHECK_EQUAL(refusal_of("log loud"),
                  "'loud' is none of error, warning, info, debug");
}

CAF_TEST(events are what the log has said and the newest comes first) {
  open();
  quiet->error("disk_full", {{"path", "/a"}});
  quiet->info("not_said", {});
  quiet->error("peer_lost", {{"peer", "b"}, {"times", 2}});
  auto x = answer_to("events").lists.at(0);
  CAF_CHECK_EQUAL(x.columns, (strings{"time", "level", "event", "what"}));
  CAF_REQUIRE_EQUAL(x.rows.size(), 2u);
  CAF_CHECK_EQUAL(x.rows[0].at(1), "error");
  CAF_CHECK_EQUAL(x.rows[0].at(2), "peer_lost");
  CAF_CHECK_EQUAL(x.rows[0].at(3), "peer=\"b\" times=2");
  CAF_CHECK_EQUAL(x.rows[1].at(2), "disk_full");
  CAF_CHECK_EQUAL(x.total, 2u);
  CAF_REQUIRE_EQUAL(lines_of("events peer_*").size(), 1u);
  CAF_CHECK_EQUAL(lines_of("events peer_*").at(0).at(2), "peer_lost");
}

CAF_TEST_FIXTURE_SCOPE_END()
