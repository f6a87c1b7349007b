#define CAF_SUITE actors.day.session

#include "livegrid/actors/day/session.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono;

namespace {

using periods = std::vector<session_period>;

constexpr int h = 60;

const periods none;

const periods regular{{9 * h + 30, 16 * h}};

} // namespace

CAF_TEST(sessions as TradingView writes them) {
  struct {
    std::string_view text;
    session_week week;
  } cases[] = {
    {"0930-1600", {none, regular, regular, regular, regular, regular, none}},
    {" 0930-1600 ", {none, regular, regular, regular, regular, regular, none}},
    {"0930-1600:17", {regular, none, none, none, none, none, regular}},
    {"0930-1600:2;1", {none, regular, none, none, none, none, none}},
    {"0930-1130,1300-1500:4",
     {none, none, none, periods{{570, 690}, {780, 900}}, none, none, none}},
    {"0930-1130,1130-1600:2", {none, regular, none, none, none, none, none}},
    {"1700-1600:2",
     {none, periods{{-7 * h, 16 * h}}, none, none, none, none, none}},
    {"1700-1700:2",
     {none, periods{{-7 * h, 17 * h}}, none, none, none, none, none}},
    {"0000-0000:2", {none, periods{{0, 24 * h}}, none, none, none, none, none}},
    {"0000-2400:2", {none, periods{{0, 24 * h}}, none, none, none, none, none}},
    {"1700F1-1515,1530-1600:2",
     {none, periods{{-7 * h, 15 * h + 15}, {15 * h + 30, 16 * h}}, none, none,
      none, none, none}},
    {"1900F3-2350F3,0900-1600:2",
     {none, periods{{19 * h - 72 * h, 23 * h + 50 - 72 * h}, {9 * h, 16 * h}},
      none, none, none, none, none}},
    {"0930-1600|1000-1400:2",
     {none, periods{{10 * h, 14 * h}}, regular, regular, regular, regular,
      none}},
    {"1000-1400:7|0930-1600|dayoff:3",
     {none, regular, none, regular, regular, regular,
      periods{{10 * h, 14 * h}}}},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = parse_session(c.text);
    CAF_REQUIRE(x);
    CAF_CHECK(*x == c.week);
  }
}

CAF_TEST(24x7 is every day from midnight to midnight) {
  auto x = parse_session("24x7");
  CAF_REQUIRE(x);
  for (auto& day : *x)
    CAF_CHECK(day == (periods{{0, 24 * h}}));
}

CAF_TEST(what is no session) {
  struct {
    std::string_view text;
    std::string_view why;
  } cases[] = {
    {"", R"("" has a part without a period)"},
    {"0930-1600|", R"("0930-1600|" has a part without a period)"},
    {"|0930-1600", R"("" has no period)"},
    {"0930-1600,", R"("0930-1600," ends with a comma)"},
    {"0930", R"("0930" is no period such as 0930-1600 or 1700F1-1600)"},
    {"930-1600", R"("930-1600" is no period such as 0930-1600 or 1700F1-1600)"},
    {"0960-1600",
     R"("0960-1600" is no period such as 0930-1600 or 1700F1-1600)"},
    {"0930-2401",
     R"("0930-2401" is no period such as 0930-1600 or 1700F1-1600)"},
    {"1700F0-1600",
     R"("1700F0-1600" is no period such as 0930-1600 or 1700F1-1600)"},
    {"1700F1-1600F2", R"("1700F1-1600F2" ends before it begins)"},
    {"1600-1700F1", R"("1600-1700F1" ends before it begins)"},
    {"0900-1200,1100-1600",
     R"("1100-1600" begins before the period before it ends)"},
    {"0930-1600:", R"("" names no day of the week)"},
    {"0930-1600:8",
     R"("8" must be days of the week, each once: 1 is Sunday, 7 Saturday)"},
    {"0930-1600:22",
     R"("22" must be days of the week, each once: 1 is Sunday, 7 Saturday)"},
    {"0930-1600:23|1000-1600:34",
     R"("1000-1600:34" names a day that a part before it names)"},
    {"0930-1600|1000-1600", R"("1000-1600" is a second part without days)"},
    {"0930-1600;9", R"("9" must be the first day of the week, 1 to 7)"},
    {"dayoff", R"("dayoff" has no day with a period)"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = parse_session(c.text);
    CAF_REQUIRE(!x);
    CAF_CHECK_EQUAL(x.error(), c.why);
  }
}

CAF_TEST(a day has sixteen periods at most) {
  std::string text;
  for (int i = 0; i < 16; ++i) {
    auto hour = std::to_string(100 + i).substr(1);
    text += (i ? "," : "") + hour + "00-" + hour + "30";
  }
  CAF_CHECK(parse_session(text));
  auto x = parse_session(text + ",2300-2330");
  CAF_REQUIRE(!x);
  CAF_CHECK_EQUAL(x.error(), R"("2300-2330" is one period too many)");
}

CAF_TEST(holidays) {
  auto x = parse_holidays("20181105, 20240229");
  CAF_REQUIRE(x);
  CAF_CHECK(
    *x == (std::set<sys_days>{2018y / November / 5, 2024y / February / 29}));
  CAF_CHECK(parse_holidays("")->empty());
  for (auto text : {"20230229", "2023-02-28", "x", "20231301", "2023112"}) {
    auto y = parse_holidays(text);
    CAF_REQUIRE(!y);
    CAF_CHECK_EQUAL(y.error(),
                    '"' + std::string{text} + "\" is no day such as 20181231");
  }
}

CAF_TEST(corrections) {
  auto x = parse_corrections("1900F4-2350F4,1000-1845:20181113;"
                             "1000-1400:20181114,20181115;dayoff:20181116");
  CAF_REQUIRE(x);
  CAF_CHECK(*x
            == (session_corrections{{2018y / November / 13,
                                     {{19 * h - 96 * h, 23 * h + 50 - 96 * h},
                                      {10 * h, 18 * h + 45}}},
                                    {2018y / November / 14, {{10 * h, 14 * h}}},
                                    {2018y / November / 15, {{10 * h, 14 * h}}},
                                    {2018y / November / 16, {}}}));
  CAF_CHECK(parse_corrections("")->empty());
}

CAF_TEST(what is no correction) {
  struct {
    std::string_view text;
    std::string_view why;
  } cases[] = {
    {"20181113", R"("20181113" is no correction such as 1000-1400:20181114)"},
    {"1000:20181113",
     R"("1000" is no period such as 0930-1600 or 1700F1-1600)"},
    {"1000-1400:", R"("1000-1400:" names no day)"},
    {"1000-1400:2", R"("2" is no day such as 20181231)"},
    {"1000-1400:20181113;dayoff:20181113",
     R"("dayoff:20181113" names a day twice)"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    auto x = parse_corrections(c.text);
    CAF_REQUIRE(!x);
    CAF_CHECK_EQUAL(x.error(), c.why);
  }
}
