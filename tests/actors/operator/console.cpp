#define CAF_SUITE actors.operator.console

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/operator/console_gather.hpp"
#include "livegrid/actors/operator/monitor.hpp"

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Kind of each part after the verdict, with the error of those that have none
/// but that.
strings kinds(const caf::expected<console_answer>& xs) {
  CAF_REQUIRE(xs);
  CAF_REQUIRE(!xs->parts.empty());
  CAF_CHECK_EQUAL(xs->parts[0].kind, "verdict");
  strings result;
  for (const auto& x : xs->parts) {
    auto line = x.kind;
    if (auto why = fact(x, "error"); why != "no such fact")
      line += ": " + why;
    result.emplace_back(line);
  }
  result.erase(result.begin());
  return result;
}

/// What the whole node answers.
const strings all_well{"node",    "market",  "fanout",    "fanout",
                       "ingress", "ingress", "simulator", "replay"};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_tests, console_fixture)

CAF_TEST(all answer in order) {
  open();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)), all_well);
}

CAF_TEST(a node of few parts answers too) {
  parts.market = make_market(market_does);
  start();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)),
                  (strings{"node", "market"}));
}

CAF_TEST(the monitor answers with the others) {
  parts.market = make_market(market_does);
  parts.monitor = own(
    sys.spawn(monitor, monitor_config{.market = parts.market, .stats = stats}));
  start();
  auto asked = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)),
                  (strings{"node", "market", "monitor"}));
}

CAF_TEST(who does not answer shows as an error in its place) {
  open();
  fans_do[0]->mute = true;
  auto asked = ask_line("status");
  pass(1999ms);
  CAF_CHECK(!heard());
  pass(1ms);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)), xs);
  // The answer that comes too late harms nobody.
  answer_late(parts.fanouts[0], fans_do[0]->open.at(0),
              actor_status{"fanout", "late", {}});
  CAF_CHECK(!heard());
  fans_do[0]->mute = false;
  auto again = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(again)), all_well);
}

CAF_TEST(who is gone shows as an error in its place) {
  open();
  end(parts.fanouts[1]);
  end(parts.ingresses[0]);
  end(parts.feeds[1]);
  auto asked = ask_line("status");
  auto xs = kinds(fetch<console_answer>(asked));
  CAF_REQUIRE_EQUAL(xs.size(), 8u);
  CAF_CHECK_EQUAL(xs[2], "fanout");
  CAF_CHECK_EQUAL(xs[5], "ingress");
  CAF_CHECK_EQUAL(xs[6], "simulator");
  for (auto [i, kind] : {std::pair{3, "fanout"}, {4, "ingress"}, {7, "feed"}}) {
    const auto& x = xs[static_cast<std::size_t>(i)];
    CAF_MESSAGE(x);
    CAF_CHECK(x.starts_with(std::string{kind} + ": not available: "));
  }
}

CAF_TEST(answers come in order whoever is last) {
  open();
  market_does->mute = true;
  fans_do[1]->mute = true;
  auto asked = ask_line("status");
  CAF_CHECK(!heard());
  answer_late(parts.fanouts[1], fans_do[1]->open.at(0),
              actor_status{"fanout", "second", {}});
  CAF_CHECK(!heard());
  answer_late(parts.market, market_does->open.at(0),
              actor_status{"market", "last", {}});
  auto xs = fetch<console_answer>(asked);
  CAF_REQUIRE(xs);
  CAF_CHECK_EQUAL(xs->parts.at(2).name, "last");
  CAF_CHECK_EQUAL(xs->parts.at(3).name, "fake");
  CAF_CHECK_EQUAL(xs->parts.at(4).name, "second");
}

CAF_TEST(two questions at once do not mix) {
  open();
  fans_do[0]->mute = true;
  auto first = ask_line("status");
  fans_do[0]->mute = false;
  auto second = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(second)), all_well);
  pass(2s);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(first)), xs);
}

