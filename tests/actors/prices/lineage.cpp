#define CAF_SUITE actors.prices.lineage

#include "livegrid/actors/prices/lineage.hpp"

#include <tuple>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

lineage make(const std::vector<state_id>& xs) {
  lineage result;
  for (const auto& x : xs)
    result.add(x);
  return result;
}

/// As many owners as are remembered, and one more.
lineage make_long() {
  lineage result;
  for (std::uint64_t i = 1; i <= lineage::max_size + 1; ++i)
    result.add({10 * i, i});
  return result;
}

} // namespace

CAF_TEST(who goes on from an owner knows what that left and what came before) {
  auto x = make({{3, 5}, {7, 9}});
  CAF_CHECK((x.last() == state_id{7, 9}));
  CAF_CHECK(x.of({7, 9}) == knowledge::all);
  CAF_CHECK(x.of({7, 8}) == knowledge::all);
  CAF_CHECK(x.of({3, 5}) == knowledge::all);
  CAF_CHECK(x.of({3, 1}) == knowledge::all);
}

CAF_TEST(ticks that an owner took when another had gone on are not known) {
  auto x = make({{3, 5}, {7, 9}});
  CAF_CHECK(x.of({7, 10}) == knowledge::none);
  CAF_CHECK(x.of({3, 6}) == knowledge::none);
}

CAF_TEST(an owner that is none of those before is not known) {
  auto x = make({{3, 5}, {7, 9}});
  CAF_CHECK(x.of({8, 1}) == knowledge::none);
  CAF_CHECK(x.of({5, 1}) == knowledge::none);
  CAF_CHECK(x.of({2, 1}) == knowledge::none);
  CAF_CHECK(lineage{}.of({2, 1}) == knowledge::none);
}

CAF_TEST(a state that no tick has made is nothing that could be missed) {
  CAF_CHECK(lineage{}.of({}) == knowledge::all);
  CAF_CHECK(make({{3, 5}}).of({2, 0}) == knowledge::all);
  CAF_CHECK(make({{3, 0}}) == lineage{});
}

CAF_TEST(an owner that took no tick leaves what it went on from) {
  CAF_CHECK(make({{3, 5}, {3, 5}}) == make({{3, 5}}));
  CAF_CHECK(make({{3, 5}, {3, 8}}) == make({{3, 8}}));
}

CAF_TEST(of many owners the oldest are forgotten) {
  auto x = make_long();
  CAF_CHECK(x.of({20, 2}) == knowledge::all);
  CAF_CHECK(x.of({20, 3}) == knowledge::none);
  CAF_CHECK(x.of({15, 1}) == knowledge::unknown);
  CAF_CHECK(x.of({10, 1}) == knowledge::unknown);
}

CAF_TEST(another node gets all of it) {
  for (const auto& x : {lineage{}, make({{3, 5}, {7, 9}}), make_long()}) {
    lineage y = make({{1, 1}});
    CAF_REQUIRE_EQUAL(load(save(x), y), caf::none);
    CAF_CHECK(x == y);
  }
}

CAF_TEST(more owners than there can be are refused) {
  std::vector<state_id> states(lineage::max_size + 1, state_id{1, 1});
  lineage y;
  CAF_CHECK_NOT_EQUAL(load(save(std::make_tuple(states, false)), y), caf::none);
}
