#define CAF_SUITE actors.operator.asker

#include "livegrid/actors/operator/asker.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(asker_tests, console_fixture)

CAF_TEST(who does not answer shows as an error in its place) {
  open();
  fans_do[0]->mute = true;
  auto asked = ask_line("status");
  pass(1999ms);
  CAF_CHECK(!heard());
  pass(1ms);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(asked)), xs);
  // The answer that comes too late harms nobody.
  answer_late(parts.fanouts[0], fans_do[0]->open.at(0),
              actor_status{"fanout", "late", {}});
  CAF_CHECK(!heard());
  fans_do[0]->mute = false;
  auto again = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(again)), all_well);
}

CAF_TEST(who is gone shows as an error in its place) {
  open();
  end(parts.fanouts[1]);
  end(parts.ingresses[0]);
  end(parts.feeds[1]);
  auto asked = ask_line("status");
  auto xs = kinds(fetch<console_answer>(asked));
  CAF_REQUIRE_EQUAL(xs.size(), 8u);
  CAF_CHECK_EQUAL(xs[2], "fanout");
  CAF_CHECK_EQUAL(xs[5], "ingress");
  CAF_CHECK_EQUAL(xs[6], "simulator");
  for (auto [i, kind] : {std::pair{3, "fanout"}, {4, "ingress"}, {7, "feed"}}) {
    const auto& x = xs[static_cast<std::size_t>(i)];
    CAF_MESSAGE(x);
    CAF_CHECK(x.starts_with(std::string{kind} + ": not available: "));
  }
}

CAF_TEST(answers come in order whoever is last) {
  open();
  market_does->mute = true;
  fans_do[1]->mute = true;
  auto asked = ask_line("status");
  CAF_CHECK(!heard());
  answer_late(parts.fanouts[1], fans_do[1]->open.at(0),
              actor_status{"fanout", "second", {}});
  CAF_CHECK(!heard());
  answer_late(parts.market, market_does->open.at(0),
              actor_status{"market", "last", {}});
  auto xs = fetch<console_answer>(asked);
  CAF_REQUIRE(xs);
  CAF_CHECK_EQUAL(xs->parts.at(2).name, "last");
  CAF_CHECK_EQUAL(xs->parts.at(3).name, "fake");
  CAF_CHECK_EQUAL(xs->parts.at(4).name, "second");
}

CAF_TEST(two questions at once do not mix) {
  open();
  fans_do[0]->mute = true;
  auto first = ask_line("status");
  fans_do[0]->mute = false;
  auto second = ask_line("status");
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(second)), all_well);
  pass(2s);
  auto xs = all_well;
  xs[2] = "fanout: no answer in time";
  CAF_CHECK_EQUAL(kinds(fetch<console_answer>(first)), xs);
}

CAF_TEST(what comes in slices is one list) {
  open();
  fans_do[0]->subscribers = {{.id = 1}, {.id = 3}};
  fans_do[1]->subscribers = {{.id = 2}};
  for (auto& x : fans_do)
    x->at_once = 1;
  CAF_CHECK_EQUAL(first_cells("subscribers"), "1 2 3");
  CAF_CHECK_EQUAL(first_cells("ledger"), "1 2 3");
}

CAF_TEST_FIXTURE_SCOPE_END()
