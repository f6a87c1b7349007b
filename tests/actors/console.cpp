#define CAF_SUITE actors.console

#include "livegrid/actors/console.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/console_gather.hpp"
#include "livegrid/actors/ingress.hpp"
#include "livegrid/actors/market.hpp"
#include "livegrid/actors/replay.hpp"
#include "livegrid/actors/simulator.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using answers = console_answer;

timestamp wall_clock() {
  return timestamp{1'700'000'000s};
}

class console_fixture : public actor_fixture {
public:
  std::shared_ptr<market_script> market_does =
    std::make_shared<market_script>();
  std::vector<std::shared_ptr<fanout_script>> fans_do;
  std::shared_ptr<symbol_script> symbol_does =
    std::make_shared<symbol_script>();
  console_config parts;
  console_actor con;

  ~console_fixture() override {
    market_does->open.clear();
    symbol_does->open.clear();
    for (auto& x : fans_do)
      x->open.clear();
  }

  /// A node of one market, two fan-outs, two ingresses and two feeds.
  void open() {
    parts.market = make_market(market_does);
    for (int i = 0; i < 2; ++i) {
      fans_do.emplace_back(std::make_shared<fanout_script>());
      parts.fanouts.emplace_back(make_fanout(fans_do.back()));
      parts.ingresses.emplace_back(own(sys.spawn(ingress, parts.market)));
    }
    parts.feeds.emplace_back(
      own(sys.spawn(simulator, parts.market, std::vector<tick>{},
                    std::uint64_t{1}, wall_clock)));
    parts.feeds.emplace_back(own(
      sys.spawn(replay, replay_config{.market = parts.market,
                                      .source = std::make_shared<fake_source>(),
                                      .wall_clock = wall_clock,
                                      .log = quiet})));
    parts.stats = stats;
    parts.log = quiet;
    parts.wall_clock = wall_clock;
    parts.settings = {{"a.b", "2", "1"}};
    con = own(sys.spawn(console, parts));
    consume_messages();
  }

  /// A node of one real market.
  void open_market(std::vector<tick> first) {
    parts.market = own(sys.spawn(market, market_of(std::move(first), 1000)));
    parts.stats = stats;
    parts.wall_clock = wall_clock;
    con = own(sys.spawn(console, parts));
    consume_messages();
  }

  /// Hands in ticks that were received so long after 50 s ago.
  void publish(std::chrono::seconds after, std::vector<tick> ticks) {
    auto batch = batch_of(std::move(ticks));
    batch.received = wall_clock() - 50s + after;
    ask<std::uint64_t>(parts.market, publish_atom_v, batch);
  }

  /// The first cell of each row that a line lists.
  std::string first_cells(const std::string& line) {
    std::string result;
    auto listed = answer_to(line);
    for (const auto& row : listed.lists.at(0).rows)
      result += (result.empty() ? "" : " ") + row.at(0);
    return result;
  }

  auto ask_line(const std::string& line) {
    auto result = self->request(con, caf::infinite, ask_atom_v, line);
    consume_messages();
    return result;
  }

  auto ask_all() {
    return ask_line("status");
  }

  auto ask_of(const std::string& symbol) {
    return ask_line("symbol " + symbol);
  }

  /// The answer to a line, which must come at once.
  console_answer answer_to(const std::string& line) {
    auto asked = ask_line(line);
    auto x = fetch<console_answer>(asked);
    CAF_REQUIRE(x);
    return std::move(*x);
  }

  /// Why a line is refused.
  std::string refusal_of(const std::string& line) {
    auto asked = ask_line(line);
    auto x = fetch<console_answer>(asked);
    CAF_REQUIRE(!x);
    return to_refusal(x.error()).message;
  }
};

/// Writes down why it is to close.
subscriber_actor::behavior_type closable(subscriber_actor::pointer,
                                         std::shared_ptr<strings> reasons) {
  return {
    [](const subscription&) {},
    [](refuse_atom, const std::string&) {},
    [](resume_atom) {},
    [](gone_atom, std::uint16_t, const std::string&) {},
    [](step_atom) {},
    [reasons](close_atom, const std::string& why) {
      reasons->emplace_back(why);
    },
    [](status_atom) {
      return actor_status{"subscriber", "7", {}};
    },
  };
}

/// Kind of each, with the error of those that have none but that.
strings kinds(const caf::expected<answers>& xs) {
  CAF_REQUIRE(xs);
  strings result;
  for (const auto& x : xs->parts) {
    auto line = x.kind;
    if (auto why = fact(x, "error"); why != "no such fact")
      line += ": " + why;
    result.emplace_back(line);
  }
  return result;
}

/// What the whole node answers.
const strings all_well{"node",    "market",  "fanout",    "fanout",
                       "ingress", "ingress", "simulator", "replay"};

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_tests, console_fixture)

