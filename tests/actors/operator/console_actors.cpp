#define CAF_SUITE actors.operator.console_actors

#include "livegrid/actors/operator/console_actors.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/operator/monitor.hpp"

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

CAF_TEST_FIXTURE_SCOPE(console_actors_tests, console_fixture)

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

CAF_TEST_FIXTURE_SCOPE_END()
