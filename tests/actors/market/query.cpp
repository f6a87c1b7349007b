#define CAF_SUITE actors.market.query

#include "livegrid/actors/market/query.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/market/directory.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/spawn.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class query_fixture : public actor_fixture {
public:
  std::shared_ptr<std::vector<answer>> answers =
    std::make_shared<std::vector<answer>>();

  /// Expires when the query is gone.
  std::weak_ptr<replier> way_back;

  ~query_fixture() override {
    script->open.clear();
    for (const auto& x : owners)
      x->open.clear();
  }

  /// A market of these symbols, each at price 100.
  market_actor open(std::initializer_list<std::string_view> symbols) {
    std::vector<tick> first;
    for (auto x : symbols)
      first.emplace_back(trade(x, 100));
    auto result = own(sys.spawn(market, market_of(first, 100)));
    all_names = own(
      spawn_on(sys, nullptr, directory,
               directory_config{.market = result, .grid = {}, .stats = stats}));
    consume_messages();
    return result;
  }

  /// Of the market opened last.
  directory_actor all_names;

  /// A market that answers as `script` says.
  std::shared_ptr<market_script> script = std::make_shared<market_script>();
  market_actor scripted = make_market(script);
  std::vector<std::shared_ptr<symbol_script>> owners;

  /// Adds a symbol to the scripted market.
  symbol_actor add_owner(std::string_view name) {
    owners.emplace_back(std::make_shared<symbol_script>());
    auto result = make_symbol(owners.back());
    script->owners.push_back({name_of(name), result});
    return result;
  }

  void start(query_config x) {
    auto to = std::make_shared<fake_replier>(answers);
    way_back = to;
    x.to = std::move(to);
    spawn_query(sys, nullptr, std::move(x));
  }

  /// Starts it, and lets it do what it can without time going by.
  void ask_all(query_config x) {
    answers->clear();
    start(std::move(x));
    consume_messages();
  }

  /// The rows of the one answer.
  strings rows() {
    CAF_REQUIRE_EQUAL(answers->size(), 1u);
    auto* xs = std::get_if<std::vector<row_ptr>>(&answers->front());
    CAF_REQUIRE(xs != nullptr);
    strings result;
    for (const auto& x : *xs) {
      CAF_REQUIRE(x);
      result.emplace_back(x->symbol().str() + ' '
                          + std::string{x->text(cell::price)});
    }
    return result;
  }

  errc failure() {
    CAF_REQUIRE_EQUAL(answers->size(), 1u);
    auto* x = std::get_if<caf::error>(&answers->front());
    CAF_REQUIRE(x != nullptr);
    return to_refusal(*x).code;
  }

  /// Whether nothing more comes of it, however long one waits.
  bool over() {
    auto before = answers->size();
    auto gone = way_back.expired();
    pass(60s);
    return gone && answers->size() == before;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(query_tests, query_fixture)

CAF_TEST(rows come in the order asked) {
  auto mkt = open({"AAPL", "MSFT", "TSLA"});
  ask_all({mkt, names_of({"TSLA", "AAPL", "MSFT"})});
  CAF_CHECK_EQUAL(rows(), (strings{"TSLA 100", "AAPL 100", "MSFT 100"}));
  CAF_CHECK(over());
  ask_all({mkt, names_of({"MSFT"})});
  CAF_CHECK_EQUAL(rows(), strings{"MSFT 100"});
  CAF_CHECK(over());
}

CAF_TEST(rows come in the order asked whoever answers first) {
  for (auto name : {"A", "B", "C"})
    add_owner(name);
  start({scripted, names_of({"A", "B", "C"})});
  consume_messages();
  for (std::size_t i : {2, 0, 1}) {
    CAF_CHECK(answers->empty());
    const auto& x = script->owners[i];
    answer_late(x.owner, owners[i]->open.at(0),
                row_batch{{row::vacant(x.symbol)}});
  }
  CAF_CHECK_EQUAL(rows(), (strings{"A null", "B null", "C null"}));
  CAF_CHECK(over());
}

CAF_TEST(a symbol that has not traded gets a row of nulls) {
  auto mkt = open({"AAPL"});
  ask_all({mkt, names_of({"NEW", "AAPL", "NEWER"})});
  CAF_CHECK_EQUAL(rows(), (strings{"NEW null", "AAPL 100", "NEWER null"}));
  CAF_CHECK(over());
  // Asking does not make it a symbol.
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
  ask_all({mkt, names_of({"NEW"})});
  CAF_CHECK_EQUAL(rows(), strings{"NEW null"});
  CAF_CHECK(over());
}

CAF_TEST(without names all symbols come up to the limit) {
  auto mkt = open({"MSFT", "AAPL", "TSLA"});
  ask_all({.market = mkt, .directory = all_names});
  CAF_CHECK_EQUAL(rows(), (strings{"MSFT 100", "AAPL 100", "TSLA 100"}));
  CAF_CHECK(over());
  ask_all({.market = mkt, .limit = 2, .directory = all_names});
  CAF_CHECK_EQUAL(rows(), (strings{"MSFT 100", "AAPL 100"}));
  CAF_CHECK(over());
}

CAF_TEST(very many symbols are asked for in parts) {
  std::vector<tick> first;
  for (int i = 0; i < 2500; ++i)
    first.emplace_back(trade("S" + std::to_string(i), 100));
  auto mkt = own(sys.spawn(market, market_of(first, 5000)));
  auto names =
    own(spawn_on(sys, nullptr, directory,
                 directory_config{.market = mkt, .grid = {}, .stats = stats}));
  consume_messages();
  ask_all({.market = mkt, .limit = 2400, .directory = names});
  auto found = rows();
  CAF_REQUIRE_EQUAL(found.size(), 2400u);
  for (std::size_t i : {0, 999, 1000, 1999, 2000, 2399})
    CAF_CHECK_EQUAL(found[i], "S" + std::to_string(i) + " 100");
  CAF_CHECK(over());
}

CAF_TEST(nothing is an answer too) {
  auto mkt = open({});
  ask_all({.market = mkt, .directory = all_names});
  CAF_CHECK_EQUAL(rows(), strings{});
  CAF_CHECK(over());
  ask_all({mkt, names_of({})});
  CAF_CHECK_EQUAL(rows(), strings{});
  CAF_CHECK(over());
}

CAF_TEST(of all symbols those come that a filter allows) {
  auto mkt = open({"MSFT", "AAPL", "AMZN", "TSLA"});
  auto filter =
    std::make_shared<const symbol_filter>(std::vector<std::string>{"A*"});
  ask_all({.market = mkt, .filter = filter, .directory = all_names});
  CAF_CHECK_EQUAL(rows(), (strings{"AAPL 100", "AMZN 100"}));
  CAF_CHECK(over());
}

CAF_TEST(a row that was taken before the question is in the answer) {
  auto mkt = open({"AAPL"});
  auto asked = self->request(mkt, caf::infinite, publish_atom_v,
                             batch_of({trade("AAPL", 101)}));
  expect((publish_atom, tick_batch), from(self).to(mkt));
  CAF_REQUIRE(heard());
  ask_all({mkt, names_of({"AAPL"})});
  CAF_CHECK_EQUAL(rows(), strings{"AAPL 101"});
  CAF_CHECK(fetch<std::uint64_t>(asked));
}

CAF_TEST(owners that do not answer are one failure) {
  for (auto name : {"FAST", "SLOW", "SLOWER"})
    add_owner(name);
  owners[0]->row = row::vacant(name_of("FAST"));
  ask_all({scripted, names_of({"FAST", "SLOW", "SLOWER"})});
  pass(4999ms);
  CAF_CHECK(answers->empty());
  pass(1ms);
  CAF_CHECK(failure() == errc::timed_out);
  CAF_CHECK(way_back.expired());
  // Too late.
  for (std::size_t i : {1, 2})
    answer_late(script->owners[i].owner, owners[i]->open.at(0),
                row_batch{{row::vacant(script->owners[i].symbol)}});
  CAF_CHECK(over());
}

CAF_TEST(owners that are gone are one failure) {
  add_owner("HERE");
  owners[0]->row = row::vacant(name_of("HERE"));
  end(add_owner("GONE"));
  end(add_owner("GONE_TOO"));
  ask_all({scripted, names_of({"HERE", "GONE", "GONE_TOO"})});
  CAF_CHECK(failure() == errc::unavailable);
  CAF_CHECK(over());
}

CAF_TEST(a market that does not answer is a failure) {
  script->mute = true;
  ask_all({scripted, names_of({"AAPL"})});
  pass(4999ms);
  CAF_CHECK(answers->empty());
  pass(1ms);
  CAF_CHECK(failure() == errc::timed_out);
  answer_late(scripted, script->open.at(0), std::vector<symbol_ref>{});
  script->open.clear();
  CAF_CHECK(over());
}

CAF_TEST(a market that is gone is a failure) {
  end(scripted);
  ask_all({scripted, names_of({"AAPL"})});
  CAF_CHECK(failure() == errc::unavailable);
  CAF_CHECK(over());
}

CAF_TEST(a directory that is gone is a failure) {
  auto mkt = open({"AAPL"});
  end(all_names);
  ask_all({.market = mkt, .directory = all_names});
  CAF_CHECK(failure() == errc::unavailable);
  CAF_CHECK(over());
}

CAF_TEST_FIXTURE_SCOPE_END()
