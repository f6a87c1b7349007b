#define CAF_SUITE actors.operator.console_ledger

#include "livegrid/actors/operator/console_ledger.hpp"

#include <string>
#include <vector>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_ledger_tests, console_fixture)

CAF_TEST(a ledger that does not add up is said) {
  open();
  fans_do[0]->subscribers = {
    {.id = 1, .published = 10, .delivered = 7, .merged = 2, .held = 1},
    {.id = 2, .published = 10, .delivered = 7, .merged = 2, .held = 2}};
  fans_do[1]->subscribers = {{.id = 3, .published = 4, .discarded = 4}};
  auto x = answer_to("ledger");
  CAF_CHECK_EQUAL(x.note, "1 do not add up");
  CAF_CHECK_EQUAL(x.lists.at(0).columns,
                  (strings{"id", "published", "delivered", "merged",
                           "discarded", "waiting", "adds up"}));
  CAF_CHECK_EQUAL(x.lists.at(0).rows,
                  (lines{{"1", "10", "7", "2", "0", "1", "yes"},
                         {"2", "10", "7", "2", "0", "2", "no"},
                         {"3", "4", "0", "0", "4", "0", "yes"}}));
  CAF_CHECK_EQUAL(note_of("ledger 1"), "all ledgers add up");
  CAF_CHECK_EQUAL(note_of("ledger 2"), "1 do not add up");
  CAF_CHECK_EQUAL(first_cells("ledger 3"), "3");
  CAF_CHECK_EQUAL(refusal_of("ledger 9"), "there is no subscriber 9");
}

CAF_TEST(the node has a ledger too) {
  open();
  const ledger_audit whole{
    .held = 3, .published = 100, .delivered = 80, .merged = 10, .discarded = 7};
  for (auto& x : fans_do)
    x->audit = whole;
  // Both tell of the same node; what they hold is each one's own.
  fans_do[0]->audit.held = 1;
  fans_do[1]->audit.held = 2;
  auto x = answer_to("ledger");
  CAF_REQUIRE_EQUAL(x.parts.size(), 1u);
  const std::vector<actor_status::fact> want{
    {"published", 100}, {"delivered", 80}, {"merged", 10},
    {"discarded", 7},   {"waiting", 3},    {"adds_up", "yes"}};
  CAF_CHECK_EQUAL(x.parts[0].kind, "ledger");
  CAF_CHECK_EQUAL(x.parts[0].name, "of the node");
  CAF_CHECK(x.parts[0].facts == want);
  CAF_CHECK_EQUAL(x.note, "all ledgers add up");
  fans_do[1]->audit.held = 3;
  x = answer_to("ledger");
  CAF_CHECK_EQUAL(fact(x.parts.at(0), "adds_up"), "no");
  CAF_CHECK_EQUAL(x.note, "all ledgers add up; the node's does not");
}

CAF_TEST(one ledger comes without that of the node) {
  open();
  fans_do[0]->subscribers = {{.id = 1}};
  fans_do[0]->audit.published = 9;
  CAF_CHECK(answer_to("ledger 1").parts.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
