#define CAF_SUITE actors.operator.subscriber_lines

#include "livegrid/actors/operator/subscriber_lines.hpp"

#include <memory>
#include <string>
#include <vector>

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(subscriber_lines_tests, console_fixture)

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

CAF_TEST_FIXTURE_SCOPE_END()
