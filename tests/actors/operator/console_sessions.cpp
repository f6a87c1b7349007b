#define CAF_SUITE actors.operator.console_sessions

#include "livegrid/actors/operator/console_sessions.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// The clock of the tests stands at 2023-11-14 22:13:20 UTC.
tick of_day_before(std::string_view symbol, double price) {
  auto result = trade(symbol, price);
  result.time = test_clock() - std::chrono::hours{24};
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_sessions_tests, console_fixture)

CAF_TEST(venues are a line each) {
  open_market({});
  publish({trade("A", 1)});
  auto x = answer_to("sessions").lists.at(0);
  CAF_CHECK_EQUAL(x.columns,
                  (strings{"venue", "zone", "session", "symbols", "trade date",
                           "next roll", "rolled", "told"}));
  CAF_CHECK_EQUAL(x.rows, (std::vector<strings>{
                            {"24x7", "UTC", "open", "1", "2023-11-14",
                             "2023-11-15 00:00:00.000000 UTC", "0", "-"}}));
}

CAF_TEST(the operator ends the date of a symbol) {
  open_market({});
  publish({of_day_before("A", 1), of_day_before("B", 2)});
  CAF_CHECK_EQUAL(
    note_of("roll A"),
    "1 symbol told; what is of an earlier trade date goes on to it");
  auto a = answer_to("symbol A").parts.at(0);
  CAF_CHECK_EQUAL(fact(a, "trade_date"), "2023-11-14");
  CAF_CHECK_EQUAL(fact(a, "prev_close"), "1");
  CAF_CHECK_EQUAL(fact(a, "high"), "null");
  CAF_CHECK_EQUAL(fact(a, "numbers_from"),
                  "price: an earlier date, prev_close: the last price of the "
                  "regular session");
  CAF_CHECK_EQUAL(fact(a, "next_roll"), "2023-11-15 00:00:00.000000 UTC");
  CAF_CHECK_EQUAL(fact(answer_to("symbol B").parts.at(0), "trade_date"),
                  "2023-11-13");
  CAF_CHECK_EQUAL(
    note_of("roll 24x7 --date=2023-11-15"),
    "2 symbols told; what is of an earlier trade date goes on to it");
  CAF_CHECK_EQUAL(fact(answer_to("symbol B").parts.at(0), "trade_date"),
                  "2023-11-15");
}

CAF_TEST(what cannot be rolled is refused) {
  open_market({});
  CAF_CHECK(refusal_of("roll X").starts_with("there is no venue X"));
  CAF_CHECK_EQUAL(refusal_of("roll 24x7 --date=2023-11-16"),
                  "the next trade date of 24x7 is 2023-11-15, and none after "
                  "it can be");
  CAF_CHECK_EQUAL(refusal_of("roll 24x7 --date=tomorrow"),
                  "--date takes a day such as 2026-01-31");
  CAF_CHECK_EQUAL(refusal_of("roll"),
                  "usage: roll VENUE|SYMBOL [--date=YYYY-MM-DD]");
}

CAF_TEST_FIXTURE_SCOPE_END()
