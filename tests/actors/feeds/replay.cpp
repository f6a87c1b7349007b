#define CAF_SUITE actors.feeds.replay

#include "livegrid/actors/feeds/replay.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "captured_stderr.hpp"

#include "replay_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using counts = std::vector<std::size_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(replay_tests, replay_fixture)

CAF_TEST(ticks are played at the recorded pace) {
  record(0ms, trade("AAPL", 1));
  record(1500ms, trade("AAPL", 2));
  record(1500ms, trade("MSFT", 3));
  record(1501ms, trade("AAPL", 4));
  record(60s, trade("AAPL", 5));
  start();
  CAF_CHECK_EQUAL(played(), strings{"0: 1"});
  for (int i = 0; i < 61'000; ++i)
    pass(1ms);
  CAF_CHECK_EQUAL(played(),
                  (strings{"0: 1", "1500: 2 3", "1501: 4", "60000: 5"}));
  CAF_CHECK_EQUAL(says("ended"), "true");
  const auto& batch = script->batches[1].second;
  CAF_CHECK(batch.from == source::replay);
  CAF_CHECK(batch.received == test_clock());
  CAF_CHECK(
    (batch.ticks == std::vector<tick>{trade("AAPL", 2), trade("MSFT", 3)}));
}

CAF_TEST(the pace may be changed) {
  struct {
    double speed;
    milliseconds wait; // between ticks that are a minute apart
  } cases[] = {{60, 1s}, {2, 30s}, {0.5, 120s}};
  for (const auto& c : cases) {
    CAF_MESSAGE("speed " << c.speed);
    recording = std::make_shared<fake_source>();
    script->batches.clear();
    record(0s, trade("AAPL", 1));
    record(60s, trade("AAPL", 2));
    record(120s, trade("AAPL", 3));
    speed = c.speed;
    start();
    CAF_CHECK_EQUAL(sizes(), (counts{1}));
    pass(c.wait - 1ms);
    CAF_CHECK_EQUAL(sizes(), (counts{1}));
    pass(1ms);
    CAF_CHECK_EQUAL(sizes(), (counts{1, 1}));
    pass(c.wait - 1ms);
    CAF_CHECK_EQUAL(sizes(), (counts{1, 1}));
    CAF_CHECK_EQUAL(says("ended"), "false");
    pass(1ms);
    CAF_CHECK_EQUAL(sizes(), (counts{1, 1, 1}));
    CAF_CHECK_EQUAL(says("ended"), "true");
  }
}

CAF_TEST(what is late is caught up with) {
  for (int i = 0; i < 5; ++i)
    record(i * 1s, trade("AAPL", i + 1));
  start();
  pass(2500ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "2500: 2 3"}));
  pass(500ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "2500: 2 3", "3000: 4"}));
}

CAF_TEST(a time that steps back holds up nothing) {
  record(0s, trade("AAPL", 1));
  record(2s, trade("AAPL", 2));
  record(-3600s, trade("AAPL", 3));
  record(3s, trade("AAPL", 4));
  start();
  for (int i = 0; i < 4; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "2000: 2 3", "3000: 4"}));
}

CAF_TEST(ticks before the first time hold up nothing) {
  recording->ticks.push_back({std::nullopt, trade("AAPL", 1)});
  recording->ticks.push_back({std::nullopt, trade("AAPL", 2)});
  record(0ms, trade("AAPL", 3));
  record(5ms, trade("AAPL", 4));
  start();
  CAF_CHECK_EQUAL(played(), strings{"0: 1 2 3"});
  pass(5ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1 2 3", "5: 4"}));
}

CAF_TEST(a pace too slow to live through is no fault) {
  record(0s, trade("AAPL", 1));
  record(std::chrono::hours{24 * 365 * 200}, trade("AAPL", 2));
  speed = 1e-6;
  start();
  pass(std::chrono::hours{24 * 365});
  CAF_CHECK_EQUAL(sizes(), (counts{1}));
  CAF_CHECK_EQUAL(says("ended"), "false");
}

CAF_TEST(at speed 0 up to 100 ticks go at once and wait for their answer) {
  script->answer = nullptr;
  speed = 0;
  record(200, 0s);
  record(50, 100h);
  start();
  for (auto total : {counts{100}, {100, 100}, {100, 100, 50}}) {
    CAF_CHECK_EQUAL(sizes(), total);
    pass(5s);
    CAF_CHECK_EQUAL(sizes(), total);
    CAF_CHECK_EQUAL(says("ended"), "false");
    answer_late(mkt, script->unanswered.back(), total.back());
  }
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100, 50}));
  CAF_CHECK_EQUAL(says("ended"), "true");
  CAF_CHECK_EQUAL(says("ticks"), "250");
  CAF_CHECK_EQUAL(begin + 15s, now());
  // Each once, in order.
  std::size_t i = 0;
  for (const auto& [when, batch] : script->batches)
    for (const auto& x : batch.ticks) {
      CAF_CHECK(x == recording->ticks[i].tick);
      ++i;
    }
}

