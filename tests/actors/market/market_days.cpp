#define CAF_SUITE actors.market.market_days

#include "livegrid/actors/market/market_days.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/base/time_text.hpp"

#include "market_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// What the market takes for now.
timestamp wall_now{};

timestamp the_clock() {
  return wall_now;
}

timestamp at(std::string_view text) {
  auto x = parse_iso_time(text);
  CAF_REQUIRE(x);
  return *x;
}

class days_fixture : public market_fixture {
public:
  /// A market at New York, and an exchange that never closes.
  void open_venues() {
    auto table = std::make_shared<venue_table>();
    auto us = venue::make({.name = "us",
                           .tz = "America/New_York",
                           .session = "0930-1600",
                           .pre = "0400-0930"});
    CAF_REQUIRE(us);
    table->add(*us);
    table->assign("*", table->find("us"));
    table->assign("BTC", table->find("24x7"));
    auto config = market_of({}, 1000);
    config.venues = table;
    config.wall_clock = the_clock;
    mkt = own(sys.spawn(market, std::move(config)));
    consume_messages();
  }

  /// These ticks come now.
  void publish_now(std::vector<tick> ticks) {
    auto batch = batch_of(std::move(ticks));
    batch.received = wall_now;
    CAF_REQUIRE(ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch)));
  }

  /// These symbols trade now.
  void trade_now(std::string_view time, strings symbols, double price) {
    wall_now = at(time);
    std::vector<tick> ticks;
    for (const auto& x : symbols)
      ticks.push_back(trade(x, price));
    publish_now(std::move(ticks));
  }

  /// The market looks around at that time.
  void look(std::string_view time) {
    wall_now = at(time);
    pass(1s);
  }

  /// Date, previous close, change and high.
  std::string day(std::string_view name) {
    std::string result;
    for (auto x : {"trade_date", "prev_close", "change", "high"})
      result += owner_says(name, x) + ' ';
    result.pop_back();
    return result;
  }
};

constexpr auto tuesday = "2026-03-03 null null 10";
constexpr auto rolled = "2026-03-04 10 0 null";

} // namespace

CAF_TEST_FIXTURE_SCOPE(market_days_tests, days_fixture)

CAF_TEST(the others go on once three have and the session has begun) {
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"A", "B", "C", "HALTED"}, 10);
  tell(watch_atom_v, names_of({"HALTED"}), fan);
  got->batches.clear();
  trade_now("2026-03-04T13:00:00Z", {"A", "B"}, 11);
  look("2026-03-04T15:00:00Z");
  CAF_CHECK_EQUAL(day("HALTED"), tuesday);
  trade_now("2026-03-04T13:30:00Z", {"C"}, 11);
  look("2026-03-04T14:29:59Z");
  CAF_CHECK_EQUAL(day("HALTED"), tuesday);
  CAF_CHECK(got->batches.empty());
  look("2026-03-04T14:30:00Z");
  CAF_CHECK_EQUAL(day("HALTED"), rolled);
  CAF_CHECK_EQUAL(price("HALTED"), "10");
  CAF_CHECK_EQUAL(owner_says("HALTED", "volume"), "null");
  // One row, which says that no tick made it.
  CAF_REQUIRE_EQUAL(got->batches.size(), 1u);
  CAF_REQUIRE_EQUAL(got->batches[0].rows.size(), 1u);
  CAF_CHECK(got->batches[0].rows[0]->is_restated());
  look("2026-03-04T14:30:01Z");
  CAF_CHECK_EQUAL(got->batches.size(), 1u);
  // Those that had rolled stay as they are.
  CAF_CHECK_EQUAL(day("A"), "2026-03-04 10 1 11");
}

CAF_TEST(of many symbols one in a hundred is evidence) {
  open_venues();
  strings all;
  for (int i = 0; i < 301; ++i)
    all.push_back("S" + std::to_string(i));
  trade_now("2026-03-03T20:00:00Z", all, 10);
  trade_now("2026-03-04T14:30:00Z", {"S0", "S1", "S2"}, 11);
  look("2026-03-04T14:31:00Z");
  CAF_CHECK_EQUAL(day("S300"), tuesday);
  trade_now("2026-03-04T14:32:00Z", {"S3"}, 11);
  look("2026-03-04T14:33:00Z");
  CAF_CHECK_EQUAL(day("S300"), rolled);
}

