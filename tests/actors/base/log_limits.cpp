#define CAF_SUITE actors.base.log_limits

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>

#include "log_fixture.hpp"
#include "piped_stderr.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(log_limits_tests, log_fixture)

CAF_TEST(an event has ten lines a second and the next says what is missing) {
  repeat(15);
  auto all = lines();
  CAF_REQUIRE_EQUAL(all.size(), 10u);
  CAF_CHECK(all[9].ends_with("again i=9"));
  // Another event is not held up.
  log->info("other", {});
  CAF_CHECK(line().ends_with("other"));
  now += 1s;
  repeat(12);
  all = lines();
  CAF_REQUIRE_EQUAL(all.size(), 10u);
  CAF_CHECK(all[0].ends_with("again i=0 left_out=5"));
  CAF_CHECK(all[1].ends_with("again i=1"));
  now += 1s;
  repeat(1);
  CAF_CHECK(line().ends_with("again i=0 left_out=2"));
}

CAF_TEST(what was left out before a silence is reported once) {
  open(log_format::json);
  for (int i = 0; i < 13; ++i)
    log->warning("again", {});
  log->info("other", {});
  CAF_CHECK_EQUAL(lines().size(), 11u);
  // There may be more to come.
  log->report_left_out();
  CAF_CHECK_EQUAL(lines().size(), 0u);
  now += 1s;
  log->report_left_out();
  CAF_CHECK_EQUAL(line(), R"({"time":"2026-11-25T06:44:33.123Z",)"
                          R"("level":"warning","event":"again",)"
                          R"("left_out":3})");
  now += 1s;
  log->report_left_out();
  log.reset();
  CAF_CHECK_EQUAL(lines().size(), 0u);
}

CAF_TEST(nobody is told of what nobody wants to know) {
  repeat(11);
  lines();
  now += 1s;
  log->threshold(log_level::warning);
  log->report_left_out();
  CAF_CHECK_EQUAL(lines().size(), 0u);
}

CAF_TEST(the end tells what was left out) {
  repeat(14);
  CAF_CHECK_EQUAL(lines().size(), 10u);
  log.reset();
  CAF_CHECK(line().ends_with("Z info again left_out=4"));
}

CAF_TEST(an address cannot hide another behind its lines) {
  auto refuse = [&](const std::string& peer) {
    log->info("refused", {{"peer", peer}, {"why", "x"}});
  };
  for (int i = 0; i < 300; ++i)
    refuse("10.0.0.1:" + std::to_string(1000 + i));
  refuse("10.0.0.2:1");
  for (int i = 0; i < 300; ++i)
    refuse("[2001:db8::" + std::to_string(i) + "]:1");
  refuse("2001:db8:0:1::1");
  auto all = lines();
  CAF_REQUIRE_EQUAL(all.size(), 22u);
  CAF_CHECK(all[9].ends_with("refused peer=\"10.0.0.1:1009\" why=\"x\""));
  CAF_CHECK(all[10].ends_with("refused peer=\"10.0.0.2:1\" why=\"x\""));
  CAF_CHECK(all[21].ends_with("refused peer=\"2001:db8:0:1::1\" why=\"x\""));
  now += 1s;
  refuse("10.0.0.1:5");
  CAF_CHECK(line().ends_with("peer=\"10.0.0.1:5\" why=\"x\" left_out=290"));
  now += 1s;
  log->report_left_out();
  CAF_CHECK(line().ends_with("refused peer=\"2001:db8::\" left_out=290"));
}

CAF_TEST(many addresses cannot fill the log) {
  auto from = [&](int address) {
    log->info("refused", {{"peer", "10.0." + std::to_string(address / 256) + '.'
                                     + std::to_string(address % 256)}});
  };
  for (int i = 0; i < 1000; ++i)
    from(i % 6);
  CAF_CHECK_EQUAL(lines().size(), 50u);
  // A new one has a line all the same, up to a number.
  for (int i = 0; i < 1000; ++i)
    from(6 + i);
  CAF_CHECK_EQUAL(lines().size(), 50u);
  now += 1s;
  log->report_left_out();
  std::uint64_t left_out = 0;
  for (const auto& x : lines())
    left_out += std::stoull(x.substr(x.find("left_out=") + 9));
  CAF_CHECK_EQUAL(left_out, 1900u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a reader that has stopped holds nobody up and hears what it missed) {
  piped_stderr err;
  std::chrono::system_clock::time_point now;
  logger log{log_level::info, log_format::text, [&] { return now; }};
  constexpr int said = 1000;
  const std::string text(500, 'x');
  for (int i = 0; i < said; ++i) {
    now += 1s;
    log.info("said", {{"what", text}});
  }
  auto before = err.take();
  now += 1s;
  log.report_left_out();
  auto after = err.take();
  err.restore();
  CAF_CHECK(before.ends_with("x\"\n"));
  auto missed = said - std::count(before.begin(), before.end(), '\n');
  CAF_CHECK_GREATER(missed, 0);
  CAF_CHECK(
    after.ends_with("info said left_out=" + std::to_string(missed) + '\n'));
}

CAF_TEST(a stderr that is gone is no fault) {
  auto before = std::signal(SIGPIPE, SIG_IGN);
  {
    piped_stderr err;
    err.hang_up();
    logger log;
    log.error("said", {{"what", "x"}});
    close(STDERR_FILENO);
    log.error("said", {{"what", "x"}});
  }
  std::signal(SIGPIPE, before);
}