CAF_TEST(the node adds up what was counted) {
  open();
  struct {
    const char* name;
    counters::value& count;
  } cases[] = {
    {"symbols", stats->symbols},
    {"symbols_live", stats->fresh[0]},
    {"symbols_quiet", stats->fresh[1]},
    {"symbols_down", stats->fresh[2]},
    {"symbols_never", stats->fresh[3]},
    {"ticks_applied", stats->of(source::post).applied},
    {"ticks_repeated", stats->of(source::socket).repeated},
    {"ticks_refused", stats->of(source::post).refused},
    {"subscribers_opened", stats->subscribers_opened},
    {"subscribers_closed", stats->subscribers_closed},
    {"rows_published", stats->rows_published},
    {"rows_delivered", stats->rows_delivered},
    {"rows_merged", stats->rows_merged},
    {"rows_discarded", stats->rows_discarded},
    {"bad_messages", stats->bad_messages},
  };
  std::uint64_t n = 100;
  for (const auto& c : cases)
    add(c.count, ++n);
  set(stats->subscribers_opened, 130);
  set(stats->subscribers_closed, 127);
  set(stats->loop_lag, 5'999);
  set(stats->scheduler_lag, 7'000'000);
  auto node = answer_to("status").parts.at(1);
  CAF_CHECK_EQUAL(node.name, LIVEGRID_VERSION);
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(fact(node, c.name), std::to_string(get(c.count)));
  }
  CAF_CHECK_EQUAL(fact(node, "subscribers"), "3");
  CAF_CHECK_EQUAL(fact(node, "loop_lag_us"), "5");
  CAF_CHECK_EQUAL(fact(node, "scheduler_lag_us"), "7000");
}

CAF_TEST(a verdict comes first) {
  open();
  set(stats->symbols, 5);
  set(stats->subscribers_opened, 3);
  set(stats->subscribers_closed, 2);
  auto verdict = [&] { return answer_to("status").parts.at(0).name; };
  CAF_CHECK_EQUAL(verdict(), "all is well: 5 symbols, 1 viewer, 0 ticks/s");
  set(stats->fresh[static_cast<std::size_t>(freshness::down)], 1);
  set(stats->clustered, 1);
  set(stats->loop_lag, 250'000'000);
  CAF_CHECK_EQUAL(verdict(),
                  "look at this: no member of its cluster, 1 symbol without a "
                  "feed, messages are 250 ms late");
  set(stats->is_member, 1);
  set(stats->owners_disagree, 2);
  set(stats->viewers_behind, 7);
  CAF_CHECK_EQUAL(verdict(),
                  "look at this: 2 peers with another view of the members, 7 "
                  "symbols whose rows do not come to viewers, 1 symbol without "
                  "a feed, messages are 250 ms late");
  end(parts.ingresses[0]);
  CAF_CHECK(verdict().ends_with("the ingress does not answer"));
}

CAF_TEST(what the operating system says comes with the node) {
  parts.process = [] {
    return std::vector<actor_status::fact>{{"memory_kib", "7"}};
  };
  open();
  CAF_CHECK_EQUAL(fact(answer_to("status").parts.at(1), "memory_kib"), "7");
}

CAF_TEST(rates are those that the monitor found) {
  open();
  set(stats->ticks_per_s, 10);
  set(stats->rows_per_s, 100);
  set(stats->merged_per_s, 1);
  set(stats->cpu_permille, 1203);
  pass(10s);
  for (int i = 0; i < 2; ++i) {
    auto node = answer_to("status").parts.at(1);
    CAF_CHECK_EQUAL(fact(node, "uptime_s"), "10");
    CAF_CHECK_EQUAL(fact(node, "ticks_per_s"), "10");
    CAF_CHECK_EQUAL(fact(node, "rows_per_s"), "100");
    CAF_CHECK_EQUAL(fact(node, "merged_per_s"), "1");
    CAF_CHECK_EQUAL(fact(node, "cpu_percent"), "120.3");
  }
}

CAF_TEST(only settings that differ from their defaults come with the status) {
  open();
  auto x = answer_to("status");
  CAF_REQUIRE_EQUAL(x.lists.size(), 1u);
  CAF_CHECK_EQUAL(x.lists[0].title, "settings that differ from their defaults");
  CAF_CHECK_EQUAL(x.lists[0].rows, (std::vector<strings>{{"a.b", "2", "1"}}));
  CAF_CHECK_EQUAL(x.lists[0].total, 1u);
  CAF_CHECK_EQUAL(x.note, "");
  CAF_CHECK_EQUAL(lines_of("settings").size(), 2u);
}

CAF_TEST(settings that all have their defaults are said to) {
  parts.market = make_market(market_does);
  parts.settings = {{"a.c", "x", "x"}};
  start();
  auto x = answer_to("status");
  CAF_CHECK(x.lists.empty());
  CAF_CHECK_EQUAL(x.note, "all settings are at their defaults");
}