CAF_TEST(a holiday rolls nothing and evidence is of one venue) {
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"A", "B", "C", "D", "BTC"}, 10);
  trade_now("2026-03-04T20:00:00Z", {"BTC"}, 11);
  look("2026-03-04T20:00:01Z");
  look("2026-03-05T03:00:00Z");
  CAF_CHECK_EQUAL(day("A"), tuesday);
  CAF_CHECK_EQUAL(day("BTC"), "2026-03-04 10 1 11");
  trade_now("2026-03-05T20:00:00Z", {"A", "B", "C"}, 12);
  look("2026-03-05T20:00:01Z");
  CAF_CHECK_EQUAL(day("D"), "2026-03-05 10 0 null");
  CAF_CHECK_EQUAL(day("BTC"), "2026-03-04 10 1 11");
}

CAF_TEST(a source that says an earlier date is left alone while it ticks) {
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"A", "B", "C", "OLD"}, 10);
  trade_now("2026-03-04T15:00:00Z", {"A", "B", "C"}, 11);
  auto late = trade("OLD", 12);
  late.time = at("2026-03-03T20:30:00Z");
  publish_now({late});
  look("2026-03-04T15:00:01Z");
  CAF_CHECK_EQUAL(day("OLD"), "2026-03-03 null null 12");
  CAF_MESSAGE("a snapshot of yesterday is followed by nothing");
  pass(61s);
  CAF_CHECK_EQUAL(day("OLD"), "2026-03-04 12 0 null");
}

CAF_TEST(symbols that have rolled are evidence where they move to as well) {
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"A", "B", "C"}, 10);
  trade_now("2026-03-04T13:00:00Z", {"A", "B", "C"}, 11);
  auto rows = ask<row_batch>(mkt, evict_atom_v, names_of({"A", "B", "C"}));
  CAF_REQUIRE(rows);
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"HALTED"}, 10);
  wall_now = at("2026-03-04T13:00:00Z");
  pass(61s);
  tell(adopt_atom_v, *rows, std::uint64_t{1});
  look("2026-03-04T14:30:00Z");
  CAF_CHECK_EQUAL(day("HALTED"), rolled);
}

CAF_TEST(a tick may name the venue) {
  open_venues();
  wall_now = at("2026-03-03T23:00:00Z");
  auto x = trade("X", 10);
  x.extras = {{"venue", "\"24x7\""}};
  auto y = trade("Y", 10);
  y.extras = {{"venue", "\"nowhere\""}};
  publish_now({x, y});
  CAF_CHECK_EQUAL(owner_says("X", "next_roll"),
                  "2026-03-04 00:00:00.000000 UTC");
  CAF_CHECK_EQUAL(owner_says("Y", "next_roll"),
                  "2026-03-04 09:00:00.000000 UTC");
  CAF_MESSAGE("what names no venue any more is where the patterns say");
  auto z = trade("Z", 10);
  z.extras = x.extras;
  auto z_again = trade("Z", 10);
  z_again.extras = {{"venue", "null"}};
  publish_now({z, z_again});
  CAF_CHECK_EQUAL(owner_says("Z", "next_roll"),
                  "2026-03-04 09:00:00.000000 UTC");
  // Its next owner knows it by its row.
  auto rows = ask<row_batch>(mkt, evict_atom_v, names_of({"X"}));
  CAF_REQUIRE(rows);
  tell(adopt_atom_v, *rows, std::uint64_t{1});
  CAF_CHECK_EQUAL(owner_says("X", "next_roll"),
                  "2026-03-04 00:00:00.000000 UTC");
}

CAF_TEST(late ticks are counted and not as applied) {
  open_venues();
  trade_now("2026-03-03T20:00:00Z", {"A"}, 10);
  trade_now("2026-03-04T20:00:00Z", {"A"}, 11);
  auto late = trade("A", 12);
  late.time = at("2026-03-03T20:30:00Z");
  publish_now({late});
  CAF_CHECK_EQUAL(get(stats->late_ticks), 1u);
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 2u);
  CAF_CHECK_EQUAL(owner_says("A", "late"), "1");
  CAF_CHECK_EQUAL(price("A"), "11");
}

CAF_TEST(a market goes by the time that ticks say if it is told to) {
  for (auto by_time : {false, true}) {
    auto config = market_of({}, 1000);
    config.by_time = by_time;
    config.wall_clock = the_clock;
    mkt = own(sys.spawn(market, std::move(config)));
    wall_now = at("2026-03-03T20:00:00Z");
    auto first = trade("A", 10);
    first.time = at("2026-03-03T19:59:59Z");
    auto second = trade("A", 11);
    second.time = at("2026-03-03T19:59:58Z");
    publish_now({first, second});
    CAF_CHECK_EQUAL(price("A"), by_time ? "10" : "11");
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