CAF_TEST(all answer in order) {
  open();
  auto asked = ask_all();
  CAF_CHECK_EQUAL(kinds(fetch<answers>(asked)), all_well);
}

CAF_TEST(a node of few parts answers too) {
  parts.market = make_market(market_does);
  parts.stats = stats;
  con = own(sys.spawn(console, parts));
  auto asked = ask_all();
  CAF_CHECK_EQUAL(kinds(fetch<answers>(asked)), (strings{"node", "market"}));
}

CAF_TEST(who does not answer shows as an error in its place) {
  open();
  fans_do[0]->mute = true;
  auto asked = ask_all();
  pass(1999ms);
  CAF_CHECK(!heard());
  pass(1ms);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<answers>(asked)), xs);
  // The answer that comes too late harms nobody.
  answer_late(parts.fanouts[0], fans_do[0]->open.at(0),
              actor_status{"fanout", "late", {}});
  CAF_CHECK(!heard());
  fans_do[0]->mute = false;
  auto again = ask_all();
  CAF_CHECK_EQUAL(kinds(fetch<answers>(again)), all_well);
}

CAF_TEST(who is gone shows as an error in its place) {
  open();
  end(parts.fanouts[1]);
  end(parts.ingresses[0]);
  end(parts.feeds[1]);
  auto asked = ask_all();
  auto xs = kinds(fetch<answers>(asked));
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
  auto asked = ask_all();
  CAF_CHECK(!heard());
  answer_late(parts.fanouts[1], fans_do[1]->open.at(0),
              actor_status{"fanout", "second", {}});
  CAF_CHECK(!heard());
  answer_late(parts.market, market_does->open.at(0),
              actor_status{"market", "last", {}});
  auto xs = fetch<answers>(asked);
  CAF_REQUIRE(xs);
  CAF_CHECK_EQUAL(xs->parts.at(1).name, "last");
  CAF_CHECK_EQUAL(xs->parts.at(2).name, "fake");
  CAF_CHECK_EQUAL(xs->parts.at(3).name, "second");
}

CAF_TEST(two questions at once do not mix) {
  open();
  fans_do[0]->mute = true;
  auto first = ask_all();
  fans_do[0]->mute = false;
  auto second = ask_all();
  CAF_CHECK_EQUAL(kinds(fetch<answers>(second)), all_well);
  pass(2s);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<answers>(first)), xs);
}

CAF_TEST(the node adds up what was counted) {
  open();
  counters::value* all[] = {
    &stats->symbols,
    &stats->of(source::post).applied,
    &stats->of(source::post).repeated,
    &stats->of(source::post).refused,
    &stats->subscribers_opened,
    &stats->subscribers_closed,
    &stats->rows_published,
    &stats->rows_delivered,
    &stats->rows_merged,
    &stats->rows_discarded,
    &stats->bad_messages,
  };
  std::uint64_t n = 100;
  for (auto* x : all)
    add(*x, ++n);
  auto asked = ask_all();
  auto xs = fetch<answers>(asked);
  CAF_REQUIRE(xs);
  const auto& node = xs->parts.at(0);
  CAF_CHECK_EQUAL(node.name, LIVEGRID_VERSION);
  n = 100;
  for (auto name :
       {"symbols", "ticks_applied", "ticks_repeated", "ticks_refused",
        "subscribers_opened", "subscribers_closed", "rows_published",
        "rows_delivered", "rows_merged", "rows_discarded", "bad_messages"})
    CAF_CHECK_EQUAL(fact(node, name), std::to_string(++n));
}

CAF_TEST(rates are those since the last question) {
  open();
  answer_to("status");
  add(stats->of(source::post).applied, 100);
  add(stats->rows_delivered, 1000);
  add(stats->rows_merged, 7);
  pass(10s);
  auto node = answer_to("status").parts.at(0);
  CAF_CHECK_EQUAL(fact(node, "uptime_s"), "10");
  CAF_CHECK_EQUAL(fact(node, "ticks_per_s"), "10");
  CAF_CHECK_EQUAL(fact(node, "rows_per_s"), "100");
  CAF_CHECK_EQUAL(fact(node, "merged_per_s"), "1");
  pass(1s);
  node = answer_to("status").parts.at(0);
  CAF_CHECK_EQUAL(fact(node, "rows_per_s"), "0");
}

CAF_TEST(the owner of a symbol answers for it) {
  parts.market = own(sys.spawn(market, market_of({trade("AAPL", 1)}, 10)));
  parts.stats = stats;
  con = own(sys.spawn(console, parts));
  auto asked = ask_of("AAPL");
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(x);
  CAF_REQUIRE_EQUAL(x->parts.size(), 2u);
  CAF_CHECK_EQUAL(x->parts[0].kind, "symbol");
  CAF_CHECK_EQUAL(x->parts[0].name, "AAPL");
  CAF_CHECK_EQUAL(fact(x->parts[0], "price"), "1");
  auto none = ask_of("NEW");
  auto y = fetch<console_answer>(none);
  CAF_REQUIRE(!y);
  auto why = to_refusal(y.error());
  CAF_CHECK(why.code == errc::invalid);
  CAF_CHECK_NOT_EQUAL(why.message.find("NEW"), std::string::npos);
  // Asking does not make it a symbol.
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
}