CAF_TEST(at the recorded pace many ticks of one moment go in parts too) {
  script->answer = nullptr;
  record(150, 0s);
  record(1, 1s);
  start();
  pass(2s);
  CAF_CHECK_EQUAL(sizes(), (counts{100}));
  answer_late(mkt, script->unanswered.back(), std::uint64_t{100});
  CAF_CHECK_EQUAL(sizes(), (counts{100, 51}));
}

CAF_TEST(at the end it starts over where it may) {
  loop = true;
  record(10s, trade("AAPL", 1));
  record(11s, trade("AAPL", 2));
  record(13s, trade("AAPL", 3));
  start();
  for (int i = 0; i < 7; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(played(),
                  (strings{"0: 1", "1000: 2", "3000: 3", "3000: 1", "4000: 2",
                           "6000: 3", "6000: 1", "7000: 2"}));
  CAF_CHECK_EQUAL(recording->rewinds, 2u);
  CAF_CHECK_EQUAL(says("round"), "2");
  CAF_CHECK_EQUAL(says("ticks"), "8");
  CAF_CHECK_EQUAL(says("ended"), "false");
}

CAF_TEST(each round numbers its ticks anew) {
  loop = true;
  record(0s, trade("AAPL", 1, 5));
  record(0s, trade("AAPL", 2, 6));
  record(0s, trade("MSFT", 3, 0));
  record(0s, trade("NONE", 4));
  record(1s, trade("MSFT", 5, 1));
  record(1s, trade("AAPL", 6, 7));
  record(1s, trade("LATE", 7));
  record(1s, trade("LATE", 8, 3));
  start();
  pass(1s);
  pass(1s);
  CAF_CHECK_EQUAL(numbers(), "5 6 0 - 1 7 - 3 "
                             "0 6 0 - 1 7 - 0 "
                             "0 6 0 -");
}

CAF_TEST(no tick of a later round is a repeat) {
  loop = true;
  mkt = own(sys.spawn(market, market_of({}, 100)));
  record(0s, trade("AAPL", 1, 10));
  record(0s, trade("MSFT", 1, 1));
  record(0s, trade("AAPL", 2, 11));
  record(1s, trade("AAPL", 3, 12));
  record(1s, trade("MSFT", 2, 2));
  start();
  for (int i = 0; i < 10; ++i)
    pass(1s);
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 10u * 5 + 3);
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::repeated), 0u);
}

CAF_TEST(a recording over two days rolls once a round) {
  loop = true;
  mkt = own(sys.spawn(market, market_of({}, 100)));
  auto day =
    timestamp{std::chrono::sys_days{std::chrono::year{2023} / 11 / 10}};
  auto tick_at = [&](std::chrono::hours since, double price) {
    auto x = trade("AAPL", price);
    x.time = day + since;
    record(since, x);
  };
  tick_at(20h, 10);
  tick_at(23h, 12);
  tick_at(24h, 13);
  tick_at(30h, 11);
  start();
  auto shown = [this] {
    auto x =
      ask<std::vector<symbol_ref>>(mkt, resolve_atom_v, names_of({"AAPL"}));
    CAF_REQUIRE(x);
    auto row = ask<row_batch>(x->at(0).owner, row_atom_v);
    CAF_REQUIRE(row);
    std::string result;
    for (auto c : {cell::date, cell::prev_close, cell::high, cell::low})
      result += std::string{row->rows.at(0)->text(c)} + ' ';
    return result;
  };
  for (int round = 0; round < 2; ++round) {
    CAF_CHECK_EQUAL(shown(), R"("2023-11-10" null 10 10 )");
    pass(3h);
    CAF_CHECK_EQUAL(shown(), R"("2023-11-10" null 12 10 )");
    pass(1h);
    CAF_CHECK_EQUAL(shown(), R"("2023-11-11" 12 13 13 )");
    // The last one is played, and the next round begins at once.
    pass(6h - 1ms);
    CAF_CHECK_EQUAL(shown(), R"("2023-11-11" 12 13 13 )");
    pass(1ms);
  }
  CAF_CHECK_EQUAL(get(stats->late_ticks), 0u);
}

CAF_TEST(a round that takes no time is played once a second) {
  captured_stderr err;
  log = std::make_shared<logger>(log_level::info);
  loop = true;
  record(5s, trade("AAPL", 1));
  record(5s, trade("MSFT", 2));
  start();
  CAF_CHECK_EQUAL(played(), strings{"0: 1 2"});
  for (int i = 0; i < 2500; ++i)
    pass(1ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1 2", "1000: 1 2", "2000: 1 2"}));
  CAF_CHECK_EQUAL(err.count("warning replay_spans_no_time"), 1u);
}

CAF_TEST(a round without any time is played once a second) {
  loop = true;
  recording->ticks.push_back({std::nullopt, trade("AAPL", 1)});
  start();
  pass(999ms);
  CAF_CHECK_EQUAL(played(), strings{"0: 1"});
  pass(1ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "1000: 1"}));
  // A pause of the operator's holds it like any other.
  anon_send(feed, pause_atom_v, true);
  pass(10s);
  CAF_CHECK_EQUAL(sizes(), (counts{1, 1}));
  anon_send(feed, pause_atom_v, false);
  pass(1s);
  CAF_CHECK_EQUAL(sizes(), (counts{1, 1, 1}));
}

