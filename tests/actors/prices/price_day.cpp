#define CAF_SUITE actors.prices.price_day

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/prices/price_state.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

timestamp at(std::string_view text) {
  auto x = parse_iso_time(text);
  CAF_REQUIRE(x);
  return *x;
}

struct value {
  field which;
  double x;
};

tick make_tick(std::string_view time, std::initializer_list<value> values,
               std::vector<extra_cell> extras = {}) {
  tick x;
  x.symbol = *symbol_name::parse("AAPL");
  x.time = at(time);
  for (const auto& v : values)
    x.set(v.which, v.x);
  x.extras = std::move(extras);
  return x;
}

tick price(std::string_view time, double x) {
  return make_tick(time, {{field::price, x}});
}

venue_ptr new_york() {
  auto x = venue::make({.name = "us",
                        .tz = "America/New_York",
                        .session = "0930-1600",
                        .pre = "0400-0930",
                        .post = "1600-2000"});
  CAF_REQUIRE(x);
  return std::make_shared<const venue>(*x);
}

struct fixture {
  price_state x{*symbol_name::parse("AAPL")};

  /// Applies a tick that comes when it says that it was made.
  applied apply(const tick& t) {
    return x.apply(t, {.received = *t.time, .applied = *t.time});
  }

  std::string text(cell c) {
    return std::string{x.render()->text(c)};
  }

  /// The cells of the day: date, prev_close, open, high, low, volume.
  std::string day() {
    std::string result = text(cell::date);
    for (auto c :
         {cell::prev_close, cell::open, cell::high, cell::low, cell::volume})
      result += ' ' + text(c);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(price_day_tests, fixture)

CAF_TEST(a day begins anew with the first tick of it) {
  apply(
    make_tick("2026-03-03T12:00:00Z", {{field::price, 100}, {field::size, 5}}));
  apply(price("2026-03-03T13:00:00Z", 120));
  apply(price("2026-03-03T23:59:59Z", 110));
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 120 100 5)");
  apply(
    make_tick("2026-03-04T00:00:00Z", {{field::price, 112}, {field::size, 2}}));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 110 112 112 112 2)");
  CAF_CHECK_EQUAL(text(cell::trade_date), R"("2026-03-04")");
  CAF_CHECK_EQUAL(text(cell::change), "2");
  apply(price("2026-03-04T00:00:01Z", 111));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 110 112 112 111 2)");
}

CAF_TEST(what the source says of the new day counts in every combination) {
  constexpr field fields[] = {field::prev_close, field::open, field::high,
                              field::low, field::volume};
  for (unsigned before = 0; before < 32; ++before)
    for (unsigned after = 0; after < 32; ++after) {
      CAF_MESSAGE("before " << before << ", after " << after);
      price_state y{*symbol_name::parse("AAPL")};
      auto first = price("2026-03-03T12:00:00Z", 10);
      auto second = price("2026-03-04T12:00:00Z", 11);
      for (unsigned i = 0; i < 5; ++i) {
        if ((before >> i) & 1u)
          first.set(fields[i], 20 + i);
        if ((after >> i) & 1u)
          second.set(fields[i], 30 + i);
      }
      // `price` moves them as ever, so they are where it does not reach.
      if ((after >> 3) & 1u)
        second.set(field::low, 3);
      y.apply(first, {.received = *first.time});
      y.apply(second, {.received = *second.time});
      auto row = y.render();
      auto expect = [&](unsigned i, cell c, const char* given,
                        const char* rolled) {
        CAF_CHECK_EQUAL(row->text(c), (after >> i) & 1u ? given : rolled);
      };
      expect(0, cell::prev_close, "30", "10");
      expect(1, cell::open, "31", "11");
      expect(2, cell::high, "32", "11");
      expect(3, cell::low, "3", "11");
      expect(4, cell::volume, "34", "null");
    }
}

CAF_TEST(what the source has said before the first price stays) {
  apply(price("2026-03-03T12:00:00Z", 10));
  apply(make_tick("2026-03-04T04:00:00Z", {{field::prev_close, 9.5}}));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 9.5 null null null null)");
  CAF_CHECK_EQUAL(text(cell::price), "10");
  apply(price("2026-03-04T05:00:00Z", 12));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 9.5 12 12 12 null)");
}