CAF_TEST(a symbol that does not answer is a failure) {
  open();
  auto owner = make_symbol(symbol_does);
  symbol_does->mute = true;
  market_does->owners = {{name_of("AAPL"), owner}};
  auto asked = ask_of("AAPL");
  pass(1999ms);
  CAF_CHECK(!heard());
  pass(1ms);
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  end(owner);
  auto again = ask_of("AAPL");
  auto y = fetch<console_answer>(again);
  CAF_REQUIRE(!y);
  CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
}

CAF_TEST(a market that does not answer is a failure) {
  open();
  market_does->mute = true;
  auto asked = ask_of("AAPL");
  CAF_CHECK(!heard());
  pass(2s);
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  end(parts.market);
  auto again = ask_of("AAPL");
  auto y = fetch<console_answer>(again);
  CAF_REQUIRE(!y);
  CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
}

// -- lists --------------------------------------------------------------------

CAF_TEST(symbols are listed by name and by pattern) {
  open_market({trade("B1", 2), trade("A1", 1), trade("A2", 3)});
  CAF_CHECK_EQUAL(first_cells("symbols"), "A1 A2 B1");
  CAF_CHECK_EQUAL(first_cells("symbols A*"), "A1 A2");
  CAF_CHECK_EQUAL(first_cells("symbols ?1"), "A1 B1");
  CAF_CHECK_EQUAL(first_cells("symbols C"), "");
  // A copy: the macros keep references.
  auto row = answer_to("symbols A2").lists.at(0).rows.at(0);
  CAF_CHECK_EQUAL(row, (strings{"A2", "3", "null", "0", "0", "-"}));
}

CAF_TEST(symbols are sorted by what they do) {
  open_market({trade("A", 1), trade("B", 1), trade("C", 1)});
  publish(10s, {trade("B", 2), trade("B", 3)});
  publish(20s, {trade("C", 2)});
  CAF_CHECK_EQUAL(first_cells("symbols --sort=ticks"), "B C A");
  CAF_CHECK_EQUAL(first_cells("symbols --sort=age"), "C B A");
  CAF_CHECK_EQUAL(
    std::string{answer_to("symbols C").lists.at(0).rows.at(0).at(5)}, "30s");
}

