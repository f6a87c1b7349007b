#define CAF_SUITE http.health.symbol_finder

#include "livegrid/http/health/symbol_finder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct fixture : actor_fixture {
  std::vector<std::optional<std::string>> found;

  void find(const market_actor& where) {
    find_oldest(sys, *sys.dummy_execution_unit(), where, {})(
      [this](std::optional<std::string> x) { found.emplace_back(x); });
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(symbol_finder_tests, fixture)

CAF_TEST(the oldest symbol of a market is found) {
  find(own(sys.spawn(market, market_of({trade("B", 1), trade("A", 1)}, 10))));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found.front().value_or("none"), "B");
}

CAF_TEST(a market without symbols has a row for any name) {
  find(own(sys.spawn(market, market_of({}, 10))));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found.front().value_or("none"), "livegrid-health");
}

CAF_TEST(a market that does not answer is told once) {
  auto script = std::make_shared<market_script>();
  script->mute = true;
  find(make_market(script));
  CAF_CHECK(found.empty());
  pass(std::chrono::seconds{6});
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(!found.front());
  script->open.clear();
}

CAF_TEST_FIXTURE_SCOPE_END()
