#define CAF_SUITE actors.day.venue

#include "livegrid/actors/day/venue.hpp"

#include <string>
#include <string_view>

#include "livegrid/actors/base/time_text.hpp"
#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono;

namespace {

venue make(venue_definition x) {
  auto result = venue::make(std::move(x));
  if (!result)
    CAF_FAIL(result.error().member << ": " << result.error().reason);
  return *result;
}

venue new_york() {
  return make({.name = "us",
               .tz = "America/New_York",
               .session = "0930-1600",
               .pre = "0400-0930",
               .post = "1600-2000",
               .holidays = "20260119,20261225",
               .corrections = "0930-1300:20261127"});
}

venue chicago() {
  return make({.name = "cme",
               .tz = "America/Chicago",
               .session = "1700-1600",
               .holidays = "20261225"});
}

venue currencies() {
  return make({.name = "fx", .tz = "America/New_York", .session = "1700-1700"});
}

timestamp at(std::string_view text) {
  auto x = parse_iso_time(text);
  CAF_REQUIRE(x);
  return *x;
}

std::string text(timestamp x) {
  return iso_time(floor<seconds>(x));
}

std::string text(sys_days x) {
  char buf[date_size];
  return {buf, write_date(buf, x)};
}

/// A time, and what a venue makes of it.
struct day_case {
  std::string_view time;
  std::string_view date;
  std::string_view begin;
  std::string_view end;
  bool regular;
};

void check(const venue& v, std::initializer_list<day_case> cases) {
  for (auto& c : cases) {
    CAF_MESSAGE(v.name() << " at " << c.time);
    auto x = at(c.time);
    auto day = v.day_of(x);
    CAF_CHECK_EQUAL(text(day.date), c.date);
    CAF_CHECK_EQUAL(text(day.span.begin), c.begin);
    CAF_CHECK_EQUAL(text(day.span.end), c.end);
    CAF_CHECK_EQUAL(v.is_regular(x), c.regular);
    CAF_CHECK(v.next_roll(x) == day.span.end);
    auto part = v.part_of(x);
    CAF_CHECK(part.date == day.date);
    CAF_CHECK(part.span.holds(x));
    CAF_CHECK(day.span.begin <= part.span.begin);
    CAF_CHECK(part.span.end <= day.span.end);
  }
}

/// Walks from part to part: they follow one another without a gap, dates never
/// go back, and all times of a part say the same.
void walk(const venue& v, timestamp from, timestamp to) {
  auto x = v.part_of(from);
  while (x.span.end < to) {
    auto next = v.part_of(x.span.end);
    CAF_REQUIRE(next.span.begin == x.span.end);
    CAF_REQUIRE(next.span.begin < next.span.end);
    CAF_REQUIRE(next.date >= x.date);
    CAF_REQUIRE(
      v.part_of(next.span.begin + (next.span.end - next.span.begin) / 2)
      == next);
    CAF_REQUIRE(v.part_of(next.span.end - 1ns) == next);
    x = next;
  }
}

} // namespace

CAF_TEST(the trade date begins before the open and lasts until the next one) {
  check(new_york(),
        {
          {"2026-03-03T08:59:59Z", "2026-03-02", "2026-03-02T09:00:00Z",
           "2026-03-03T09:00:00Z", false},
          {"2026-03-03T09:00:00Z", "2026-03-03", "2026-03-03T09:00:00Z",
           "2026-03-04T09:00:00Z", false},
          {"2026-03-03T14:29:59Z", "2026-03-03", "2026-03-03T09:00:00Z",
           "2026-03-04T09:00:00Z", false},
          {"2026-03-03T14:30:00Z", "2026-03-03", "2026-03-03T09:00:00Z",
           "2026-03-04T09:00:00Z", true},
          {"2026-03-03T20:59:59Z", "2026-03-03", "2026-03-03T09:00:00Z",
           "2026-03-04T09:00:00Z", true},
          {"2026-03-03T21:00:00Z", "2026-03-03", "2026-03-03T09:00:00Z",
           "2026-03-04T09:00:00Z", false},
          // A weekend belongs to its Friday, and the clocks change in it.
          {"2026-03-07T12:00:00Z", "2026-03-06", "2026-03-06T09:00:00Z",
           "2026-03-09T08:00:00Z", false},
          {"2026-03-09T13:30:00Z", "2026-03-09", "2026-03-09T08:00:00Z",
           "2026-03-10T08:00:00Z", true},
          {"2026-10-31T00:00:00Z", "2026-10-30", "2026-10-30T08:00:00Z",
           "2026-11-02T09:00:00Z", false},
        });
}

CAF_TEST(a holiday belongs to the day before) {
  check(new_york(), {
                      {"2026-01-19T15:00:00Z", "2026-01-16",
                       "2026-01-16T09:00:00Z", "2026-01-20T09:00:00Z", false},
                    });
}

