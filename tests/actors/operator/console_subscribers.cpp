#define CAF_SUITE actors.operator.console_subscribers

#include <memory>
#include <string>
#include <vector>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

/// One that keeps up, one that is blocked, one that wants all.
void fill(std::vector<std::shared_ptr<fanout_script>>& fans) {
  fans.at(0)->subscribers = {
    {.id = 1,
     .peer = "a",
     .age_ms = 5000,
     .symbols = 2,
     .published = 100,
     .delivered = 90,
     .merged = 5,
     .unsent = 1,
     .blocked = true,
     .held = 5,
     .link = {.unsent = 20, .unacked = 300, .window = 100, .segment = 10}},
    {.id = 3, .peer = "c", .age_ms = 3000, .published = 300, .delivered = 300}};
  fans.at(1)->subscribers = {{.id = 2,
                              .peer = "b",
                              .age_ms = 4000,
                              .everything = true,
                              .published = 10,
                              .delivered = 1,
                              .merged = 8,
                              .held = 1,
                              .link = {.unacked = 7}}};
}

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

CAF_TEST(who gets many rows of late is told from who got many once) {
  open();
  fill(fans_do);
  auto grow = [&](std::uint64_t n) {
    auto& xs = fans_do[0]->subscribers;
    xs[0].delivered += 5 * n;
    xs[1].delivered += n;
    xs[0].published += 5 * n;
    xs[1].published += n;
  };
  auto rates = [&](const console_answer& x) {
    std::string result;
    for (const auto& line : x.lists.at(0).rows)
      result += line.at(0) + ':' + line.at(4) + ' ';
    return result;
  };
  // The first answer takes two samples.
  auto asked = ask_line("subscribers --sort=rate");
  CAF_CHECK(!heard());
  grow(2);
  pass(200ms);
  auto first = fetch<console_answer>(asked);
  CAF_REQUIRE(first);
  CAF_CHECK_EQUAL(rates(*first), "1:50 3:10 2:0 ");
  // From then on there is one already.
  pass(1s);
  grow(100);
  auto again = ask_line("subscribers --sort=rate");
  auto second = fetch<console_answer>(again);
  CAF_REQUIRE(second);
  CAF_CHECK_EQUAL(rates(*second), "1:500 3:100 2:0 ");
  // It is over.
  pass(10s);
  CAF_CHECK_EQUAL(rates(answer_to("subscribers --sort=rate")), "1:0 2:0 3:0 ");
}

CAF_TEST(subscribers that come in slices are one list) {
  open();
  fill(fans_do);
  for (auto& x : fans_do)
    x->at_once = 1;
  CAF_CHECK_EQUAL(first_cells("subscribers"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("ledger"), "1 2 3");
}

CAF_TEST(a loop that is late is to blame for all) {
  open();
  fill(fans_do);
  set(stats->loop_lag, 100'000'000);
  for (const auto& x : lines_of("subscribers"))
    CAF_CHECK_EQUAL(x.at(9), "us");
}

CAF_TEST(many subscribers come in pages) {
  open();
  for (std::uint64_t i = 1; i <= 120; ++i)
    fans_do[i % 2]->subscribers.push_back({.id = i, .age_ms = 1000 - i});
  for (std::string line : {"subscribers", "ledger"}) {
    CAF_MESSAGE(line);
    auto x = answer_to(line + " --page=3");
    CAF_CHECK_EQUAL(x.lists.at(0).total, 120u);
    CAF_CHECK_EQUAL(x.lists.at(0).page, 3u);
    CAF_CHECK_EQUAL(x.lists.at(0).pages, 3u);
    CAF_REQUIRE_EQUAL(x.lists.at(0).rows.size(), 20u);
    CAF_CHECK_EQUAL(x.lists.at(0).rows.front().at(0), "101");
    CAF_CHECK_EQUAL(x.lists.at(0).rows.back().at(0), "120");
  }
}

CAF_TEST(a fan out that does not answer is said) {
  open();
  fill(fans_do);
  fans_do[0]->mute = true;
  auto list = late_answer_to("subscribers");
  CAF_REQUIRE(list);
  CAF_CHECK_EQUAL(list->lists.at(0).rows.size(), 1u);
  CAF_CHECK_EQUAL(list->note,
                  "those of one fan-out are missing: no answer in time");
  auto ledger = late_answer_to("ledger");
  CAF_REQUIRE(ledger);
  CAF_CHECK_EQUAL(ledger->lists.at(0).rows.size(), 1u);
  // What the other one holds nobody knows.
  CAF_CHECK_EQUAL(fact(ledger->parts.at(0), "adds_up"), "not known");
  CAF_CHECK_EQUAL(ledger->note, "all ledgers add up; those of one fan-out are "
                                "missing: no answer in time");
  // It may be the other one's.
  for (std::string line : {"subscriber 7", "close 7"}) {
    auto one = late_answer_to(line);
    CAF_REQUIRE(!one);
    CAF_CHECK_EQUAL(to_refusal(one.error()).message,
                    "a fan-out: no answer in time");
  }
  auto mine = late_answer_to("ledger 1");
  CAF_REQUIRE(!mine);
  CAF_CHECK_EQUAL(to_refusal(mine.error()).message,
                  "those of one fan-out are missing: no answer in time");
}

// -- ledgers ------------------------------------------------------------------

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

// -- one of them --------------------------------------------------------------

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

CAF_TEST(a subscriber can be closed) {
  open();
  auto reasons = add_subscriber();
  CAF_CHECK_EQUAL(note_of("close 7"),
                  "1 viewer affected; closing subscriber 7: closed by the "
                  "operator");
  CAF_CHECK_EQUAL(note_of("close 7 too much for us"),
                  "1 viewer affected; closing subscriber 7: too much for us");
  CAF_CHECK_EQUAL(*reasons,
                  (strings{"closed by the operator", "too much for us"}));
  CAF_CHECK_EQUAL(refusal_of("close 8"), "there is no subscriber 8");
  CAF_CHECK_EQUAL(refusal_of("close 7 " + std::string(124, 'x')),
                  "the reason is over 123 bytes");
}

CAF_TEST(whom a close would affect can be asked) {
  open();
  auto reasons = add_subscriber();
  CAF_CHECK_EQUAL(note_of("close 7 too much --ask"), "1 viewer affected");
  CAF_CHECK_EQUAL(*reasons, strings{});
  CAF_CHECK_EQUAL(refusal_of("close 8 --ask"), "there is no subscriber 8");
}

CAF_TEST_FIXTURE_SCOPE_END()