CAF_TEST(the close is that of the regular session) {
  x.trade_at(new_york());
  apply(price("2026-03-03T20:59:59Z", 100)); // 15:59:59
  apply(price("2026-03-03T22:00:00Z", 105)); // after the close
  apply(price("2026-03-04T08:59:59Z", 106)); // before trading begins
  CAF_CHECK_EQUAL(text(cell::date), R"("2026-03-03")");
  apply(price("2026-03-04T09:00:00Z", 107));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 100 107 107 107 null)");
}

CAF_TEST(a settlement goes before a close and a close before a price) {
  struct {
    std::vector<extra_cell> extras;
    const char* close;
  } cases[] = {
    {{{"settle", "99"}, {"close", "98"}}, "99"},
    {{{"close", "98"}, {"settle", "null"}}, "98"},
    {{{"close", "\"n/a\""}}, "100"},
    {{{"settle", "-3"}}, "-3"},
    {{{"settle", "1e19"}}, "100"},
    {{}, "100"},
  };
  for (const auto& c : cases) {
    price_state y{*symbol_name::parse("AAPL")};
    y.apply(make_tick("2026-03-03T12:00:00Z", {{field::price, 100}}, c.extras),
            {.received = at("2026-03-03T12:00:00Z")});
    for (auto time : {"2026-03-04T12:00:00Z", "2026-03-05T12:00:00Z"})
      y.apply(price(time, 101), {.received = at(time)});
    // That of the day before the last is no close of the last day.
    CAF_CHECK_EQUAL(y.render()->text(cell::prev_close), "101");
    price_state z{*symbol_name::parse("AAPL")};
    z.apply(make_tick("2026-03-03T12:00:00Z", {{field::price, 100}}, c.extras),
            {.received = at("2026-03-03T12:00:00Z")});
    z.apply(price("2026-03-04T12:00:00Z", 101),
            {.received = at("2026-03-04T12:00:00Z")});
    CAF_CHECK_EQUAL(z.render()->text(cell::prev_close), c.close);
  }
}

CAF_TEST(a tick of an earlier trade date changes nothing and is counted) {
  apply(price("2026-03-03T12:00:00Z", 10));
  apply(price("2026-03-04T12:00:00Z", 11));
  auto shown = x.render();
  CAF_CHECK(x.apply(price("2026-03-03T23:00:00Z", 5),
                    {.received = at("2026-03-04T12:00:01Z")})
            == applied::late);
  CAF_CHECK(x.render() == shown);
  CAF_CHECK_EQUAL(x.late(), 1u);
  CAF_CHECK_EQUAL(x.ticks_applied(), 2u);
  apply(price("2026-03-04T13:00:00Z", 12));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 10 11 12 11 null)");
}

CAF_TEST(a clock that runs ahead ends no day) {
  apply(price("2026-03-03T12:00:00Z", 10));
  auto now = at("2026-03-03T12:00:01Z");
  CAF_CHECK(x.apply(price("2026-03-04T12:00:01Z", 11), {.received = now})
            == applied::yes);
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 11 10 null)");
  CAF_CHECK_EQUAL(text(cell::price), "11");
  apply(price("2026-03-03T12:00:02Z", 12));
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 12 10 null)");
  // Clocks are never quite the same.
  CAF_CHECK(x.apply(price("2026-03-04T00:00:01Z", 13),
                    {.received = at("2026-03-03T23:58:00Z")})
            == applied::yes);
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 12 13 13 13 null)");
}

CAF_TEST(a date that a clock ahead has begun with does not last) {
  x.apply(price("2026-03-05T12:00:00Z", 10),
          {.received = at("2026-03-03T12:00:00Z")});
  CAF_CHECK_EQUAL(text(cell::date), R"("2026-03-05")");
  CAF_CHECK(apply(price("2026-03-03T12:00:01Z", 11)) == applied::yes);
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 11 10 null)");
}