CAF_TEST(a half day ends early) {
  check(new_york(), {
                      {"2026-11-27T17:59:59Z", "2026-11-27",
                       "2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z", true},
                      {"2026-11-27T18:00:00Z", "2026-11-27",
                       "2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z", false},
                    });
}

CAF_TEST(an overnight session belongs to the day in which it ends) {
  check(
    chicago(),
    {
      // Monday's begins on Sunday, in the night of which the clocks change.
      {"2026-03-08T21:59:59Z", "2026-03-06", "2026-03-05T23:00:00Z",
       "2026-03-08T22:00:00Z", false},
      {"2026-03-08T22:00:00Z", "2026-03-09", "2026-03-08T22:00:00Z",
       "2026-03-09T22:00:00Z", true},
      {"2026-03-09T20:59:59Z", "2026-03-09", "2026-03-08T22:00:00Z",
       "2026-03-09T22:00:00Z", true},
      {"2026-03-09T21:30:00Z", "2026-03-09", "2026-03-08T22:00:00Z",
       "2026-03-09T22:00:00Z", false},
      {"2026-11-01T22:59:59Z", "2026-10-30", "2026-10-29T22:00:00Z",
       "2026-11-01T23:00:00Z", false},
      {"2026-11-01T23:00:00Z", "2026-11-02", "2026-11-01T23:00:00Z",
       "2026-11-02T23:00:00Z", true},
      // Christmas is a Friday: what begins on Thursday's evening is not traded.
      {"2026-12-25T00:00:00Z", "2026-12-24", "2026-12-23T23:00:00Z",
       "2026-12-27T23:00:00Z", false},
      {"2024-02-29T12:00:00Z", "2024-02-29", "2024-02-28T23:00:00Z",
       "2024-02-29T23:00:00Z", true},
    });
}

CAF_TEST(currencies roll at five in New York) {
  check(currencies(), {
                        {"2026-03-06T21:59:59Z", "2026-03-06",
                         "2026-03-05T22:00:00Z", "2026-03-08T21:00:00Z", true},
                        {"2026-03-06T22:00:00Z", "2026-03-06",
                         "2026-03-05T22:00:00Z", "2026-03-08T21:00:00Z", false},
                        {"2026-03-08T21:00:00Z", "2026-03-09",
                         "2026-03-08T21:00:00Z", "2026-03-09T21:00:00Z", true},
                      });
}

CAF_TEST(the south has its summer in winter) {
  auto v =
    make({.name = "asx", .tz = "Australia/Sydney", .session = "1000-1600"});
  check(v, {
             {"2026-04-02T23:30:00Z", "2026-04-03", "2026-04-02T23:00:00Z",
              "2026-04-06T00:00:00Z", true},
             {"2026-04-06T05:59:59Z", "2026-04-06", "2026-04-06T00:00:00Z",
              "2026-04-07T00:00:00Z", true},
             {"2026-10-02T06:00:00Z", "2026-10-02", "2026-10-02T00:00:00Z",
              "2026-10-04T23:00:00Z", false},
             {"2026-10-04T23:00:00Z", "2026-10-05", "2026-10-04T23:00:00Z",
              "2026-10-05T23:00:00Z", true},
           });
}

CAF_TEST(at UTC + 14 a day begins on the day before) {
  auto v = make({.name = "line", .tz = "Pacific/Kiritimati"});
  check(v, {
             {"2026-01-01T09:59:59Z", "2026-01-01", "2025-12-31T10:00:00Z",
              "2026-01-01T10:00:00Z", true},
             {"2026-01-01T10:00:00Z", "2026-01-02", "2026-01-01T10:00:00Z",
              "2026-01-02T10:00:00Z", true},
           });
  // On the last day of 1994 it moved over the date line: that date never was.
  check(v, {
             {"1994-12-31T10:00:00Z", "1995-01-01", "1994-12-31T10:00:00Z",
              "1995-01-01T10:00:00Z", true},
           });
}

CAF_TEST(days without a break roll at midnight) {
  check(make({.name = "24x7"}),
        {
          {"2024-02-28T23:59:59Z", "2024-02-28", "2024-02-28T00:00:00Z",
           "2024-02-29T00:00:00Z", true},
          {"2024-02-29T00:00:00Z", "2024-02-29", "2024-02-29T00:00:00Z",
           "2024-03-01T00:00:00Z", true},
          {"2024-03-02T12:00:00Z", "2024-03-02", "2024-03-02T00:00:00Z",
           "2024-03-03T00:00:00Z", true},
        });
}

CAF_TEST(other rules roll at midnight UTC whatever the session) {
  for (auto rule : {roll_rule::utc, roll_rule::rolling24h})
    check(make({.name = "utc",
                .tz = "America/New_York",
                .session = "1700-1700",
                .roll = rule}),
          {
            {"2026-03-05T23:00:00Z", "2026-03-05", "2026-03-05T00:00:00Z",
             "2026-03-06T00:00:00Z", true},
            {"2026-03-07T12:00:00Z", "2026-03-07", "2026-03-07T00:00:00Z",
             "2026-03-08T00:00:00Z", false},
          });
}

