#define CAF_SUITE actors.log

#include "livegrid/log.hpp"

#include <memory>
#include <string>
#include <vector>

#include "captured_stderr.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

logger::clock::time_point now{};

logger::clock::time_point test_clock() {
  return now;
}

struct fixture {
  captured_stderr err;

  fixture() {
    // 2023-11-14 22:13:20.125 UTC
    now = logger::clock::time_point{1'700'000'000'125ms};
  }

  std::unique_ptr<logger> open(log_format format,
                               log_level threshold = log_level::info) {
    return std::make_unique<logger>(threshold, format, test_clock);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(log_tests, fixture)

CAF_TEST(a line for people) {
  open(log_format::text)
    ->info("subscriber_closed", {{"subscriber", 12u},
                                 {"code", std::uint16_t{1001}},
                                 {"delta", -3},
                                 {"ok", true},
                                 {"reason", "the node is going down"}});
  CAF_CHECK_EQUAL(err.text(), "2023-11-14T22:13:20.125Z info subscriber_closed "
                              "subscriber=12 code=1001 delta=-3 ok=true "
                              "reason=\"the node is going down\"\n");
}

CAF_TEST(a line for machines) {
  open(log_format::json)
    ->warning("slow_start", {{"n", 12u}, {"ok", false}, {"why", "a \"b\""}});
  CAF_CHECK_EQUAL(err.text(),
                  "{\"time\":\"2023-11-14T22:13:20.125Z\","
                  "\"level\":\"warning\",\"event\":\"slow_start\","
                  "\"n\":12,\"ok\":false,\"why\":\"a \\\"b\\\"\"}\n");
}

CAF_TEST(what is from outside forges nothing) {
  std::string evil = "x\" level=error\n2023 info \\ \x1b[31m\x7f %v {} ";
  evil += '\0';
  evil += "\xff\xc3";
  open(log_format::text)->info("e", {{"why", evil}});
  CAF_CHECK_EQUAL(err.text(),
                  "2023-11-14T22:13:20.125Z info e why=\"x\\\" level=error"
                  "\\x0a2023 info \\\\ \\x1b[31m\\x7f %v {} \\x00\xff\xc3\"\n");
}

CAF_TEST(what is from outside leaves JSON valid) {
  std::string evil = "x\",\"level\":\"error\"}\n\x01 %v {} ";
  evil += "\xff\xc3";
  open(log_format::json)->info("e", {{"why", evil}});
  CAF_CHECK_EQUAL(err.text(),
                  "{\"time\":\"2023-11-14T22:13:20.125Z\",\"level\":\"info\","
                  "\"event\":\"e\",\"why\":\"x\\\",\\\"level\\\":\\\"error\\\"}"
                  "\\n\\u0001 %v {} \xEF\xBF\xBD\xEF\xBF\xBD\"}\n");
}

CAF_TEST(what is less grave than the threshold is left out) {
  auto log = open(log_format::text, log_level::warning);
  log->info("a", {});
  log->debug("b", {});
  CAF_CHECK_EQUAL(err.text(), "");
  log->warning("c", {});
  log->error("d", {});
  CAF_CHECK_EQUAL(err.count("\n"), 2u);
  log->threshold(log_level::debug);
  CAF_CHECK(log->enabled(log_level::debug));
  log->debug("b", {});
  CAF_CHECK_EQUAL(err.count(" debug b\n"), 1u);
  log->threshold(log_level::error);
  log->warning("c", {});
  CAF_CHECK_EQUAL(err.count(" c\n"), 1u);
}

CAF_TEST(of one event ten lines a second come out) {
  auto log = open(log_format::text);
  for (int i = 0; i < 25; ++i)
    log->info("many", {{"i", i}});
  log->info("few", {});
  CAF_CHECK_EQUAL(err.count(" many "), 10u);
  CAF_CHECK_EQUAL(err.count(" few\n"), 1u);
  now += 1s;
  log->info("many", {{"i", 25}});
  CAF_CHECK_EQUAL(err.count(" many i=25 left_out=15\n"), 1u);
  log->info("many", {{"i", 26}});
  CAF_CHECK_EQUAL(err.count(" many i=26\n"), 1u);
}

CAF_TEST(what was left out is told even if nothing follows) {
  auto log = open(log_format::text);
  for (int i = 0; i < 12; ++i)
    log->warning("many", {});
  log->report_left_out();
  // More may come in this second.
  CAF_CHECK_EQUAL(err.count("left_out"), 0u);
  now += 1s;
  log->report_left_out();
  log->report_left_out();
  CAF_CHECK_EQUAL(err.count(" warning many left_out=2\n"), 1u);
  CAF_CHECK_EQUAL(err.count("left_out"), 1u);
  for (int i = 0; i < 11; ++i)
    log->warning("many", {});
  log.reset();
  CAF_CHECK_EQUAL(err.count(" warning many left_out=1\n"), 1u);
}

CAF_TEST(levels are known by their names) {
  CAF_CHECK(parse_log_level("error") == log_level::error);
  CAF_CHECK(parse_log_level("debug") == log_level::debug);
  CAF_CHECK(!parse_log_level("trace"));
  CAF_CHECK(!parse_log_level(""));
}

CAF_TEST_FIXTURE_SCOPE_END()