CAF_TEST(a new owner ends the day that another has begun) {
  x.trade_at(new_york());
  apply(make_tick("2026-03-03T20:59:59Z", {{field::price, 100}},
                  {{"settle", "99.5"}}));
  apply(price("2026-03-03T22:00:00Z", 105));
  for (bool settled : {true, false}) {
    price_state next{*symbol_name::parse("AAPL")};
    next.trade_at(new_york());
    CAF_REQUIRE(next.restore(x.render()));
    CAF_CHECK(next.apply(price("2026-03-02T22:00:00Z", 1),
                         {.received = at("2026-03-03T23:00:00Z")})
              == applied::late);
    next.apply(price("2026-03-04T15:00:00Z", 107),
               {.received = at("2026-03-04T15:00:00Z")});
    CAF_CHECK_EQUAL(next.render()->text(cell::prev_close),
                    settled ? "99.5" : "100");
    CAF_CHECK_EQUAL(next.render()->text(cell::open), "107");
    x = price_state{*symbol_name::parse("AAPL")};
    x.trade_at(new_york());
    apply(price("2026-03-03T20:59:59Z", 100));
    apply(price("2026-03-03T22:00:00Z", 105));
  }
}

CAF_TEST(a date ends without a tick unless its source is at work) {
  auto days_of = [](std::string_view date) {
    return static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(at(date))
        .time_since_epoch()
        .count());
  };
  x.trade_at(new_york());
  CAF_CHECK(!x.end_day(days_of("2026-03-04"), true));
  apply(make_tick("2026-03-03T20:00:00Z",
                  {{field::price, 100}, {field::volume, 7}, {field::bid, 99}}));
  CAF_CHECK(!x.end_day(days_of("2026-03-03"), true));
  CAF_CHECK(!x.end_day(days_of("2026-03-02"), true));
  auto before = x.render();
  CAF_CHECK(x.end_day(days_of("2026-03-04"), false));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 100 null null null null)");
  CAF_CHECK_EQUAL(text(cell::price), "100");
  CAF_CHECK_EQUAL(text(cell::change), "0");
  CAF_CHECK_EQUAL(text(cell::bid), "99");
  CAF_CHECK(x.render()->is_restated());
  // Of two owners the one that has ended the date knows more.
  CAF_CHECK(before->state() < x.render()->state());
  CAF_CHECK(x.apply(price("2026-03-03T20:30:00Z", 1),
                    {.received = at("2026-03-04T20:00:00Z")})
            == applied::late);
  apply(price("2026-03-04T20:00:00Z", 103));
  CAF_CHECK_EQUAL(day(), R"("2026-03-04" 100 103 103 103 null)");
  // Of Wednesday it says something on Thursday.
  x.apply(price("2026-03-04T20:30:00Z", 104),
          {.received = at("2026-03-05T15:00:00Z")});
  CAF_CHECK(!x.end_day(days_of("2026-03-05"), false));
  CAF_CHECK(x.end_day(days_of("2026-03-05"), true));
}

CAF_TEST(a tick takes cells back before it sets others) {
  apply(make_tick("2026-03-03T12:00:00Z", {{field::price, 10},
                                           {field::open, 8},
                                           {field::high, 20},
                                           {field::low, 5},
                                           {field::prev_close, 9}}));
  auto t = make_tick("2026-03-03T12:00:01Z", {{field::price, 11}});
  for (auto f : {field::high, field::open, field::prev_close})
    t.cleared |= static_cast<std::uint16_t>(1u << static_cast<unsigned>(f));
  apply(t);
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 11 5 null)");
  CAF_CHECK_EQUAL(text(cell::change), "null");
  CAF_CHECK_EQUAL(text(cell::change_percent), "null");
  t.set(field::high, 12);
  apply(t);
  CAF_CHECK_EQUAL(text(cell::high), "12");
}

CAF_TEST(a price that is taken back is no close) {
  apply(price("2026-03-03T12:00:00Z", 10));
  auto busted = make_tick("2026-03-03T12:00:01Z", {});
  busted.cleared = 1u << static_cast<unsigned>(field::price);
  apply(busted);
  apply(price("2026-03-04T12:00:00Z", 11));
  CAF_CHECK_EQUAL(text(cell::prev_close), "null");
}

