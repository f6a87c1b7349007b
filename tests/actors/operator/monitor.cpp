#define CAF_SUITE actors.operator.monitor

#include "livegrid/actors/operator/monitor.hpp"

#include <chrono>
#include <memory>
#include <string>

#include "captured_stderr.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// An ingress that does nothing but say how much waits for it.
ingress_actor::behavior_type idle_ingress(ingress_actor::pointer) {
  return {
    [](publish_atom, const tick_batch&, const replier_ptr&) {},
    [](feed_atom, const feed_id&, bool, const std::string&) {},
    [](gone_atom, const feed_id&) {},
    [](refuse_atom, const feed_id&, const std::string&, const std::string&,
       std::uint64_t) {},
    [](check_atom) {},
    [](load_atom) { return actor_load{.mailbox = 7}; },
    [](status_atom) { return actor_status{}; },
  };
}

struct fixture : actor_fixture {
  std::shared_ptr<market_script> market_does =
    std::make_shared<market_script>();
  std::shared_ptr<fanout_script> fan_does = std::make_shared<fanout_script>();
  std::shared_ptr<fanout_script> other_does = std::make_shared<fanout_script>();
  monitor_config parts;
  monitor_actor mon;

  ~fixture() override {
    market_does->open.clear();
    fan_does->open.clear();
    other_does->open.clear();
  }

  fixture() {
    market_does->load.mailbox = 3;
    fan_does->load.mailbox = 5;
    parts.market = make_market(market_does);
    parts.fanouts = {make_fanout(fan_does)};
    parts.ingresses = {own(sys.spawn(idle_ingress))};
    parts.stats = stats;
    parts.log = quiet;
  }

  void start() {
    mon = own(sys.spawn(monitor, parts));
    consume_messages();
  }

  std::uint64_t mailbox(counters::part which) {
    return get(stats->mailbox[static_cast<std::size_t>(which)]);
  }

  /// A gauge in nanoseconds.
  static std::chrono::nanoseconds lag(const counters::value& x) {
    return std::chrono::nanoseconds{get(x)};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(monitor_tests, fixture)

CAF_TEST(rates are those of the last second) {
  start();
  add(stats->of(source::post).applied, 100);
  add(stats->of(source::socket).applied, 11);
  add(stats->rows_delivered, 1000);
  add(stats->rows_merged, 7);
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->ticks_per_s), 111u);
  CAF_CHECK_EQUAL(get(stats->rows_per_s), 1000u);
  CAF_CHECK_EQUAL(get(stats->merged_per_s), 7u);
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->ticks_per_s), 0u);
  CAF_CHECK_EQUAL(get(stats->rows_per_s), 0u);
  CAF_CHECK_EQUAL(get(stats->merged_per_s), 0u);
}

CAF_TEST(CPU time is that of the last second) {
  static double used = 0;
  used = 100;
  parts.cpu_seconds = [] { return used; };
  start();
  used += 0.0314;
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->cpu_permille), 31u);
  used += 3;
  pass(2s);
  CAF_CHECK_EQUAL(get(stats->cpu_permille), 1500u);
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->cpu_permille), 0u);
}

CAF_TEST(a part that dies takes the node with it) {
  static auto failed = 0;
  failed = 0;
  parts.fail = [] { ++failed; };
  start();
  caf::anon_send_exit(parts.ingresses[0], caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK_EQUAL(failed, 0);
  caf::anon_send_exit(parts.market, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(failed, 1);
}

CAF_TEST(once a second it looks at what waits for each part) {
  start();
  pass(999ms);
  CAF_CHECK_EQUAL(mailbox(counters::part::market), 0u);
  pass(1ms);
  CAF_CHECK_EQUAL(mailbox(counters::part::market), 3u);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 5u);
  CAF_CHECK_EQUAL(mailbox(counters::part::ingress), 7u);
  fan_does->load.mailbox = 0;
  market_does->load.mailbox = 1'000'000;
  pass(999ms);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 5u);
  pass(1ms);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 0u);
  CAF_CHECK_EQUAL(mailbox(counters::part::market), 1'000'000u);
}

CAF_TEST(a node at rest has no lag) {
  set(stats->loop_lag, 1);
  set(stats->scheduler_lag, 1);
  start();
  pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
  CAF_CHECK(lag(stats->scheduler_lag) == 0s);
}

CAF_TEST(a second that comes late is the lag of the scheduler) {
  start();
  pass(1250ms);
  CAF_CHECK(lag(stats->scheduler_lag) == 250ms);
  // The next one is due a second after this one came.
  pass(999ms);
  CAF_CHECK(lag(stats->scheduler_lag) == 250ms);
  pass(1ms);
  CAF_CHECK(lag(stats->scheduler_lag) == 0s);
}

