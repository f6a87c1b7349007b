#define CAF_SUITE actors.base.time_text

#include "livegrid/actors/base/time_text.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

constexpr std::int64_t s = 1'000'000'000;

struct time_case {
  std::string_view text;
  std::int64_t ns;
};

CAF_TEST(times) {
  constexpr std::int64_t base = 1'700'000'000 * s; // 2023-11-14T22:13:20Z
  time_case cases[] = {
    {"631152000", 631'152'000 * s}, // 1990-01-01
    {"631152000000", 631'152'000 * s},
    {"1.7e9", base},
    {"1700000000", base},
    {"1700000000.123456789", base + 123'456'789},
    {"1700000000.1234567899999", base + 123'456'789},
    {"1700000000.5", base + s / 2},
    {"1700000000000", base},
    {"1700000000123", base + 123'000'000},
    {"1700000000123.25", base + 123'250'000},
    {"1700000000123456", base + 123'456'000},
    {"1700000000123456.789", base + 123'456'789},
    {"1700000000123456789", base + 123'456'789},
    {"1700000000123456789.9", base + 123'456'789},
    {"9223372036854775807", INT64_MAX},
    {"1970-01-01", 0},
    {"1969-12-31T23:59:59Z", -s},
    {"2023-11-14", base - 80'000 * s},
    {"2023-11-14T22:13:20Z", base},
    {"2023-11-14t22:13:20z", base},
    {"2023-11-14 22:13:20", base},
    {"2023-11-14T22:13:20", base},
    {"2023-11-14T22:13Z", base - 20 * s},
    {"2023-11-14T22:13:20.5Z", base + s / 2},
    {"2023-11-14T22:13:20,000000001Z", base + 1},
    {"2023-11-14T22:13:20.0000000019Z", base + 1},
    {"2023-11-15T00:13:20+02:00", base},
    {"2023-11-14T17:13:20-0500", base},
    {"2023-11-15T03:43:20.25+05:30", base + s / 4},
    {"2023-11-15T00:13:20+02", base},
    {"2024-02-29", 1'709'164'800 * s},
    {"2016-12-31T23:59:60Z", 1'483'228'800 * s},
    {"2262-04-11T23:47:16.854775807Z", INT64_MAX},
    {"20231114", base - 80'000 * s},
    {"19700101", 0},
    {"20231114T221320Z", base},
    {"20231114T2213Z", base - 20 * s},
    {"20231114t221320.5z", base + s / 2},
    {"20231115T001320+0200", base},
    {"20231115T001320+02", base},
    {"20231114 22:13:20", base},
    {"20231114 22:13", base - 20 * s},
    {"20231114 221320", base},
    {"20240229T000000Z", 1'709'164'800 * s},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = parse_time(c.text);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->time_since_epoch().count(), c.ns);
  }
}

CAF_TEST(what is no time) {
  std::string_view cases[] = {
    "",
    " ",
    "now",
    "1700000000 ",
    "+1",
    "0x10",
    // Before 1990, in which unit it ever is, and so meant for something else.
    "0",
    "-0",
    "1",
    "-1",
    "2024",
    "202401",
    "240102",
    "631151999",
    "631151999.999",
    "20240102.0",
    "2.0240102e7",
    "202401020930", // of the length of milliseconds
    "-9223372036854775808",
    "1.2e-5",
    "20240102093000",
    "20240102093000123",
    "20230229",
    "20231301",
    "20231114T",
    "20231114T22",
    "20231114T221",
    "20231114T22132",
    "20231114T221361Z",
    "20231114T22:1320Z",
    "20231114T2213:20Z",
    "20231114Z",
    "20231114-22:13:20",
    "2023-11-14T221320Z",
    "2023-11-14T22:1320Z",
    "1e999",
    "1e30",
    "99999999999",
    "9223372036854775808",
    "-9223372036854775809",
    "9223372036854775807999",
    "2023-02-29",
    "2023-13-01",
    "2023-00-10",
    "2023-1-1",
    "2023-11",
    "2023-11-14T",
    "2023-11-14T22",
    "2023-11-14T24:00:00Z",
    "2023-11-14T22:60Z",
    "2023-11-14T22:13:61Z",
    "2023-11-14T22:13:20.Z",
    "2023-11-14T22:13:20ZZ",
    "2023-11-14T22:13:20+",
    "2023-11-14T22:13:20+2",
    "2023-11-14T22:13:20+02:0",
    "2023-11-14T22:13:20 UTC",
    "2023/11/14",
    "9999-12-31",
    "0000-01-01",
    "2262-04-11T23:47:16.854775808Z",
  };
  for (auto text : cases) {
    CAF_MESSAGE(text);
    CAF_CHECK(!parse_time(text));
  }
}

CAF_TEST(epoch times of a known unit) {
  auto ns = [](std::string_view text, epoch_unit unit) {
    auto x = parse_epoch(text, unit);
    return x ? x->time_since_epoch().count() : -1;
  };
  CAF_CHECK_EQUAL(ns("5", epoch_unit::s), 5 * s);
  CAF_CHECK_EQUAL(ns("5", epoch_unit::ms), 5'000'000);
  CAF_CHECK_EQUAL(ns("5", epoch_unit::us), 5'000);
  CAF_CHECK_EQUAL(ns("5", epoch_unit::ns), 5);
  CAF_CHECK_EQUAL(ns("1.5e3", epoch_unit::ms), 1'500'000'000);
  CAF_CHECK_EQUAL(ns("9223372037", epoch_unit::s), -1);
  CAF_CHECK_EQUAL(ns("x", epoch_unit::s), -1);
}

CAF_TEST(times that the clock of nanoseconds has not are written) {
  auto text = [](std::int64_t s_since_1970) {
    return iso_time(
      std::chrono::sys_seconds{std::chrono::seconds{s_since_1970}});
  };
  CAF_CHECK_EQUAL(text(0), "1970-01-01T00:00:00Z");
  CAF_CHECK_EQUAL(text(-11'676'096'000), "1600-01-01T00:00:00Z");
  CAF_CHECK_EQUAL(text(253'402'300'799), "9999-12-31T23:59:59Z");
}

CAF_TEST(days are written and read alike) {
  using namespace std::chrono;
  struct {
    sys_days day;
    std::string_view text;
  } cases[] = {
    {sys_days{1970y / 1 / 1}, "1970-01-01"},
    {sys_days{2024y / 2 / 29}, "2024-02-29"},
    {sys_days{9999y / 12 / 31}, "9999-12-31"},
    {sys_days{0y / 1 / 1}, "0000-01-01"},
  };
  for (auto& c : cases) {
    char text[date_size];
    CAF_CHECK_EQUAL((std::string{text, write_date(text, c.day)}), c.text);
    auto rest = std::string{c.text} + "T1";
    std::string_view left = rest;
    auto day = take_date(left);
    CAF_CHECK(day == c.day);
    CAF_CHECK_EQUAL(left, "T1");
  }
  for (std::string_view bad : {"", "2024", "2024-02-30", "2024-13-01",
                               "2024-2-03", "+024-02-03", "2024/02/03"}) {
    auto left = bad;
    CAF_CHECK(!take_date(left));
    CAF_CHECK_EQUAL(left, bad);
  }
}

CAF_TEST(a time is written to the second) {
  using namespace std::chrono;
  CAF_CHECK_EQUAL(iso_time(sys_seconds{}), "1970-01-01T00:00:00Z");
  CAF_CHECK_EQUAL(iso_time(sys_seconds{1'700'000'000s}),
                  "2023-11-14T22:13:20Z");
  CAF_CHECK_EQUAL(iso_time(sys_seconds{-1s}), "1969-12-31T23:59:59Z");
  // The clock's nanoseconds end in 2262.
  CAF_CHECK_EQUAL(iso_time(sys_days{9999y / 12 / 31} + 86'399s),
                  "9999-12-31T23:59:59Z");
}

} // namespace
