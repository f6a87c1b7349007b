#define CAF_SUITE actors.operator.console_live

#include "livegrid/actors/operator/console_live.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_live_tests, console_fixture)

CAF_TEST(one symbol is watched row by row) {
  open_market({trade("A", 3)});
  CAF_CHECK_EQUAL(
    strings(answer_to("watch A").lists.at(0).columns),
    (strings{"version", "symbol", "price", "change", "change_percent", "volume",
             "bid", "ask", "seq", "freshness"}));
  auto first = lines_of("watch A").at(0);
  CAF_CHECK_EQUAL(first.at(2), "3");
  CAF_CHECK_EQUAL(first.back(), "never");
  publish({make_tick("A", {{field::price, 5},
                           {field::prev_close, 4},
                           {field::volume, 10},
                           {field::bid, 4.5},
                           {field::ask, 5.5}})});
  auto second = lines_of("watch A").at(0);
  CAF_CHECK_NOT_EQUAL(second.at(0), first.at(0));
  second.erase(second.begin());
  CAF_CHECK_EQUAL(
    second, (strings{"A", "5", "1", "0.25", "10", "4.5", "5.5", "-", "live"}));
}

CAF_TEST(a symbol that has not traded can be watched until it does) {
  open_market({});
  CAF_CHECK_EQUAL(lines_of("watch NEW"), (lines{{"0", "NEW", "-", "-", "-", "-",
                                                 "-", "-", "-", "never"}}));
  publish({trade("NEW", 5)});
  CAF_CHECK_EQUAL(std::string{lines_of("watch NEW").at(0).at(2)}, "5");
}

CAF_TEST(a symbol that does not answer cannot be watched) {
  open();
  auto owner = make_symbol(symbol_does);
  market_does->owners = {{name_of("A"), owner}};
  auto x = late_answer_to("watch A");
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
}

CAF_TEST(the top are the busiest symbols and the slowest subscribers) {
  open();
  auto owner = make_symbol(symbol_does);
  for (std::uint64_t i = 10; i < 22; ++i) {
    market_does->owners.push_back({.symbol = name_of("S" + std::to_string(i)),
                                   .owner = owner,
                                   .milli_rate = 1000 * (i / 2)});
    fans_do[i % 2]->subscribers.push_back(
      {.id = i, .published = i, .unsent = 100 - i, .held = i});
  }
  // Of two that wait for the same, who owes more is the slower one.
  fans_do[0]->subscribers.push_back(
    {.id = 99, .published = 21, .held = 21, .link = {.unacked = 500}});
  auto x = answer_to("top");
  CAF_REQUIRE_EQUAL(x.lists.size(), 2u);
  auto firsts = [](const listing& xs) {
    std::string result;
    for (const auto& line : xs.rows)
      result += line.at(0) + ' ';
    return result;
  };
  CAF_CHECK_EQUAL(x.lists[0].title, "busiest symbols");
  CAF_CHECK_EQUAL(firsts(x.lists[0]),
                  "S20 S21 S18 S19 S16 S17 S14 S15 S12 S13 ");
  CAF_CHECK_EQUAL(x.lists[1].title, "slowest subscribers");
  CAF_CHECK_EQUAL(firsts(x.lists[1]), "99 21 20 19 18 17 16 15 14 13 ");
  CAF_CHECK_EQUAL(x.parts.at(0).kind, "node");
  CAF_CHECK_EQUAL(x.note, "");
}

CAF_TEST(the top of an empty node is empty) {
  open();
  auto x = answer_to("top");
  CAF_REQUIRE_EQUAL(x.lists.size(), 2u);
  CAF_CHECK(x.lists[0].rows.empty());
  CAF_CHECK(x.lists[1].rows.empty());
}

CAF_TEST(the top is shown although a fan out does not answer) {
  open();
  market_does->owners = {{name_of("A"), make_symbol(symbol_does)}};
  fans_do[0]->mute = true;
  fans_do[1]->subscribers = {{.id = 2}};
  auto x = late_answer_to("top");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->lists.at(0).rows.size(), 1u);
  CAF_CHECK_EQUAL(x->lists.at(1).rows.size(), 1u);
  CAF_CHECK_EQUAL(x->note,
                  "those of one fan-out are missing: no answer in time");
}

CAF_TEST_FIXTURE_SCOPE_END()
