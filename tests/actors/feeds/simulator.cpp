#define CAF_SUITE actors.feeds.simulator

#include "livegrid/actors/feeds/simulator.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/spawn.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

timestamp wall_clock() {
  return timestamp{1'700'000'000s};
}

class simulator_fixture : public actor_fixture {
public:
  using time_point = market_script::time_point;

  std::shared_ptr<market_script> script = std::make_shared<market_script>();
  market_actor mkt = make_market(script);
  feed_actor sim;

  simulator_fixture() {
    script->answer = market_script::take;
  }

  void start(std::vector<tick> first, std::uint64_t seed = 1) {
    sim = own(spawn_on(sys, nullptr, simulator, mkt, std::move(first), seed,
                       wall_clock));
    consume_messages();
  }

  /// Lets time go by, a millisecond after the other.
  void walk_for(std::chrono::milliseconds x) {
    for (auto t = 0ms; t < x; t += 1ms)
      pass(1ms);
  }

  void pause(bool on) {
    self->send(sim, pause_atom_v, on);
    consume_messages();
  }

  using timed_ticks = std::vector<std::pair<time_point, tick>>;

  /// When each symbol ticked, and what.
  std::map<std::string, timed_ticks> ticks() {
    std::map<std::string, timed_ticks> result;
    for (const auto& [when, batch] : script->batches)
      for (const auto& x : batch.ticks)
        result[x.symbol.str()].emplace_back(when, x);
    return result;
  }

  timed_ticks ticks_of(const std::string& name) {
    auto all = ticks();
    CAF_REQUIRE(all.contains(name));
    return all[name];
  }

  std::string says(std::string_view key) {
    auto x = ask<actor_status>(sim, status_atom_v);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->kind, "simulator");
    return fact(*x, key);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(simulator_tests, simulator_fixture)

CAF_TEST(each symbol ticks by itself every 500 to 1000 ms) {
  auto begin = now();
  start({trade("AAPL", 150), trade("MSFT", 350), trade("TSLA", 245)});
  CAF_CHECK(script->batches.empty());
  walk_for(60s);
  auto all = ticks();
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  auto shortest = 1000ms;
  auto longest = 0ms;
  for (const auto& [name, xs] : all) {
    CAF_MESSAGE(name);
    CAF_CHECK(xs.size() >= 60 && xs.size() <= 120);
    auto last = begin;
    for (const auto& [when, x] : xs) {
      auto gap = std::chrono::duration_cast<std::chrono::milliseconds>( //
        when - last);
      CAF_CHECK(gap >= 500ms && gap <= 1000ms);
      shortest = std::min(shortest, gap);
      longest = std::max(longest, gap);
      last = when;
    }
    CAF_CHECK(begin + 60s - last <= 1000ms);
  }
  // Over the whole range.
  CAF_CHECK(shortest < 550ms);
  CAF_CHECK(longest > 950ms);
  // Not in step with each other.
  CAF_CHECK(all["AAPL"][5].first != all["MSFT"][5].first
            || all["AAPL"][6].first != all["MSFT"][6].first);
  for (const auto& [when, batch] : script->batches) {
    CAF_CHECK(batch.from == source::simulator);
    CAF_CHECK(batch.received == wall_clock());
    CAF_REQUIRE_EQUAL(batch.ticks.size(), 1u);
    CAF_CHECK(batch.ticks[0].time == batch.received);
  }
}

CAF_TEST(a tick is what a market could send) {
  struct {
    double price;
    double volume;
    int decimals;
  } cases[] = {{150, 1e6, 2}, {64'250, 28'000, 2}, {1.5, 0, 2},
               {0.5, 1e9, 4}, {0.00123, 5, 6},     {1e-15, 1, 12},
               {1e18, 1, 2},  {31.05, 1e18, 2}};
  for (const auto& c : cases) {
    CAF_MESSAGE(c.price);
    simulator_state one;
    auto x = one.make_walk(name_of("A"), c.price, c.volume);
    auto volume = c.volume;
    for (int i = 0; i < 500; ++i) {
      auto t = one.move(x);
      CAF_REQUIRE(t.acceptable());
      auto price = t.get(field::price);
      CAF_REQUIRE_EQUAL(price, round_to(price, c.decimals));
      CAF_REQUIRE(t.get(field::bid) < price);
      CAF_REQUIRE(t.get(field::ask) > price);
      for (auto f : {field::size, field::bid_size, field::ask_size})
        CAF_REQUIRE(t.get(f) >= 1 && t.get(f) == std::round(t.get(f)));
      CAF_REQUIRE(t.get(field::volume)
                  == std::min(max_value, volume + t.get(field::size)));
      volume = t.get(field::volume);
    }
    // Spreads are a few hundredths of a percent.
    if (c.price > 100 && c.price < 1e9)
      CAF_CHECK((one.move(x).get(field::ask) / x.price - 1) < 0.0003);
  }
}

CAF_TEST(trades are of the size that the volume makes usual) {
  auto mean_size = [](double volume) {
    simulator_state one;
    auto x = one.make_walk(name_of("A"), 100, volume);
    auto begin = x.volume;
    for (int i = 0; i < 1000; ++i)
      one.move(x);
    return (x.volume - begin) / 1000;
  };
  // Of a thousand that are distributed exponentially.
  CAF_CHECK(std::abs(mean_size(42e6) / 1260 - 1) < 0.15);
  CAF_CHECK(std::abs(mean_size(0) / 100 - 1) < 0.15);
}

CAF_TEST(eight hours are a day of a market) {
  constexpr int ticks = 8 * 3600 * 4 / 3;
  constexpr int walks = 60;
  auto sum = 0.;
  simulator_state one;
  one.random.seed(1);
  for (int i = 0; i < walks; ++i) {
    auto x = one.make_walk(name_of("A"), 150, 1e6);
    auto low = 150.;
    auto high = 150.;
    for (int j = 0; j < ticks; ++j) {
      one.move(x);
      low = std::min(low, x.price);
      high = std::max(high, x.price);
    }
    CAF_CHECK(low > 150 * 0.93);
    CAF_CHECK(high < 150 * 1.07);
    sum += std::pow(std::log(x.price / 150), 2);
  }
  auto sigma = std::sqrt(sum / walks);
  CAF_CHECK(sigma > 0.01);
  CAF_CHECK(sigma < 0.02);
}

CAF_TEST(steps that are too small for a cent add up) {
  simulator_state one;
  auto x = one.make_walk(name_of("A"), 5, 0);
  std::set<double> shown;
  for (int i = 0; i < 40'000; ++i)
    shown.insert(one.move(x).get(field::price));
  CAF_CHECK_GREATER(shown.size(), 5u);
}

CAF_TEST(a symbol that is not taken is left alone) {
  script->answer = [](const tick_batch& x) -> caf::expected<std::uint64_t> {
    return x.ticks.at(0).symbol == name_of("MSFT") ? 0u : 1u;
  };
  start({trade("AAPL", 150), trade("MSFT", 350), trade("TSLA", 245)});
  walk_for(30s);
  auto all = ticks();
  CAF_CHECK_EQUAL(all["MSFT"].size(), 1u);
  CAF_CHECK(all["AAPL"].size() >= 30);
  CAF_CHECK(all["TSLA"].size() >= 30);
  CAF_CHECK_EQUAL(says("symbols"), "3");
  CAF_CHECK_EQUAL(says("moving"), "2");
  CAF_CHECK_EQUAL(says("ticks"),
                  std::to_string(all["AAPL"].size() + all["TSLA"].size()));
}

CAF_TEST(a symbol that others send ticks for is left alone) {
  std::vector<tick> first{trade("AAPL", 150), trade("MSFT", 350)};
  mkt = own(sys.spawn(market, market_of(first, 10)));
  start(first);
  walk_for(5s);
  CAF_CHECK_EQUAL(says("moving"), "2");
  CAF_REQUIRE(
    ask<std::uint64_t>(mkt, publish_atom_v, batch_of({trade("AAPL", 7)})));
  walk_for(5s);
  CAF_CHECK_EQUAL(says("moving"), "1");
  auto before = stats->total(&counters::tick_counts::applied);
  walk_for(10s);
  CAF_CHECK(stats->total(&counters::tick_counts::applied) >= before + 10);
  auto owners = ask<std::vector<symbol_ref>>(mkt, resolve_atom_v,
                                             names_of({"AAPL", "MSFT"}));
  CAF_REQUIRE(owners);
  auto row = ask<row_batch>(owners->at(0).owner, row_atom_v);
  CAF_REQUIRE(row);
  CAF_CHECK_EQUAL(row->rows.at(0)->text(cell::price), "7");
  CAF_CHECK_EQUAL(row->rows.at(0)->text(cell::source), "\"post\"");
  CAF_CHECK_EQUAL(row->rows.at(0)->text(cell::volume), "null");
}

CAF_TEST(where it begins is gone with the first real tick) {
  for (auto simulated : {true, false}) {
    auto config = market_of(
      {make_tick("AAPL", {{field::price, 150}, {field::prev_close, 145}})}, 10);
    config.simulated = simulated;
    mkt = own(sys.spawn(market, std::move(config)));
    CAF_REQUIRE(
      ask<std::uint64_t>(mkt, publish_atom_v, batch_of({trade("AAPL", 7)})));
    auto rows = ask<row_batch>(mkt, fetch_atom_v, names_of({"AAPL"}));
    CAF_REQUIRE(rows);
    CAF_CHECK_EQUAL(rows->rows.at(0)->text(cell::price), "7");
    CAF_CHECK_EQUAL(rows->rows.at(0)->text(cell::prev_close),
                    simulated ? "null" : "145");
  }
}

CAF_TEST(when all symbols are taken over it rests) {
  script->answer = [](const tick_batch&) -> caf::expected<std::uint64_t> {
    return std::uint64_t{0};
  };
  start({trade("AAPL", 150), trade("MSFT", 350)});
  walk_for(30s);
  CAF_CHECK_EQUAL(script->batches.size(), 2u);
  CAF_CHECK_EQUAL(says("moving"), "0");
}

CAF_TEST(the next tick of a symbol waits for the answer) {
  script->answer = nullptr;
  start({trade("AAPL", 150)});
  walk_for(5s);
  CAF_REQUIRE_EQUAL(script->batches.size(), 1u);
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{1});
  script->unanswered.clear();
  walk_for(1s);
  CAF_CHECK_EQUAL(script->batches.size(), 2u);
  script->unanswered.clear();
}

CAF_TEST(the same seed is the same walk) {
  std::vector<tick> first{trade("AAPL", 150), trade("MSFT", 350)};
  using walk = std::vector<std::pair<std::chrono::nanoseconds, tick>>;
  auto walk_of = [&](std::uint64_t seed) {
    script->batches.clear();
    auto begin = now();
    start(first, seed);
    walk_for(20s);
    end(sim);
    walk result;
    for (const auto& [when, batch] : script->batches)
      result.emplace_back(when - begin, batch.ticks.at(0));
    return result;
  };
  auto one = walk_of(1);
  CAF_CHECK(one.size() > 40);
  CAF_CHECK(walk_of(1) == one);
  CAF_CHECK(walk_of(2) != one);
}

CAF_TEST(symbols without a price stay) {
  start({make_tick("NONE", {{field::volume, 5}}), trade("AAPL", 150)});
  walk_for(5s);
  auto all = ticks();
  CAF_CHECK_EQUAL(all.size(), 1u);
  CAF_CHECK(all["AAPL"].size() >= 4);
  CAF_CHECK_EQUAL(says("symbols"), "1");
}

CAF_TEST(without symbols there is nothing to do) {
  start({});
  walk_for(5s);
  CAF_CHECK(script->batches.empty());
  CAF_CHECK(!sched.has_job());
  CAF_CHECK_EQUAL(says("symbols"), "0");
}

// -- pauses -------------------------------------------------------------------

CAF_TEST(while it is paused nothing ticks) {
  start({trade("A", 100), trade("B", 100)});
  walk_for(5s);
  pause(true);
  CAF_CHECK_EQUAL(says("paused"), "true");
  auto before = script->batches.size();
  walk_for(10s);
  CAF_CHECK_EQUAL(script->batches.size(), before);
  pause(false);
  CAF_CHECK_EQUAL(says("paused"), "false");
  // What was due meanwhile ticks once, not once for each turn missed.
  walk_for(1ms);
  CAF_CHECK_EQUAL(script->batches.size(), before + 2);
  walk_for(10s);
  for (const auto& name : {"A", "B"}) {
    auto all = ticks_of(name);
    CAF_CHECK_GREATER_OR_EQUAL(all.size(), 15u);
    CAF_CHECK_LESS_OR_EQUAL(all.size(), 31u);
  }
}

CAF_TEST(however it is paused each symbol has one turn at a time) {
  for (std::string orders :
       {"+", "-", "+-", "-+", "++-", "+--", "+-+-", "-+-+-", "++--+-"}) {
    CAF_MESSAGE(orders);
    script->batches.clear();
    start({trade("A", 100)});
    walk_for(2s);
    for (auto order : orders) {
      pause(order == '+');
      walk_for(300ms);
    }
    pause(false);
    walk_for(10s);
    auto all = ticks_of("A");
    for (std::size_t i = 1; i < all.size(); ++i)
      CAF_CHECK(all[i].first - all[i - 1].first >= 500ms);
    CAF_CHECK(now() - all.back().first <= 1s);
    end(sim);
  }
}

CAF_TEST(many pauses leave it with no more to do than before) {
  auto messages = [&] {
    return unbox(ask<actor_status>(sim, status_atom_v)).load.messages;
  };
  start({trade("A", 100), trade("B", 100), trade("C", 100)});
  for (int i = 0; i < 1000; ++i) {
    pause(true);
    pause(false);
  }
  // The steps that are under way by now come to nothing.
  walk_for(2s);
  auto ticks_before = script->batches.size();
  auto before = messages();
  walk_for(20s);
  auto ticked = script->batches.size() - ticks_before;
  CAF_CHECK_GREATER_OR_EQUAL(ticked, 57u);
  // A step, an answer and the end of the time for it a tick, and the question
  // itself.
  CAF_CHECK_LESS_OR_EQUAL(messages() - before, 3 * ticked + 4);
}

CAF_TEST(a pause while a tick is under way keeps its symbol) {
  start({trade("A", 100)});
  script->answer = nullptr;
  walk_for(1s);
  CAF_REQUIRE_EQUAL(script->unanswered.size(), 1u);
  pause(true);
  answer_late(mkt, script->unanswered[0], std::uint64_t{1});
  walk_for(5s);
  CAF_CHECK_EQUAL(script->batches.size(), 1u);
  CAF_CHECK_EQUAL(says("moving"), "1");
  script->answer = market_script::take;
  pause(false);
  walk_for(5s);
  CAF_CHECK_GREATER(script->batches.size(), 5u);
}

CAF_TEST(a pause that is over before the answer changes nothing) {
  start({trade("A", 100)});
  script->answer = nullptr;
  walk_for(1s);
  CAF_REQUIRE_EQUAL(script->unanswered.size(), 1u);
  pause(true);
  pause(false);
  walk_for(3s);
  CAF_CHECK_EQUAL(script->batches.size(), 1u);
  script->answer = market_script::take;
  answer_late(mkt, script->unanswered[0], std::uint64_t{1});
  walk_for(5s);
  CAF_CHECK_GREATER(script->batches.size(), 5u);
}

CAF_TEST_FIXTURE_SCOPE_END()
