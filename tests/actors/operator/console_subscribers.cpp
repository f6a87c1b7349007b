#define CAF_SUITE actors.operator.console_subscribers

#include "livegrid/actors/operator/console_subscribers.hpp"

#include <memory>
#include <string>
#include <vector>

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_subscribers_tests, console_fixture)

CAF_TEST(subscribers of all fan outs are one list) {
  open();
  fill(fans_do);
  CAF_CHECK_EQUAL(first_cells("subscribers"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("subscribers --sort=lag"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("subscribers --sort=merged"), "2 1 3");
  CAF_CHECK_EQUAL(
    strings(answer_to("subscribers").lists.at(0).columns),
    (strings{"id", "peer", "age", "symbols", "rows/s", "delivered", "merged",
             "waiting", "lag B", "verdict", "key", "agent"}));
  CAF_CHECK_EQUAL(
    lines_of("subscribers"),
    (lines{
      {"1", "a", "5s", "2", "0", "90", "5", "5", "321", "slow reader", "", ""},
      {"2", "b", "4s", "*", "0", "1", "8", "1", "7", "us", "", ""},
      {"3", "c", "3s", "0", "0", "300", "0", "0", "0", "keeping up", "", ""}}));
}

CAF_TEST(subscribers are found by address and key and program) {
  open();
  fans_do[0]->subscribers.push_back({.id = 1,
                                     .peer = "[::1]:5",
                                     .age_ms = 2,
                                     .key = "desk",
                                     .agent = "curl/8"});
  fans_do[1]->subscribers.push_back({.id = 2,
                                     .peer = "192.0.2.7:5000",
                                     .age_ms = 1,
                                     .key = "desk-2",
                                     .agent = "Mozilla/5.0 (X11)"});
  CAF_CHECK_EQUAL(first_cells("subscribers 192.0.2.7"), "2");
  CAF_CHECK_EQUAL(first_cells("subscribers *:5"), "1");
  CAF_CHECK_EQUAL(first_cells("subscribers desk"), "1");
  CAF_CHECK_EQUAL(first_cells("subscribers desk*"), "1 2");
  CAF_CHECK_EQUAL(first_cells("subscribers Mozilla*"), "2");
  CAF_CHECK_EQUAL(first_cells("subscribers nobody"), "");
}

CAF_TEST(a subscriber and its fan out answer for it) {
  open();
  add_subscriber();
  auto x = answer_to("subscriber 7");
  CAF_REQUIRE_EQUAL(x.parts.size(), 2u);
  CAF_CHECK_EQUAL(x.parts[0].kind, "subscriber");
  CAF_CHECK_EQUAL(x.parts[1].kind, "fanout");
  CAF_CHECK_EQUAL(refusal_of("subscriber 8"), "there is no subscriber 8");
}

CAF_TEST(a subscriber that is gone meanwhile shows as an error) {
  open();
  add_subscriber();
  end(fans_do[1]->subscriber);
  auto x = answer_to("subscriber 7");
  CAF_CHECK_EQUAL(x.parts.at(0).kind, "subscriber");
  CAF_CHECK(fact(x.parts[0], "error").starts_with("not available"));
}

CAF_TEST_FIXTURE_SCOPE_END()
