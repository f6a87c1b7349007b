#define CAF_SUITE actors.cluster.births

#include "livegrid/actors/cluster/births.hpp"

#include "ticks.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

constexpr batch_id first{1, 1};
constexpr batch_id second{1, 2};
constexpr batch_id other{2, 1};

} // namespace

CAF_TEST(what is awaited of a batch is over once) {
  births awaited;
  CAF_CHECK(awaited.empty());
  awaited.await(first, names_of({"X", "Y"}));
  awaited.await(second, names_of({"Z"}));
  CAF_CHECK(!awaited.empty());
  CAF_CHECK(awaited.remove(first) == names_of({"X", "Y"}));
  CAF_CHECK(awaited.remove(first).empty());
  CAF_CHECK(awaited.remove(second) == names_of({"Z"}));
  CAF_CHECK(awaited.empty());
}

CAF_TEST(a refusal does not count for a batch that was prepared anew) {
  births awaited;
  auto before = awaited.await(first, names_of({"X"}));
  awaited.remove(first);
  auto now = awaited.await(first, names_of({"Y"}));
  CAF_CHECK(awaited.remove_if(first, before).empty());
  CAF_CHECK(awaited.remove_if(first, now) == names_of({"Y"}));
  CAF_CHECK(awaited.remove_if(first, now).empty());
}

CAF_TEST(the batches of one node are told) {
  births awaited;
  for (const auto& x : {second, other, first})
    awaited.await(x, names_of({"X"}));
  CAF_CHECK((awaited.of_node(1) == std::vector{first, second}));
  CAF_CHECK(awaited.of_node(3).empty());
}
