#define CAF_SUITE actors.cluster.claims

#include "livegrid/actors/cluster/claims.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace std::chrono_literals;

namespace {

constexpr claims::time_point start{1h};

/// The members whose claims are over, and those that wait.
std::pair<std::string, std::string> waits(const claims& x,
                                          claims::time_point now) {
  std::pair<std::string, std::string> result;
  auto owned = [](const std::string& whom) { return whom == "b"; };
  for (const auto& y : x.waits(now, owned))
    (y.over ? result.first : result.second) += y.whom;
  return result;
}

using pair = std::pair<std::string, std::string>;

} // namespace

CAF_TEST(claims are open until each is answered) {
  claims x;
  CAF_CHECK(!x.settled());
  x.settle(true);
  x.begin({"b", "g"}, start);
  CAF_CHECK(!x.settled());
  CAF_CHECK(x.begun() == start);
  CAF_CHECK(x.wants("b"));
  x.end("b");
  CAF_CHECK(!x.wants("b"));
  CAF_CHECK(x.is_open("g"));
  x.end("g");
  CAF_CHECK(x.open().empty());
}

CAF_TEST(who may have taken ticks is waited for longer) {
  claims x;
  x.begin({"b", "g"}, start);
  CAF_CHECK(waits(x, start + 1499ms) == pair("", "bg"));
  CAF_CHECK(waits(x, start + 1500ms) == pair("g", "b"));
  CAF_CHECK(waits(x, start + 7999ms) == pair("g", "b"));
  CAF_CHECK(waits(x, start + 8000ms) == pair("bg", ""));
  auto all = x.waits(start, [](const auto&) { return true; });
  CAF_CHECK(all.at(0).due == start + 8000ms);
}

CAF_TEST(who may have taken ticks and is given up is in doubt) {
  claims x;
  x.begin({"b", "g"}, start);
  x.give_up("g", false);
  CAF_CHECK(!x.in_doubt("g"));
  CAF_CHECK(!x.wants("g"));
  x.give_up("b", true);
  CAF_CHECK(x.open().empty());
  CAF_MESSAGE("what it hands over late is wanted all the same");
  CAF_CHECK(x.wants("b"));
  x.end("b");
  CAF_CHECK(!x.anybody_in_doubt());
}

CAF_TEST(who has not settled cannot act while somebody is in doubt) {
  claims x;
  CAF_CHECK(!x.disputed());
  x.doubt("b");
  CAF_CHECK(x.disputed());
  x.settle(true);
  CAF_CHECK(!x.disputed());
  x.settle(false);
  x.clear_doubt("b");
  CAF_CHECK(!x.disputed());
}

CAF_TEST(a view of which nothing is claimed leaves nothing open) {
  claims x;
  x.begin({"b"}, start);
  x.doubt("b");
  x.end_all();
  CAF_CHECK(x.open().empty());
  CAF_CHECK(x.in_doubt("b"));
  x.begin({"b"}, start);
  x.clear();
  CAF_CHECK(!x.wants("b"));
}
