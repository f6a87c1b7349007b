#define CAF_SUITE actors.market.silences

#include "livegrid/actors/market/silences.hpp"

#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

using time_point = silences::time_point;

constexpr time_point start{1000s};

struct fixture {
  symbol_map symbols;
  silences all;

  /// A symbol that ticked at the start.
  symbol_slot& add(const std::string& name) {
    auto& x = *symbols.try_emplace(symbol_name::parse(name).value()).first;
    x.second.beat.beat(start, 1);
    return x;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(silences_tests, fixture)

CAF_TEST(a symbol is looked at again after ten seconds) {
  auto& x = add("A");
  all.watch(x, start);
  CAF_CHECK(x.second.watched);
  CAF_CHECK(all.take_due(start + 9999ms).empty());
  CAF_CHECK(x.second.watched);
  CAF_CHECK(all.take_due(start + 10s) == std::vector{&x});
  CAF_CHECK(!x.second.watched);
  CAF_CHECK(all.empty());
}

CAF_TEST(a symbol whose silence is unusual soon is looked at then) {
  auto& x = add("A");
  // A minute is usual of what has ticked once.
  CAF_REQUIRE(x.second.beat.quiet_at() == start + 60s);
  all.watch(x, start + 55s);
  CAF_CHECK(all.take_due(start + 59s).empty());
  CAF_CHECK_EQUAL(all.take_due(start + 60s).size(), 1u);
}

CAF_TEST(all that are due are taken in the order of their seconds) {
  auto& a = add("A");
  auto& b = add("B");
  all.watch(a, start + 2s);
  all.watch(b, start + 1s);
  CAF_CHECK(all.take_due(start + 60s) == (std::vector{&b, &a}));
}

CAF_TEST(symbols that go are forgotten) {
  auto& a = add("A");
  auto& b = add("B");
  all.watch(a, start);
  all.watch(b, start);
  all.forget({&a});
  CAF_CHECK(all.take_due(start + 60s) == std::vector{&b});
}

CAF_TEST_FIXTURE_SCOPE_END()