CAF_TEST(a count that begins anew with a late tick goes on) {
  auto numbered = [](std::string_view time, std::int64_t seq) {
    auto t = price(time, static_cast<double>(seq + 1));
    t.seq = seq;
    return t;
  };
  apply(numbered("2026-03-04T12:00:00Z", 100));
  auto now = at("2026-03-04T12:00:01Z");
  CAF_CHECK(x.apply(numbered("2026-03-03T12:00:00Z", 0), {.received = now})
            == applied::late);
  CAF_CHECK(apply(numbered("2026-03-04T12:00:02Z", 1)) == applied::yes);
  CAF_CHECK(apply(numbered("2026-03-04T12:00:02Z", 1)) == applied::repeat);
  // What is late is known to whoever owns it next.
  CAF_CHECK(x.apply(numbered("2026-03-03T12:00:00Z", 7), {.received = now})
            == applied::late);
  price_state moved{*symbol_name::parse("AAPL")};
  CAF_REQUIRE(moved.restore(x.render()));
  CAF_CHECK(moved.apply(numbered("2026-03-04T12:00:03Z", 7), {.received = now})
            == applied::repeat);
}

CAF_TEST(a date at the end of the clock has a roll) {
  apply(price("2026-03-03T12:00:00Z", 10));
  CAF_REQUIRE(x.end_day(5'000'000, true));
  CAF_CHECK(x.next_roll() > 0);
}

CAF_TEST(a recording that is played once more begins its days anew) {
  for (int round = 0; round < 2; ++round) {
    auto first = price("2026-03-03T12:00:00Z", 10);
    first.anew = round > 0;
    CAF_CHECK(apply(first) == applied::yes);
    CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 10 10 null)");
    CAF_CHECK(apply(price("2026-03-04T12:00:00Z", 11)) == applied::yes);
    CAF_CHECK_EQUAL(day(), R"("2026-03-04" 10 11 11 11 null)");
  }
}

CAF_TEST(what was invented leaves no date) {
  auto now = at("2026-03-04T12:00:00Z");
  x.apply(price("2026-03-04T12:00:00Z", 10),
          {.received = now, .from = source::simulator});
  CAF_CHECK(x.apply(price("2026-03-03T12:00:00Z", 20),
                    {.received = now, .from = source::post})
            == applied::yes);
  CAF_CHECK_EQUAL(day(), R"("2026-03-03" null null 20 20 null)");
}