CAF_TEST(the level of the log can be changed) {
  open();
  CAF_CHECK(!quiet->enabled(log_level::info));
  answer_to("log info");
  CAF_CHECK(quiet->enabled(log_level::info));
  CAF_CHECK(!quiet->enabled(log_level::debug));
  CAF_CHECK_EQUAL(refusal_of("log loud"),
                  "'loud' is none of error, warning, info, debug");
}

CAF_TEST(help lists what there is) {
  open();
  CAF_CHECK_EQUAL(
    first_cells("help"),
    "status symbols symbol subscribers subscriber why ledger "
    "feeds pause resume actors watch top settings events log close nodes "
    "where move drain rebalance help");
  CAF_CHECK_EQUAL(first_cells("help close"), "close");
}

CAF_TEST(a line that cannot be is refused) {
  struct {
    const char* line;
    const char* why;
  } cases[] = {
    {"", "'' is no command; try help"},
    {"statu", "'statu' is no command; try help; did you mean status?"},
    {"help statu", "'statu' is no command; try help; did you mean status?"},
    {"help a b", "usage: help [COMMAND]"},
    {"status now", "usage: status "},
    {"status --page=1", "'--page' is no option of status"},
    {"symbols A B", "usage: symbols [PATTERN] "
                    "[--sort=rate|subscribers|age|name] [--page=N]"},
    {"symbols --sort=ticks",
     "--sort: 'ticks' is none of name, age, rate, subscribers"},
    {"symbols --page=0", "--page: '0' is no page number"},
    {"symbols --page=2", "--page: there are 1"},
    {"symbols --page", "--page: '' is no page number"},
    {"symbols --page=1x", "--page: '1x' is no page number"},
    {"symbols --all", "'--all' is no option of symbols"},
    {"symbol", "usage: symbol NAME [--sort=age|lag|merged|rate] [--page=N]"},
    {"symbol A!", "'A!' is no symbol name"},
    {"subscribers a b", "usage: subscribers [PATTERN] "
                        "[--sort=age|lag|merged|rate] [--page=N]"},
    {"events --page=2", "--page: there are 1"},
    {"subscribers --sort=", "--sort: '' is none of age, lag, merged, rate"},
    {"subscribers --page=9", "--page: there are 1"},
    {"subscriber", "usage: subscriber ID"},
    {"subscriber x", "'x' is no subscriber's id"},
    {"subscriber 99999999999999999999",
     "'99999999999999999999' is no subscriber's id"},
    {"why 7", "usage: why ID NAME"},
    {"why A 7", "'A' is no subscriber's id"},
    {"why 7 A!", "'A!' is no symbol name"},
    {"ledger -1", "'-1' is no subscriber's id"},
    {"ledger --sort=age", "'--sort' is no option of ledger"},
    {"ledger --page=2", "--page: there are 1"},
    {"feeds post", "usage: feeds "},
    {"pause", "usage: pause FEED [--ask]"},
    {"resume", "usage: resume FEED"},
    {"pause a b", "usage: pause FEED [--ask]"},
    {"actors market", "usage: actors [--sort=mailbox|rate|busy] [--page=N]"},
    {"actors --sort=age", "--sort: 'age' is none of mailbox, rate, busy"},
    {"actors --page=2", "--page: there are 1"},
    {"watch", "usage: watch NAME [--count=N]"},
    {"watch A!", "'A!' is no symbol name"},
    {"top 5", "usage: top [--count=N]"},
    {"settings all", "usage: settings "},
    {"log", "usage: log LEVEL"},
    {"close", "usage: close ID [REASON...] [--ask]"},
    {"close x", "'x' is no subscriber's id"},
  };
  open();
  for (const auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(refusal_of(c.line), c.why);
  }
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

CAF_TEST(spans) {
  struct {
    std::uint64_t ms;
    const char* want;
  } cases[] = {{0, "0ms"},         {1999, "1999ms"}, {2000, "2s"},
               {119'999, "119s"},  {120'000, "2m"},  {7'200'000, "2h"},
               {172'800'000, "2d"}};
  for (const auto& c : cases)
    CAF_CHECK_EQUAL(short_span(c.ms), c.want);
}

CAF_TEST(a command reads back as itself) {
  for (const std::string line :
       {"symbols A* --page=2 --sort=rate", "close 7 for a reason --ask",
        "rebalance --here", "help"})
    CAF_CHECK_EQUAL(console_command::parse(line).str(), line);
  // What has no value takes none from the words behind it.
  auto x = console_command::parse("close --ask 7 why");
  CAF_CHECK(x.args == (strings{"7", "why"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