CAF_TEST(a loop that does not answer lags more and more) {
  start();
  pass(1s);
  auto audits = fan_does->audits;
  fan_does->mute = true;
  pass(1s);
  CAF_REQUIRE_EQUAL(fan_does->open.size(), 1u);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
  pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 1s);
  pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 2s);
  // It is not asked again before it has answered.
  CAF_CHECK_EQUAL(fan_does->open.size(), 1u);
  pass(500ms);
  fan_does->mute = false;
  answer_late(parts.fanouts[0], fan_does->open[0], actor_load{.mailbox = 9});
  CAF_CHECK(lag(stats->loop_lag) == 2500ms);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 9u);
  pass(500ms);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 5u);
  CAF_CHECK_EQUAL(fan_does->audits, audits);
}

CAF_TEST(an answer that takes its time is the lag of the loop) {
  start();
  fan_does->mute = true;
  pass(1s);
  pass(30ms);
  fan_does->mute = false;
  answer_late(parts.fanouts[0], fan_does->open.at(0), actor_load{});
  CAF_CHECK(lag(stats->loop_lag) == 30ms);
}

CAF_TEST(a market that does not answer keeps its last figure) {
  start();
  pass(1s);
  market_does->mute = true;
  market_does->load.mailbox = 99;
  fan_does->load.mailbox = 6;
  pass(1s);
  CAF_CHECK_EQUAL(mailbox(counters::part::market), 3u);
  // The others are looked at all the same, and the loop is not to blame.
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 6u);
  pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
}

CAF_TEST(a loop that is gone lags no more) {
  start();
  end(parts.fanouts[0]);
  for (int i = 0; i < 3; ++i)
    pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
}

CAF_TEST(without a loop there is no lag) {
  parts.fanouts.clear();
  start();
  for (int i = 0; i < 3; ++i)
    pass(1s);
  CAF_CHECK(lag(stats->loop_lag) == 0s);
  CAF_CHECK_EQUAL(mailbox(counters::part::market), 3u);
}

CAF_TEST(ledgers are looked at in each tenth second) {
  start();
  pass(1s);
  CAF_CHECK_EQUAL(fan_does->audits, 1u);
  for (int i = 0; i < 9; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(fan_does->audits, 1u);
  pass(1s);
  CAF_CHECK_EQUAL(fan_does->audits, 2u);
}

CAF_TEST(ledgers that do not add up are counted and logged) {
  fan_does->audit.off = 2;
  captured_stderr captured;
  start();
  pass(1s);
  auto logged = captured.text();
  CAF_CHECK_EQUAL(get(stats->ledger_off), 2u);
  CAF_CHECK_NOT_EQUAL(logged.find("ledger_off"), std::string::npos);
  CAF_CHECK_NOT_EQUAL(logged.find("subscribers=2"), std::string::npos);
  fan_does->audit.off = 0;
  for (int i = 0; i < 10; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(get(stats->ledger_off), 0u);
}

CAF_TEST(of several of a kind the sum counts and the latest loop) {
  parts.fanouts.push_back(make_fanout(other_does));
  parts.ingresses.push_back(own(sys.spawn(idle_ingress)));
  fan_does->audit.off = 2;
  other_does->audit.off = 1;
  other_does->load.mailbox = 20;
  captured_stderr captured;
  start();
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->ledger_off), 3u);
  CAF_CHECK_NOT_EQUAL(captured.text().find("subscribers=3"), std::string::npos);
  CAF_CHECK_EQUAL(mailbox(counters::part::fanout), 25u);
  CAF_CHECK_EQUAL(mailbox(counters::part::ingress), 14u);
  // One of them, whichever it is, is late for all of its viewers.
  for (auto& late : {fan_does, other_does}) {
    late->open.clear();
    late->mute = true;
    pass(1s);
    pass(1s);
    CAF_CHECK(lag(stats->loop_lag) == 1s);
    late->mute = false;
    answer_late(parts.fanouts[late == fan_does ? 0 : 1], late->open.at(0),
                actor_load{.mailbox = 1});
    CAF_CHECK(lag(stats->loop_lag) == 1s);
    pass(1s);
    CAF_CHECK(lag(stats->loop_lag) == 0s);
  }
}

CAF_TEST(ledgers that add up are no news) {
  captured_stderr captured;
  start();
  pass(1s);
  CAF_CHECK_EQUAL(captured.text(), "");
}

CAF_TEST(descriptors that are no connections are counted each fifth second) {
  static std::uint64_t open = 0;
  open = 30;
  parts.count_descriptors = [] { return open; };
  set(stats->connections, 10);
  start();
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->other_descriptors), 20u);
  open = 40;
  for (int i = 0; i < 4; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(get(stats->other_descriptors), 20u);
  pass(1s);
  CAF_CHECK_EQUAL(get(stats->other_descriptors), 30u);
  // Connections may have come since.
  set(stats->connections, 50);
  for (int i = 0; i < 5; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(get(stats->other_descriptors), 0u);
}

CAF_TEST(it says how often it has looked) {
  start();
  for (int i = 0; i < 3; ++i)
    pass(1s);
  auto x = ask<actor_status>(mon, status_atom_v);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->kind, "monitor");
  CAF_CHECK_EQUAL(fact(*x, "checks"), "3");
  CAF_CHECK_EQUAL(x->load.id, mon->id());
}

CAF_TEST_FIXTURE_SCOPE_END()