CAF_TEST(many symbols come in pages) {
  std::vector<tick> first;
  for (int i = 100; i < 220; ++i)
    first.push_back(trade("S" + std::to_string(i), 1));
  open_market(first);
  for (std::string sort : {"name", "ticks"}) {
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

CAF_TEST(a symbol that does not answer shows as that in its line) {
  open();
  auto good = std::make_shared<symbol_script>();
  good->summary.price = "5";
  symbol_does->mute = true;
  market_does->owners = {{name_of("BAD"), make_symbol(symbol_does)},
                         {name_of("GOOD"), make_symbol(good)}};
  auto asked = ask_line("symbols");
  pass(1999ms);
  CAF_CHECK(!heard());
  pass(1ms);
  auto x = fetch<console_answer>(asked);
  CAF_REQUIRE(x);
  CAF_REQUIRE_EQUAL(x->lists.at(0).rows.size(), 2u);
  CAF_CHECK_EQUAL(x->lists.at(0).rows[0].at(1), "no answer in time");
  CAF_CHECK_EQUAL(x->lists.at(0).rows[1].at(1), "5");
  answer_late(market_does->owners[0].owner, symbol_does->open.at(0),
              symbol_summary{});
  CAF_CHECK(!heard());
}

CAF_TEST(subscribers of all fan outs are one list) {
  open();
  fans_do[0]->subscribers = {
    {.id = 1,
     .peer = "a",
     .age_ms = 5000,
     .published = 100,
     .delivered = 90,
     .merged = 5,
     .unsent = 1},
    {.id = 3, .peer = "c", .age_ms = 3000, .published = 300, .delivered = 300}};
  fans_do[1]->subscribers = {{.id = 2,
                              .peer = "b",
                              .age_ms = 4000,
                              .everything = true,
                              .published = 9,
                              .delivered = 1,
                              .merged = 8,
                              .blocked = true}};
  CAF_CHECK_EQUAL(first_cells("subscribers"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("subscribers --sort=lag"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("subscribers --sort=merged"), "2 1 3");
  CAF_CHECK_EQUAL(first_cells("subscribers --sort=rate"), "3 1 2");
  auto rows = answer_to("subscribers").lists.at(0).rows;
  CAF_CHECK_EQUAL(rows.at(0), (strings{"1", "a", "5s", "0", "18", "90", "5",
                                       "5", "1", "open"}));
  CAF_CHECK_EQUAL(rows.at(1), (strings{"2", "b", "4s", "*", "0", "1", "8", "0",
                                       "0", "full"}));
}

CAF_TEST(a fan out that does not answer is said) {
  open();
  fans_do[0]->mute = true;
  fans_do[1]->subscribers = {{.id = 2, .peer = "b"}};
  auto late = [&](const std::string& line) {
    auto asked = ask_line(line);
    pass(2s);
    return fetch<console_answer>(asked);
  };
  auto list = late("subscribers");
  CAF_REQUIRE(list);
  CAF_CHECK_EQUAL(list->lists.at(0).rows.size(), 1u);
  CAF_CHECK_EQUAL(list->note,
                  "those of one fan-out are missing: no answer in time");
  auto ledger = late("ledger");
  CAF_REQUIRE(ledger);
  CAF_CHECK_EQUAL(ledger->note, "all ledgers add up; those of one fan-out are "
                                "missing: no answer in time");
  auto one = late("subscriber 7");
  CAF_REQUIRE(!one);
  CAF_CHECK_EQUAL(to_refusal(one.error()).message,
                  "a fan-out: no answer in time");
}

CAF_TEST(a ledger that does not add up is said) {
  open();
  fans_do[0]->subscribers = {
    {.id = 1, .published = 10, .delivered = 7, .merged = 2, .held = 1},
    {.id = 2, .published = 10, .delivered = 7, .merged = 2, .held = 2}};
  auto x = answer_to("ledger");
  CAF_CHECK_EQUAL(x.note, "1 do not add up");
  CAF_CHECK_EQUAL(x.lists.at(0).rows.at(0).back(), "yes");
  CAF_CHECK_EQUAL(x.lists.at(0).rows.at(1).back(), "no");
  CAF_CHECK_EQUAL(std::string{answer_to("ledger 1").note},
                  "all ledgers add up");
  CAF_CHECK_EQUAL(refusal_of("ledger 9"), "there is no subscriber 9");
}

// -- what an operator may do --------------------------------------------------

CAF_TEST(a subscriber answers for itself and can be closed) {
  open();
  auto heard_of_it = std::make_shared<strings>();
  fans_do[1]->known = 7;
  fans_do[1]->subscriber = own(sys.spawn(closable, heard_of_it));
  CAF_CHECK_EQUAL(std::string{answer_to("subscriber 7").parts.at(0).kind},
                  "subscriber");
  CAF_CHECK_EQUAL(refusal_of("subscriber 8"), "there is no subscriber 8");
  answer_to("close 7");
  answer_to("close 7 too much for us");
  CAF_CHECK_EQUAL(*heard_of_it,
                  (strings{"closed by the operator", "too much for us"}));
  CAF_CHECK_EQUAL(refusal_of("close 8"), "there is no subscriber 8");
  CAF_CHECK_EQUAL(refusal_of("close 7 " + std::string(124, 'x')),
                  "the reason is over 123 bytes");
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

CAF_TEST(feeds and settings are shown) {
  open();
  CAF_CHECK_EQUAL(answer_to("feeds").parts.size(), 2u);
  CAF_CHECK_EQUAL(strings(answer_to("settings").lists.at(0).rows.at(0)),
                  (strings{"a.b", "2", "1"}));
}

CAF_TEST(help lists what there is) {
  open();
  auto all = first_cells("help");
  CAF_CHECK_EQUAL(all, "status symbols symbol subscribers subscriber ledger "
                       "feeds settings log close help");
  CAF_CHECK_EQUAL(first_cells("help close"), "close");
}

CAF_TEST(a line that cannot be is refused) {
  struct {
    const char* line;
    const char* why;
  } cases[] = {
    {"", "'' is no command; try help"},
    {"statu", "'statu' is no command; try help"},
    {"help statu", "'statu' is no command; try help"},
    {"status now", "usage: status "},
    {"symbol", "usage: symbol NAME [--sort=...] [--page=N]"},
    {"symbol A!", "'A!' is no symbol name"},
    {"symbols --sort=size", "--sort: 'size' is none of name, age, ticks"},
    {"symbols --page=0", "--page: '0' is no page number"},
    {"symbols --page=2", "--page: there are 1"},
    {"symbols --page", "--page: '' is no page number"},
    {"symbols --all", "'--all' is no option of symbols"},
    {"subscribers --sort=", "--sort: '' is none of age, lag, merged, rate"},
    {"subscriber x", "'x' is no subscriber's id"},
    {"ledger -1", "'-1' is no subscriber's id"},
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

CAF_TEST_FIXTURE_SCOPE_END()
