#define CAF_SUITE actors.operator.node_parts

#include "livegrid/actors/operator/node_parts.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(node_parts_tests, console_fixture)

CAF_TEST(the node adds up what was counted) {
  open();
  struct {
    const char* name;
    counters::value& count;
  } cases[] = {
    {"symbols", stats->symbols},
    {"symbols_live", stats->fresh[0]},
    {"symbols_quiet", stats->fresh[1]},
    {"symbols_down", stats->fresh[2]},
    {"symbols_never", stats->fresh[3]},
    {"ticks_applied", stats->of(source::post).applied},
    {"ticks_repeated", stats->of(source::socket).repeated},
    {"ticks_refused", stats->of(source::post).refused},
    {"subscribers_opened", stats->subscribers_opened},
    {"subscribers_closed", stats->subscribers_closed},
    {"rows_published", stats->rows_published},
    {"rows_delivered", stats->rows_delivered},
    {"rows_merged", stats->rows_merged},
    {"rows_discarded", stats->rows_discarded},
    {"bad_messages", stats->bad_messages},
  };
  std::uint64_t n = 100;
  for (const auto& c : cases)
    add(c.count, ++n);
  set(stats->subscribers_opened, 130);
  set(stats->subscribers_closed, 127);
  set(stats->loop_lag, 5'999);
  set(stats->scheduler_lag, 7'000'000);
  auto node = answer_to("status").parts.at(1);
  CAF_CHECK_EQUAL(node.name, LIVEGRID_VERSION);
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(fact(node, c.name), std::to_string(get(c.count)));
  }
  CAF_CHECK_EQUAL(fact(node, "subscribers"), "3");
  CAF_CHECK_EQUAL(fact(node, "loop_lag_us"), "5");
  CAF_CHECK_EQUAL(fact(node, "scheduler_lag_us"), "7000");
}

CAF_TEST(what the operating system says comes with the node) {
  parts.process = [] {
    return std::vector<actor_status::fact>{{"memory_kib", "7"}};
  };
  open();
  CAF_CHECK_EQUAL(fact(answer_to("status").parts.at(1), "memory_kib"), "7");
}

CAF_TEST(rates are those that the monitor found) {
  open();
  set(stats->ticks_per_s, 10);
  set(stats->rows_per_s, 100);
  set(stats->merged_per_s, 1);
  set(stats->cpu_permille, 1203);
  pass(10s);
  for (int i = 0; i < 2; ++i) {
    auto node = answer_to("status").parts.at(1);
    CAF_CHECK_EQUAL(fact(node, "uptime_s"), "10");
    CAF_CHECK_EQUAL(fact(node, "ticks_per_s"), "10");
    CAF_CHECK_EQUAL(fact(node, "rows_per_s"), "100");
    CAF_CHECK_EQUAL(fact(node, "merged_per_s"), "1");
    CAF_CHECK_EQUAL(fact(node, "cpu_percent"), "120.3");
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