CAF_TEST(a round that is over in next to no time is one as well) {
  loop = true;
  speed = 1000;
  record(0s, trade("AAPL", 1));
  record(5s, trade("AAPL", 2));
  start();
  for (int i = 0; i < 1100; ++i)
    pass(1ms);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "5: 2", "1005: 1", "1010: 2"}));
}

CAF_TEST(a recording that cannot start over ends) {
  loop = true;
  recording->rewindable = false;
  record(0s, trade("AAPL", 1));
  start();
  pass(1s);
  CAF_CHECK_EQUAL(played(), strings{"0: 1"});
  CAF_CHECK_EQUAL(says("ended"), "true");
  CAF_CHECK_EQUAL(says("round"), "0");
}

CAF_TEST(an empty recording ends at once) {
  for (auto again : {false, true}) {
    loop = again;
    start();
    CAF_CHECK(script->batches.empty());
    CAF_CHECK_EQUAL(says("ended"), "true");
    CAF_CHECK(!sched.has_job());
  }
}

CAF_TEST(the end is logged once) {
  captured_stderr err;
  log = std::make_shared<logger>(log_level::info);
  record(3, 0s);
  record(2, 1s);
  start();
  CAF_CHECK_EQUAL(err.count("replay_ended"), 0u);
  pass(1s);
  pass(100s);
  CAF_CHECK_EQUAL(err.count("replay_ended"), 1u);
  CAF_CHECK_EQUAL(err.count("info replay_ended ticks=5\n"), 1u);
}

CAF_TEST(a refused batch does not end it) {
  captured_stderr err;
  log = std::make_shared<logger>(log_level::info);
  script->answer = [](const tick_batch& x) -> caf::expected<std::uint64_t> {
    if (x.ticks[0].get(field::price) == 2)
      return make_error(errc::invalid, "no \"room\"");
    return x.ticks.size();
  };
  record(0s, trade("AAPL", 1));
  record(1s, trade("AAPL", 2));
  record(1s, trade("AAPL", 3));
  record(2s, trade("AAPL", 4));
  start();
  pass(1s);
  CAF_CHECK_EQUAL(err.count("warning replay_refused why=\"no \\\"room\\\"\"\n"),
                  1u);
  pass(1s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "1000: 2 3", "2000: 4"}));
  CAF_CHECK_EQUAL(says("ticks"), "2");
  CAF_CHECK_EQUAL(says("ended"), "true");
  CAF_CHECK_EQUAL(err.count("replay_ended ticks=2\n"), 1u);
  CAF_CHECK_EQUAL(err.count("replay_refused"), 1u);
}

CAF_TEST(a refused batch at the end does not end it either) {
  script->answer = [](const tick_batch&) -> caf::expected<std::uint64_t> {
    return make_error(errc::invalid, "no room");
  };
  record(0s, trade("AAPL", 1));
  start();
  CAF_CHECK_EQUAL(says("ended"), "true");
  CAF_CHECK_EQUAL(says("ticks"), "0");
}

CAF_TEST(a market that takes too long does not end it) {
  captured_stderr err;
  log = std::make_shared<logger>(log_level::info);
  script->answer = nullptr;
  speed = 0;
  record(250, 0s);
  start();
  pass(9999ms);
  CAF_CHECK_EQUAL(sizes(), (counts{100}));
  pass(1ms);
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100}));
  CAF_CHECK_EQUAL(err.count("replay_refused why=\"no answer in time\"\n"), 1u);
  // The late answer does not make it go faster.
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{100});
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100}));
  answer_late(mkt, script->unanswered.at(1), std::uint64_t{100});
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100, 50}));
}

CAF_TEST(it says how it is) {
  recording->bad = 3;
  record(0s, trade("AAPL", 1));
  record(1s, trade("AAPL", 2));
  start();
  CAF_CHECK_EQUAL(says("ticks"), "1");
  CAF_CHECK_EQUAL(says("round"), "0");
  CAF_CHECK_EQUAL(says("bad_rows"), "3");
  CAF_CHECK_EQUAL(says("ended"), "false");
  pass(1s);
  CAF_CHECK_EQUAL(says("ticks"), "2");
  CAF_CHECK_EQUAL(says("ended"), "true");
}

CAF_TEST_FIXTURE_SCOPE_END()