CAF_TEST(a session that begins some days before leaves none to be repeated) {
  auto v = make({.name = "far",
                 .session = "0900-1700",
                 .holidays = "20181112",
                 .corrections = "1900F4-2350F4,1000-1845:20181113"});
  check(v, {
             {"2018-11-09T18:59:59Z", "2018-11-09", "2018-11-09T09:00:00Z",
              "2018-11-09T19:00:00Z", false},
             {"2018-11-09T19:00:00Z", "2018-11-13", "2018-11-09T19:00:00Z",
              "2018-11-14T09:00:00Z", true},
             {"2018-11-12T12:00:00Z", "2018-11-13", "2018-11-09T19:00:00Z",
              "2018-11-14T09:00:00Z", false},
           });
}

CAF_TEST(a correction that begins before the day before takes that over) {
  auto v = make({.name = "over",
                 .session = "0900-1700",
                 .corrections = "1900F2-1000:20181115"});
  // The date between them has begun and is over at once.
  check(v, {
             {"2018-11-13T18:59:59Z", "2018-11-13", "2018-11-13T09:00:00Z",
              "2018-11-13T19:00:00Z", false},
             {"2018-11-14T12:00:00Z", "2018-11-15", "2018-11-13T19:00:00Z",
              "2018-11-16T09:00:00Z", true},
           });
}

CAF_TEST(parts follow one another) {
  for (auto& v : {new_york(), chicago(), currencies(),
                  make({.name = "asx",
                  .tz = "Australia/Sydney",
                  .session = "0700-1000,1000-1600"}),
                  make({.name = "night",
                  .tz = "America/New_York",
                  .session = "0130-0230,0245-0900:1234567"}),
                  make({.name = "line", .tz = "Pacific/Kiritimati"})}) {
    CAF_MESSAGE(v.name());
    walk(v, at("2026-01-01T00:00:00Z"), at("2027-01-05T00:00:00Z"));
  }
}

CAF_TEST(when the regular session of a date begins) {
  auto v = new_york();
  auto begin = v.regular_begin(2026y / March / 9);
  CAF_REQUIRE(begin);
  CAF_CHECK_EQUAL(text(*begin), "2026-03-09T13:30:00Z");
  CAF_CHECK(!v.regular_begin(2026y / March / 8));
  CAF_CHECK(!v.regular_begin(2026y / January / 19));
}

CAF_TEST(the ends of the clock have a trade date) {
  for (auto& v : {new_york(), chicago(),
                  make({.name = "line", .tz = "Pacific/Kiritimati"}),
                  make({.name = "utc", .roll = roll_rule::utc})}) {
    CAF_MESSAGE(v.name());
    for (auto x : {timestamp::min(), timestamp::min() + 1ns,
                   timestamp::min() + 24h, timestamp::max() - 24h,
                   timestamp::max() - 1s, timestamp::max() - 1ns}) {
      auto part = v.part_of(x);
      CAF_CHECK(part.span.holds(x));
      CAF_CHECK(v.day_of(x).span.holds(x));
    }
    // No span that is half open can hold the very last moment.
    auto last = v.day_of(timestamp::max());
    CAF_CHECK(last.span.end == timestamp::max());
    CAF_CHECK(last.date == v.day_of(timestamp::max() - 1ns).date);
    walk(v, timestamp::min(), timestamp::min() + 30 * 24h);
    walk(v, timestamp::max() - 30 * 24h, timestamp::max());
  }
}

CAF_TEST(a fault names the member and the reason) {
  struct {
    venue_definition made;
    std::string_view member;
    std::string_view reason;
  } cases[] = {
    {{.tz = "Mars"}, "tz", "is no time zone that the system's tzdata knows"},
    {{.session = "x"},
     "session",
     R"("x" is no period such as 0930-1600 or 1700F1-1600)"},
    {{.pre = "x"},
     "pre",
     R"("x" is no period such as 0930-1600 or 1700F1-1600)"},
    {{.post = "x"},
     "post",
     R"("x" is no period such as 0930-1600 or 1700F1-1600)"},
    {{.holidays = "x"}, "holidays", R"("x" is no day such as 20181231)"},
    {{.corrections = "x"},
     "corrections",
     R"("x" is no correction such as 1000-1400:20181114)"},
  };
  for (auto& c : cases) {
    auto x = venue::make(c.made);
    CAF_REQUIRE(!x);
    CAF_CHECK_EQUAL(x.error().member, c.member);
    CAF_CHECK_EQUAL(x.error().reason, c.reason);
  }
}

CAF_TEST(rules of the roll have names) {
  for (auto x : {roll_rule::session, roll_rule::utc, roll_rule::rolling24h})
    CAF_CHECK(parse_roll_rule(to_string(x)) == x);
  CAF_CHECK(!parse_roll_rule("never"));
}