CAF_TEST(by time a trade that another has overtaken is late and so is a quote) {
  auto quote = [](std::string_view time, double bid) {
    return make_tick(time, {{field::bid, bid}});
  };
  x.order_by_time();
  apply(price("2026-03-04T12:00:02Z", 10));
  CAF_CHECK(apply(price("2026-03-04T12:00:01Z", 9)) == applied::late);
  CAF_CHECK_EQUAL(text(cell::price), "10");
  CAF_CHECK_EQUAL(text(cell::low), "10");
  CAF_CHECK_EQUAL(text(cell::time), R"("2026-03-04T12:00:02.000Z")");
  CAF_CHECK(apply(quote("2026-03-04T12:00:01Z", 8)) == applied::yes);
  CAF_CHECK(apply(quote("2026-03-04T12:00:00Z", 7)) == applied::late);
  CAF_CHECK_EQUAL(text(cell::bid), "8");
  // One of the same time came later.
  CAF_CHECK(apply(price("2026-03-04T12:00:02Z", 11)) == applied::yes);
  CAF_CHECK_EQUAL(x.late(), 2u);
  CAF_MESSAGE("of a trade with an older quote the price counts");
  apply(quote("2026-03-04T12:00:04Z", 9));
  apply(
    make_tick("2026-03-04T12:00:03Z", {{field::price, 11.5}, {field::bid, 6}}));
  CAF_CHECK_EQUAL(text(cell::price), "11.5");
  CAF_CHECK_EQUAL(text(cell::bid), "9");
  CAF_CHECK_EQUAL(text(cell::time), R"("2026-03-04T12:00:04.000Z")");
  CAF_MESSAGE("a trade with a quote overtakes quotes");
  apply(make_tick("2026-03-04T12:00:05Z",
                  {{field::price, 11.7}, {field::bid, 11.6}}));
  CAF_CHECK(apply(quote("2026-03-04T12:00:04Z", 5)) == applied::late);
  CAF_MESSAGE("the next owner goes on so");
  price_state moved{*symbol_name::parse("AAPL")};
  moved.order_by_time();
  CAF_REQUIRE(moved.restore(x.render()));
  auto is_late = [&](const tick& t) {
    return moved.apply(t, {.received = *t.time}) == applied::late;
  };
  CAF_CHECK(is_late(price("2026-03-04T12:00:04Z", 1)));
  CAF_CHECK(is_late(quote("2026-03-04T12:00:04Z", 1)));
  CAF_CHECK(!is_late(price("2026-03-05T12:00:00Z", 12)));
  CAF_CHECK(is_late(price("2026-03-05T11:59:59Z", 1)));
  CAF_MESSAGE("what says no time comes now");
  auto bare = price("2026-03-04T12:00:00Z", 12);
  bare.time.reset();
  CAF_CHECK(x.apply(bare, {.received = at("2026-03-04T12:00:00Z")})
            == applied::yes);
  CAF_MESSAGE("by arrival nothing of one day is late");
  price_state y{*symbol_name::parse("AAPL")};
  for (auto time : {"2026-03-04T12:00:02Z", "2026-03-04T12:00:01Z"})
    CAF_CHECK(y.apply(price(time, 9), {.received = at(time)}) == applied::yes);
}

CAF_TEST(by time a clock that runs ahead keeps nobody out) {
  x.order_by_time();
  auto now = at("2026-03-04T12:00:00Z");
  auto apply_now = [&](const tick& t) {
    return x.apply(t, {.received = now, .from = source::post});
  };
  CAF_CHECK(apply_now(price("2026-03-04T13:00:00Z", 10)) == applied::yes);
  CAF_CHECK(apply_now(price("2026-03-04T12:00:00Z", 11)) == applied::yes);
  CAF_CHECK_EQUAL(text(cell::price), "11");
}

CAF_TEST(by time a recording that is played once more begins anew) {
  x.order_by_time();
  apply(price("2026-03-04T12:00:02Z", 10));
  auto first = price("2026-03-04T12:00:00Z", 9);
  first.anew = true;
  CAF_CHECK(apply(first) == applied::yes);
  CAF_CHECK(apply(price("2026-03-04T12:00:01Z", 8)) == applied::yes);
  CAF_CHECK_EQUAL(text(cell::price), "8");
}

CAF_TEST(it is known where each number is from) {
  x.trade_at(new_york());
  apply(
    make_tick("2026-03-03T20:00:00Z", {{field::price, 100}, {field::bid, 99}}));
  apply(make_tick("2026-03-04T20:00:00Z",
                  {{field::price, 101}, {field::high, 102}, {field::size, 3}}));
  auto all = x.origins();
  for (auto part :
       {"price: the source", "bid: an earlier date", "high: the source",
        "open: prices", "low: prices", "volume: sizes",
        "prev_close: the last price of the regular session"})
    CAF_CHECK(all.find(part) != all.npos);
  CAF_CHECK(timestamp{std::chrono::nanoseconds{x.next_roll()}}
            == at("2026-03-05T09:00:00Z"));
}

CAF_TEST(ticks at the ends of the clock are taken) {
  for (auto time : {timestamp::min(), timestamp::max()}) {
    price_state y{*symbol_name::parse("AAPL")};
    auto t = price("2026-03-04T12:00:00Z", 1);
    t.time = time;
    CAF_CHECK(y.apply(t, {.received = time}) == applied::yes);
    CAF_CHECK(y.apply(t, {.received = time}) == applied::yes);
    CAF_CHECK_EQUAL(y.ticks_applied(), 2u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
