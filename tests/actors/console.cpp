#define CAF_SUITE actors.console

#include "livegrid/actors/console.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/ingress.hpp"
#include "livegrid/actors/market.hpp"
#include "livegrid/actors/replay.hpp"
#include "livegrid/actors/simulator.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using answers = std::vector<actor_status>;

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
    con = own(sys.spawn(console, parts));
    consume_messages();
  }

  auto ask_all() {
    auto result = self->request(con, caf::infinite, status_atom_v);
    consume_messages();
    return result;
  }

  auto ask_of(std::string_view symbol) {
    auto result =
      self->request(con, caf::infinite, status_atom_v, name_of(symbol));
    consume_messages();
    return result;
  }
};

/// Kind of each, with the error of those that have none but that.
strings kinds(const caf::expected<answers>& xs) {
  CAF_REQUIRE(xs);
  strings result;
  for (const auto& x : *xs) {
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
  CAF_CHECK_EQUAL(xs->at(1).name, "last");
  CAF_CHECK_EQUAL(xs->at(2).name, "fake");
  CAF_CHECK_EQUAL(xs->at(3).name, "second");
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
    &stats->ticks_applied,
    &stats->ticks_repeated,
    &stats->ticks_refused,
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
  const auto& node = xs->at(0);
  CAF_CHECK_EQUAL(node.name, LIVEGRID_VERSION);
  strings names;
  n = 100;
  for (const auto& [name, value] : node.facts) {
    names.emplace_back(name);
    CAF_CHECK_EQUAL(value, std::to_string(++n));
  }
  CAF_CHECK_EQUAL(
    names, (strings{"symbols", "ticks_applied", "ticks_repeated",
                    "ticks_refused", "subscribers_opened", "subscribers_closed",
                    "rows_published", "rows_delivered", "rows_merged",
                    "rows_discarded", "bad_messages"}));
}

CAF_TEST(the owner of a symbol answers for it) {
  parts.market = own(sys.spawn(market, std::vector<tick>{trade("AAPL", 1)},
                               std::uint64_t{10}, stats));
  parts.stats = stats;
  con = own(sys.spawn(console, parts));
  auto asked = ask_of("AAPL");
  auto x = fetch<actor_status>(asked);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->kind, "symbol");
  CAF_CHECK_EQUAL(x->name, "AAPL");
  auto none = ask_of("NEW");
  auto y = fetch<actor_status>(none);
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
  auto x = fetch<actor_status>(asked);
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  end(owner);
  auto again = ask_of("AAPL");
  auto y = fetch<actor_status>(again);
  CAF_REQUIRE(!y);
  CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
}

CAF_TEST(a market that does not answer is a failure) {
  open();
  market_does->mute = true;
  auto asked = ask_of("AAPL");
  CAF_CHECK(!heard());
  pass(2s);
  auto x = fetch<actor_status>(asked);
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::timed_out);
  end(parts.market);
  auto again = ask_of("AAPL");
  auto y = fetch<actor_status>(again);
  CAF_REQUIRE(!y);
  CAF_CHECK(to_refusal(y.error()).code == errc::unavailable);
}

CAF_TEST_FIXTURE_SCOPE_END()
