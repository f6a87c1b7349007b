#define CAF_SUITE actors.operator.console_live

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/operator/monitor.hpp"

#include "made_row.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

/// Those lines of the first list that are of some kind.
lines of_kind(const console_answer& x, const std::string& kind) {
  lines result;
  for (const auto& line : x.lists.at(0).rows)
    if (line.at(0) == kind)
      result.push_back(line);
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_live_tests, console_fixture)

// -- actors -------------------------------------------------------------------

CAF_TEST(every kind of actor is among the actors) {
  parts.monitor = own(sys.spawn(monitor, monitor_config{.stats = stats}));
  open();
  add_subscriber();
  market_does->owners = {{name_of("A"), make_symbol(symbol_does)},
                         {name_of("B"), make_symbol(symbol_does)}};
  auto x = answer_to("actors");
  CAF_CHECK_EQUAL(x.lists.at(0).columns,
                  (strings{"kind", "id", "name", "mailbox", "messages",
                           "messages/s", "busy %"}));
  strings kinds;
  for (const auto& line : x.lists.at(0).rows)
    kinds.push_back(line.at(0));
  std::sort(kinds.begin(), kinds.end());
  CAF_CHECK_EQUAL(kinds, (strings{"fanout", "fanout", "ingress", "ingress",
                                  "market", "monitor", "replay", "simulator",
                                  "subscriber", "symbol", "symbol"}));
  // They are called as in `feeds`.
  for (const std::string kind : {"simulator", "replay"}) {
    auto found = of_kind(x, kind);
    CAF_CHECK_EQUAL(found.at(0).at(2), kind);
  }
  CAF_CHECK_EQUAL(x.lists[0].total, 11u);
}

CAF_TEST(actors say what they do of late) {
  open();
  fans_do[0]->load = {
    .id = 4711, .mailbox = 3, .messages = 1000, .busy_us = 5'000'000};
  symbol_does->summary.load = {.id = 12, .messages = 10};
  market_does->owners = {{name_of("A"), make_symbol(symbol_does)}};
  auto asked = ask_line("actors");
  CAF_CHECK(!heard());
  fans_do[0]->load.messages += 20;
  fans_do[0]->load.busy_us += 50'000;
  symbol_does->summary.load.messages += 1;
  pass(200ms);
  auto first = fetch<console_answer>(asked);
  CAF_REQUIRE(first);
  CAF_CHECK_EQUAL(
    strings(of_kind(*first, "fanout").at(0)),
    (strings{"fanout", "4711", "fake", "3", "1020", "100.0", "25.0"}));
  CAF_CHECK_EQUAL(of_kind(*first, "symbol"),
                  (lines{{"symbol", "12", "A", "0", "11", "5.0", "0.0"}}));
  // From then on there is a sample already.
  pass(2s);
  fans_do[0]->load.messages += 7;
  auto again = ask_line("actors");
  auto second = fetch<console_answer>(again);
  CAF_REQUIRE(second);
  CAF_CHECK_EQUAL(
    strings(of_kind(*second, "fanout").at(0)),
    (strings{"fanout", "4711", "fake", "3", "1027", "3.5", "0.0"}));
}

CAF_TEST(actors are sorted by what they have to do of late) {
  open();
  auto& market_load = market_does->load;
  auto& fan_load = fans_do[0]->load;
  auto& symbol_load = symbol_does->summary.load;
  fans_do[1]->load.id = 4;
  market_does->owners = {{name_of("A"), make_symbol(symbol_does)}};
  // Who did most until now does least.
  market_load = {.id = 1, .mailbox = 1, .messages = 1, .busy_us = 200};
  fan_load = {.id = 2, .mailbox = 3, .messages = 2, .busy_us = 3000};
  symbol_load = {.id = 3, .mailbox = 2, .messages = 3, .busy_us = 100};
  struct {
    const char* line;
    strings want;
  } cases[] = {
    {"actors", {"symbol", "market", "fanout"}},
    {"actors --sort=busy", {"symbol", "market", "fanout"}},
    {"actors --sort=mailbox", {"fanout", "symbol", "market"}},
    {"actors --sort=rate", {"market", "fanout", "symbol"}},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.line);
    auto asked = ask_line(c.line);
    market_load.messages += 300'000;
    fan_load.messages += 200'000;
    symbol_load.messages += 100'000;
    market_load.busy_us += 50'000;
    fan_load.busy_us += 40'000;
    symbol_load.busy_us += 60'000;
    pass(200ms);
    auto x = fetch<console_answer>(asked);
    CAF_REQUIRE(x);
    strings first;
    for (const auto& line : x->lists.at(0).rows)
      if (first.size() < c.want.size())
        first.push_back(line.at(0));
    CAF_CHECK_EQUAL(first, c.want);
    // So that the next question has no sample.
    pass(31s);
  }
}

CAF_TEST(actors that do not answer come first) {
  open();
  market_does->load = {.mailbox = 9, .messages = 9, .busy_us = 9'000'000};
  fans_do[0]->mute = true;
  symbol_does->mute = true;
  market_does->owners = {{name_of("A"), make_symbol(symbol_does)}};
  add_subscriber();
  end(fans_do[1]->subscriber);
  for (std::string sort : {"mailbox", "rate", "busy"}) {
    CAF_MESSAGE(sort);
    auto x = late_answer_to("actors --sort=" + sort);
    CAF_REQUIRE(x);
    const auto& all = x->lists.at(0).rows;
    CAF_REQUIRE_EQUAL(all.size(), 9u);
    auto id = std::to_string(fans_do[1]->subscriber->id());
    CAF_CHECK_EQUAL(
      all[0], (strings{"fanout", "-", "", "no answer in time", "", "", ""}));
    CAF_CHECK_EQUAL(all[1].at(0), "subscriber");
    CAF_CHECK_EQUAL(all[1].at(2), id);
    CAF_CHECK(all[1].at(3).starts_with("not available"));
    CAF_CHECK_EQUAL(
      all[2], (strings{"symbol", "-", "A", "no answer in time", "", "", ""}));
    CAF_CHECK_EQUAL(all[3].at(0), "market");
  }
}

CAF_TEST(many actors come in pages) {
  open();
  auto owner = make_symbol(symbol_does);
  for (int i = 0; i < 100; ++i)
    market_does->owners.push_back(
      {name_of("S" + std::to_string(100 + i)), owner});
  auto x = answer_to("actors --page=3");
  CAF_CHECK_EQUAL(x.lists.at(0).total, 107u);
  CAF_CHECK_EQUAL(x.lists.at(0).pages, 3u);
  CAF_REQUIRE_EQUAL(x.lists.at(0).rows.size(), 7u);
  CAF_CHECK_EQUAL(market_does->most_listed, max_symbols_listed);
  CAF_CHECK_EQUAL(x.lists.at(0).rows.back().at(2), "S199");
}

// -- watch --------------------------------------------------------------------

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

// -- top ----------------------------------------------------------------------

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
