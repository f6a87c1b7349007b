#define CAF_SUITE http.readers.sessions_file

#include "livegrid/http/readers/sessions_file.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

#include "temp_file.hpp"
#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

std::string error(std::string_view text) {
  temp_file file{std::string{text}};
  auto result = read_sessions_file(file.path());
  CAF_REQUIRE(!result);
  CAF_REQUIRE(result.error().starts_with(file.path() + ": "));
  return result.error().substr(file.path().size() + 2);
}

} // namespace

CAF_TEST(venues and the symbols that are traded there) {
  temp_file file{R"({
    "venues": {
      "us": {"tz": "America/New_York", "session": "0930-1600",
             "pre": "0400-0930", "post": "1600-2000", "roll": "session",
             "holidays": ["20261126", "20261225"],
             "corrections": ["0930-1300:20261127", "0930-1300:20261224"]},
      "coin": {"roll": "rolling24h", "holidays": "20261126,20261127"}},
    "symbols": {"*": "us", "BTC*": "coin", "BTCW": "24x7"}})"};
  auto x = read_sessions_file(file.path());
  CAF_REQUIRE(x);
  CAF_REQUIRE_EQUAL(x->venues().size(), 3u);
  auto us = x->of("AAPL")->definition();
  CAF_CHECK_EQUAL(us.name, "us");
  CAF_CHECK_EQUAL(us.tz, "America/New_York");
  CAF_CHECK_EQUAL(us.session, "0930-1600");
  CAF_CHECK_EQUAL(us.pre, "0400-0930");
  CAF_CHECK_EQUAL(us.post, "1600-2000");
  CAF_CHECK(us.roll == roll_rule::session);
  CAF_CHECK_EQUAL(us.holidays, "20261126,20261225");
  CAF_CHECK_EQUAL(us.corrections, "0930-1300:20261127;0930-1300:20261224");
  auto coin = x->of("BTCUSD")->definition();
  CAF_CHECK_EQUAL(coin.tz, "UTC");
  CAF_CHECK_EQUAL(coin.session, "24x7");
  CAF_CHECK(coin.roll == roll_rule::rolling24h);
  CAF_CHECK_EQUAL(coin.holidays, "20261126,20261127");
  CAF_CHECK_EQUAL(x->of("BTCW")->name(), "24x7");
}

CAF_TEST(a file may be empty of all) {
  temp_file file{"{}"};
  auto x = read_sessions_file(file.path());
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->of("AAPL")->name(), "24x7");
}

CAF_TEST(bad files) {
  struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
    {"[]", "must be an object, not an array"},
    {R"({"symbol":{}})",
     R"(has an unknown member "symbol"; did you mean symbols?)"},
    {R"({"venues":[]})", "venues: must be an object, not an array"},
    {R"({"venues":{"us":{"tz":7}}})",
     R"(venues["us"].tz: must be a string, not 7)"},
    {R"({"venues":{"us":{"tz":""}}})", R"(venues["us"].tz: is empty)"},
    {R"({"venues":{"us":{"zt":"UTC"}}})",
     R"(venues["us"]: has an unknown member "zt"; did you mean tz?)"},
    {R"({"venues":{"":{}}})", R"(venues[""]: a name may not be empty)"},
    {R"({"venues":{"us":{"tz":"Mars"}}})",
     R"(venues["us"].tz: is no time zone that the system's tzdata knows)"},
    {R"({"venues":{"us":{"session":"9-16"}}})",
     R"(venues["us"].session: "9-16" is no period such as 0930-1600 or )"
     "1700F1-1600"},
    {R"({"venues":{"us":{"holidays":["20260230"]}}})",
     R"(venues["us"].holidays: "20260230" is no day such as 20181231)"},
    {R"({"venues":{"us":{"holidays":[20260228]}}})",
     R"(venues["us"].holidays[0]: must be a string, not 20260228)"},
    {R"({"venues":{"us":{"corrections":"x"}}})",
     R"(venues["us"].corrections: "x" is no correction such as )"
     "1000-1400:20181114"},
    {R"({"venues":{"us":{"roll":"never"}}})",
     R"(venues["us"].roll: "never" is none of session, utc, rolling24h)"},
    {R"({"symbols":{"*":"us"}})", R"(symbols["*"]: there is no venue "us")"},
    {R"({"venues":{"us-equities":{}},"symbols":{"*":"us-equity"}})",
     R"(symbols["*"]: there is no venue "us-equity"; did you mean )"
     "us-equities?"},
    {R"({"symbols":{"":"24x7"}})",
     R"(symbols[""]: a pattern may not be empty)"},
    {R"({"symbols":{"*":1}})", R"(symbols["*"]: must be a string, not 1)"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.text);
    CAF_CHECK_EQUAL(error(c.text), c.message);
  }
}

CAF_TEST(there are so many patterns at most) {
  std::string text = R"({"symbols":{)";
  for (std::size_t i = 0; i < max_venue_patterns; ++i)
    text += "\"A" + std::to_string(i) + "*\":\"24x7\",";
  CAF_CHECK_EQUAL(error(text + R"("B*":"24x7"}})"),
                  R"(symbols["B*"]: is one pattern with * or ? too many: )"
                  "there may be 1000");
}

CAF_TEST(what is no file or no JSON) {
  auto x = read_sessions_file("/nowhere/sessions.json");
  CAF_REQUIRE(!x);
  CAF_CHECK_EQUAL(x.error(), "/nowhere/sessions.json: cannot be opened: "
                             "No such file or directory");
  CAF_CHECK(error("{\n\"a\":}").find("line 2") != std::string::npos);
}

CAF_TEST(the file that we ship) {
  auto source = std::getenv("LIVEGRID_SOURCE");
  CAF_REQUIRE(source);
  auto x = read_sessions_file(source + std::string{"/deploy/sessions.json"});
  if (!x)
    CAF_FAIL(x.error());
  struct {
    std::string_view symbol;
    std::string_view name;
  } cases[] = {
    {"AAPL", "us-equities"}, {"ES=F", "cme-futures"}, {"EURUSD=X", "fx"},
    {"BTC-USD", "crypto"},   {"BTCUSDT", "crypto"},
  };
  for (auto& c : cases)
    CAF_CHECK_EQUAL(x->of(c.symbol)->name(), c.name);
}
