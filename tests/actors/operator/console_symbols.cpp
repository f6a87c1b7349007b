#define CAF_SUITE actors.operator.console_symbols

#include "livegrid/actors/operator/console_symbols.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/market/market.hpp"

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_symbols_tests, symbol_list_fixture)

CAF_TEST(symbols are listed by name and by pattern) {
  open_market({trade("B1", 2), trade("A1", 1), trade("A2", 3)});
  CAF_CHECK_EQUAL(first_cells("symbols"), "A1 A2 B1");
  CAF_CHECK_EQUAL(first_cells("symbols A*"), "A1 A2");
  CAF_CHECK_EQUAL(first_cells("symbols ?1"), "A1 B1");
  CAF_CHECK_EQUAL(first_cells("symbols C"), "");
}

CAF_TEST(patterns) {
  struct {
    const char* name;
    const char* pattern;
    bool want;
  } cases[] = {
    {"AAPL", "*", true},     {"AAPL", "AAPL", true}, {"AAPL", "AAP", false},
    {"AAPL", "AAP?", true},  {"AAPL", "*L", true},   {"AAPL", "*P", false},
    {"AAPL", "A*P*", true},  {"AAPL", "**", true},   {"AAPL", "", false},
    {"", "", true},          {"", "*", true},        {"", "?", false},
    {"ABABC", "*ABC", true}, {"AAPL", "a*", false},  {"AB", "A*B*C", false},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name << ' ' << c.pattern);
    CAF_CHECK_EQUAL(matches(c.name, c.pattern), c.want);
  }
}

CAF_TEST(a line says how often a symbol ticks and how fresh it is) {
  open_market({trade("A", 3)});
  CAF_CHECK_EQUAL(strings(answer_to("symbols").lists.at(0).columns),
                  (strings{"symbol", "price", "change", "ticks/s", "age",
                           "subscribers", "freshness"}));
  CAF_CHECK_EQUAL(lines_of("symbols"),
                  (lines{{"A", "3", "null", "0.0", "-", "0", "never"}}));
  publish({make_tick("A", {{field::price, 5}, {field::prev_close, 4}})});
  pass(1s);
  publish({trade("A", 6)});
  CAF_CHECK_EQUAL(lines_of("symbols"),
                  (lines{{"A", "6", "2", "0.5", "0ms", "0", "live"}}));
  pass(60s);
  CAF_CHECK_EQUAL(lines_of("symbols"),
                  (lines{{"A", "6", "2", "0.0", "60s", "0", "quiet"}}));
}

CAF_TEST(symbols are sorted by what they do) {
  open();
  market_does->owners = {ref_of("C", 500, UINT64_MAX), ref_of("B", 500, 7),
                         ref_of("A", 0, 9), ref_of("D", 9000, 8)};
  // The sum over both fan-outs counts.
  fans_do[0]->viewers_of = {{"A", 2}, {"B", 2}, {"D", 1}};
  fans_do[1]->viewers_of = {{"D", 3}};
  struct {
    const char* sort;
    const char* want;
  } cases[] = {{"name", "A B C D"},
               {"rate", "D B C A"},
               {"age", "A D B C"},
               {"subscribers", "D A B C"}};
  for (const auto& c : cases) {
    CAF_MESSAGE(c.sort);
    CAF_CHECK_EQUAL(first_cells(std::string{"symbols --sort="} + c.sort),
                    c.want);
    strings viewers;
    for (const auto& x : lines_of(std::string{"symbols --sort="} + c.sort))
      viewers.push_back(x.at(0) + x.at(5));
    std::sort(viewers.begin(), viewers.end());
    CAF_CHECK_EQUAL(viewers, (strings{"A2", "B2", "C0", "D4"}));
  }
}

CAF_TEST(many symbols come in pages) {
  std::vector<tick> first;
  for (int i = 100; i < 220; ++i)
    first.push_back(trade("S" + std::to_string(i), 1));
  open_market(first);
  for (std::string sort : {"name", "rate", "age", "subscribers"}) {
    CAF_MESSAGE(sort);
    auto x = answer_to("symbols --page=3 --sort=" + sort);
    CAF_CHECK_EQUAL(x.lists.at(0).total, 120u);
    CAF_CHECK_EQUAL(x.lists.at(0).page, 3u);
    CAF_CHECK_EQUAL(x.lists.at(0).pages, 3u);
    CAF_REQUIRE_EQUAL(x.lists.at(0).rows.size(), 20u);
    CAF_CHECK_EQUAL(x.lists.at(0).rows.front().at(0), "S200");
    CAF_CHECK_EQUAL(x.lists.at(0).rows.back().at(0), "S219");
  }
}

CAF_TEST(the owner and the market answer for a symbol) {
  open_market({trade("AAPL", 1)});
  publish({trade("AAPL", 2)});
  auto x = answer_to("symbol AAPL");
  CAF_REQUIRE_EQUAL(x.parts.size(), 2u);
  CAF_CHECK_EQUAL(x.parts[0].kind, "symbol");
  CAF_CHECK_EQUAL(x.parts[0].name, "AAPL");
  CAF_CHECK_EQUAL(fact(x.parts[0], "price"), "2");
  CAF_CHECK_EQUAL(x.parts[1].kind, "market");
  CAF_CHECK_EQUAL(x.parts[1].name, "AAPL");
  CAF_CHECK_EQUAL(fact(x.parts[1], "freshness"), "live");
  CAF_CHECK_EQUAL(fact(x.parts[1], "feed"), "post");
  CAF_CHECK_EQUAL(refusal_of("symbol NEW"), "NEW has not traded here");
  // Asking does not make it a symbol.
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
}

CAF_TEST(a symbol comes with those who get it) {
  open();
  market_does->owners = {ref_of("AAPL", 0, 0)};
  fans_do[0]->subscribers = {{.id = 1, .merged = 5}};
  fans_do[1]->subscribers = {{.id = 2, .merged = 9}};
  CAF_CHECK_EQUAL(first_cells("symbol AAPL"), "1 2");
  CAF_CHECK_EQUAL(first_cells("symbol AAPL --sort=merged"), "2 1");
  CAF_CHECK_EQUAL(refusal_of("symbol AAPL --sort=size"),
                  "--sort: 'size' is none of age, lag, merged, rate");
}

CAF_TEST(an owner that does not answer is a failure) {
  open();
  symbol_does->mute = true;
  market_does->owners = {ref_of("AAPL", 0, 0)};
  auto x = late_answer_to("symbol AAPL");
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  end(owner);
  auto again = ask_line("symbol AAPL");
  auto y = fetch<console_answer>(again);
  CAF_REQUIRE(!y);
  CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
}

CAF_TEST(a market that does not answer is a failure) {
  open();
  market_does->mute = true;
  const strings asked{"symbol AAPL", "symbols", "symbols --sort=subscribers",
                      "watch AAPL",  "top",     "feeds",
                      "pause post",  "actors"};
  for (const auto& line : asked) {
    CAF_MESSAGE(line);
    auto x = late_answer_to(line);
    CAF_REQUIRE(!x);
    CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  }
  end(parts.market);
  for (const auto& line : asked) {
    CAF_MESSAGE(line);
    auto again = ask_line(line);
    auto y = fetch<console_answer>(again);
    CAF_REQUIRE(!y);
    CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
