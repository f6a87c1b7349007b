#define CAF_SUITE actors.operator.console_status

#include "livegrid/actors/operator/console_status.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "livegrid/actors/operator/monitor.hpp"

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_status_tests, console_fixture)

CAF_TEST(all answer in order) {
  open();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)), all_well);
}

CAF_TEST(a node of few parts answers too) {
  parts.market = make_market(market_does);
  start();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)),
                  (strings{"node", "market"}));
}

CAF_TEST(the monitor answers with the others) {
  parts.market = make_market(market_does);
  parts.monitor = own(
    sys.spawn(monitor, monitor_config{.market = parts.market, .stats = stats}));
  start();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)),
                  (strings{"node", "market", "monitor"}));
}

CAF_TEST(a verdict comes first) {
  open();
  set(stats->symbols, 5);
  set(stats->subscribers_opened, 3);
  set(stats->subscribers_closed, 2);
  auto verdict = [&] { return answer_to("status").parts.at(0).name; };
  CAF_CHECK_EQUAL(verdict(), "all is well: 5 symbols, 1 viewer, 0 ticks/s");
  set(stats->fresh[static_cast<std::size_t>(freshness::down)], 1);
  set(stats->clustered, 1);
  set(stats->loop_lag, 250'000'000);
  CAF_CHECK_EQUAL(verdict(),
                  "look at this: no member of its cluster, 1 symbol without a "
                  "feed, messages are 250 ms late");
  set(stats->is_member, 1);
  set(stats->owners_disagree, 2);
  set(stats->viewers_behind, 7);
  CAF_CHECK_EQUAL(verdict(),
                  "look at this: 2 peers with another view of the members, 7 "
                  "symbols whose rows do not come to viewers, 1 symbol without "
                  "a feed, messages are 250 ms late");
  end(parts.ingresses[0]);
  CAF_CHECK(verdict().ends_with("the ingress does not answer"));
}

CAF_TEST_FIXTURE_SCOPE_END()
