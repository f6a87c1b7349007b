#define CAF_SUITE actors.cluster.view_change

#include "livegrid/actors/cluster/view_change.hpp"

#include "members.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using instances = std::set<std::string>;

std::string instance_of(const std::string& name) {
  return make_member(name).instance;
}

} // namespace

CAF_TEST(of the first view all are newcomers) {
  auto x = change_of(cluster_view{}, make_view(1, {"a", "b"}));
  CAF_CHECK((x.newcomers == instances{instance_of("a"), instance_of("b")}));
  CAF_CHECK(!x.pins_moved);
}

CAF_TEST(who was a member is none) {
  auto before = make_view(1, {"a", "b"});
  CAF_CHECK(change_of(before, make_view(2, {"a", "b"})).newcomers.empty());
  CAF_CHECK(change_of(before, make_view(2, {"a"})).newcomers.empty());
  CAF_CHECK((change_of(before, make_view(2, {"a", "b", "c"})).newcomers
             == instances{instance_of("c")}));
}

CAF_TEST(who was left out in between is one) {
  auto before = make_view(1, {"a", "b"});
  auto next = make_view(3, {"a", "b"});
  next.members[1].since = 3;
  CAF_CHECK((change_of(before, next).newcomers == instances{instance_of("b")}));
}

CAF_TEST(who was started anew is one though it has the name) {
  auto before = make_view(1, {"a", "b"});
  auto next = before;
  next.members[1] = make_member("b", true, 'c');
  CAF_CHECK((change_of(before, next).newcomers == instances{instance_of("c")}));
}

CAF_TEST(symbols that are moved to a member are told) {
  auto before = make_view(1, {"a", "b"});
  auto next = before;
  next.members[1].pinned = names_of({"X"});
  CAF_CHECK(change_of(before, next).pins_moved);
  CAF_CHECK(change_of(next, before).pins_moved);
  CAF_CHECK(!change_of(next, next).pins_moved);
  CAF_MESSAGE("by its instance, not its name");
  auto other = next;
  other.members[1].instance = instance_of("c");
  CAF_CHECK(change_of(next, other).pins_moved);
}
