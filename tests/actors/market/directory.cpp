#define CAF_SUITE actors.market.directory

#include "livegrid/actors/market/directory.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/spawn.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

class directory_fixture : public actor_fixture {
public:
  std::shared_ptr<market_script> script = std::make_shared<market_script>();
  market_actor scripted = make_market(script);

  ~directory_fixture() override {
    script->open.clear();
  }

  directory_actor start(market_actor market) {
    auto result =
      own(spawn_on(sys, nullptr, directory,
                   directory_config{
                     .market = std::move(market), .grid = {}, .stats = stats}));
    consume_messages();
    return result;
  }

  /// Adds symbols to the scripted market.
  void add(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
      script->owners.push_back(
        {name_of("S" + std::to_string(script->owners.size())), {}});
    set(stats->symbols, script->owners.size());
  }

  std::size_t count(const directory_actor& x) {
    auto page =
      ask<name_page_ptr>(x, list_atom_v, name_query{.limit = UINT64_MAX});
    CAF_REQUIRE(page);
    return (*page)->names.size();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(directory_tests, directory_fixture)

CAF_TEST(the names of many symbols are fetched in slices and once) {
  add(2 * max_symbols_listed + 1);
  auto dir = start(scripted);
  CAF_CHECK_EQUAL(count(dir), 2 * max_symbols_listed + 1);
  CAF_CHECK_EQUAL(script->most_listed, max_symbols_listed);
  // Nothing is new, and the market is not asked.
  script->mute = true;
  CAF_CHECK_EQUAL(count(dir), 2 * max_symbols_listed + 1);
  CAF_CHECK(script->open.empty());
  script->mute = false;
  add(1);
  CAF_CHECK_EQUAL(count(dir), 2 * max_symbols_listed + 2);
}

CAF_TEST(a symbol that has ticked is there for who asks then) {
  auto mkt = own(sys.spawn(market, market_of({trade("AAPL", 1)}, 100)));
  consume_messages();
  auto dir = start(mkt);
  CAF_CHECK_EQUAL(count(dir), 1u);
  ask<std::uint64_t>(mkt, publish_atom_v, batch_of({trade("NEW", 1)}));
  CAF_CHECK_EQUAL(count(dir), 2u);
  CAF_CHECK_EQUAL(get(stats->names), 2u);
}

CAF_TEST(who asks while it learns is answered too) {
  add(3);
  script->mute = true;
  auto dir = start(scripted);
  auto first =
    self->request(dir, caf::infinite, list_atom_v, name_query{.limit = 10});
  consume_messages();
  auto second =
    self->request(dir, caf::infinite, list_atom_v, name_query{.limit = 1});
  consume_messages();
  CAF_CHECK(!heard());
  CAF_REQUIRE_EQUAL(script->open.size(), 1u);
  answer_late(scripted, script->open.at(0), script->owners);
  CAF_CHECK_EQUAL(fetch<name_page_ptr>(first).value()->names.size(), 3u);
  CAF_CHECK_EQUAL(fetch<name_page_ptr>(second).value()->names.size(), 1u);
}

CAF_TEST(a market that does not answer is a failure and no end) {
  add(3);
  script->mute = true;
  auto dir = start(scripted);
  auto asked =
    self->request(dir, caf::infinite, list_atom_v, name_query{.limit = 10});
  consume_messages();
  pass(5s);
  auto answer = fetch<name_page_ptr>(asked);
  CAF_REQUIRE(!answer);
  CAF_CHECK(to_refusal(answer.error()).code == errc::timed_out);
  script->mute = false;
  CAF_CHECK_EQUAL(count(dir), 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
