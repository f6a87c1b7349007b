#define CAF_SUITE actors.market.market_pause

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/feeds/simulator.hpp"

#include "feeds_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(market_pause_tests, feeds_fixture)

CAF_TEST(batches of a paused publisher are refused whole) {
  open({"A"});
  publish({trade("A", 101)});
  news();
  CAF_CHECK_EQUAL(pause("post"), "1");
  CAF_CHECK_EQUAL(news(), "A 101 down*");
  CAF_CHECK_EQUAL(feed_lines(), "post paused 1");
  auto x = publish({trade("A", 102), trade("NEW", 1)});
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::unavailable);
  CAF_CHECK_EQUAL(to_refusal(x.error()).message,
                  "the operator has paused post");
  CAF_CHECK_EQUAL(news(), "");
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
  CAF_CHECK_EQUAL(get(stats->of(source::post).applied), 1u);
  CAF_CHECK_EQUAL(get(stats->of(source::post).refused), 2u);
  CAF_CHECK_EQUAL(std::uint64_t{feeds().at(0).refused}, 2u);
  CAF_CHECK_EQUAL(std::uint64_t{feeds().at(0).ticks}, 1u);
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 1 0");
  CAF_CHECK_EQUAL(resume("post"), "1");
  CAF_CHECK_EQUAL(news(), "A 101 live*");
  CAF_CHECK(publish({trade("A", 102)}));
  CAF_CHECK_EQUAL(news(), "A 102 live");
  CAF_CHECK(publish({trade("NEW", 1)}));
  CAF_CHECK_EQUAL(news(), "NEW 1 live");
  CAF_CHECK_EQUAL(fresh_counts(), "2 0 0 0");
}

CAF_TEST(only the feed that is named is paused) {
  open({"A", "B", "C"});
  publish({trade("A", 101)}, first);
  publish({trade("B", 201)}, second);
  publish({trade("C", 301)});
  news();
  CAF_CHECK_EQUAL(pause("socket-2"), "1");
  CAF_CHECK_EQUAL(news(), "B 201 down*");
  CAF_CHECK(publish({trade("A", 102)}, first));
  CAF_CHECK(!publish({trade("B", 202)}, second));
  CAF_CHECK(publish({trade("C", 302)}));
  CAF_CHECK_EQUAL(news(), "A 102 live, C 302 live");
  // Others may go on with its symbols.
  CAF_CHECK(publish({trade("B", 203)}, first));
  CAF_CHECK_EQUAL(news(), "B 203 live");
  CAF_CHECK_EQUAL(resume("socket-2"), "0");
  CAF_CHECK_EQUAL(news(), "");
}

CAF_TEST(a pause that changes nothing is refused) {
  open({});
  CAF_CHECK_EQUAL(pause("replay"), "no feed 'replay'; try feeds");
  CAF_CHECK_EQUAL(resume("replay"), "no feed 'replay'; try feeds");
  CAF_CHECK_EQUAL(pause(""), "no feed ''; try feeds");
  publish({trade("A", 1)});
  CAF_CHECK_EQUAL(resume("post"), "post is not paused");
  CAF_CHECK_EQUAL(pause("post"), "1");
  CAF_CHECK_EQUAL(pause("post"), "post is paused already");
  CAF_CHECK_EQUAL(resume("post"), "1");
  CAF_CHECK_EQUAL(resume("post"), "post is not paused");
}

CAF_TEST(a feed that is an actor is told) {
  open({"A"});
  auto heard = std::make_shared<strings>();
  const feed_id sim{source::simulator, 0};
  join(sim, heard);
  CAF_CHECK_EQUAL(pause("simulator"), "0");
  CAF_CHECK_EQUAL(*heard, strings{"pause"});
  CAF_CHECK_EQUAL(pause("simulator"), "simulator is paused already");
  CAF_CHECK_EQUAL(resume("simulator"), "0");
  CAF_CHECK_EQUAL(pause("simulator"), "0");
  CAF_CHECK_EQUAL(*heard, (strings{"pause", "go on", "pause"}));
}

CAF_TEST(what was on its way is taken and its symbols stay down) {
  open({"A", "B"});
  const feed_id sim{source::simulator, 0};
  join(sim, std::make_shared<strings>());
  publish({trade("A", 101)}, sim);
  pause("simulator");
  news();
  CAF_CHECK(publish({trade("A", 102), trade("B", 202)}, sim));
  CAF_CHECK_EQUAL(fresh("A"), "down");
  CAF_CHECK_EQUAL(fresh("B"), "down");
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 2 0");
  CAF_CHECK_EQUAL(news(), "A 102 live, A 102 down*, B 202 live, B 202 down*");
  CAF_CHECK_EQUAL(resume("simulator"), "2");
  CAF_CHECK_EQUAL(news(), "A 102 live*, B 202 live*");
  CAF_CHECK_EQUAL(fresh_counts(), "2 0 0 0");
}

CAF_TEST(a feed that has ended cannot be paused) {
  open({"A"});
  publish({trade("A", 101)}, {source::replay, 0});
  tell(feed_atom_v, feed_id{source::replay}, false, std::string{});
  CAF_CHECK_EQUAL(pause("replay"),
                  "replay has ended: there is nothing to pause");
  CAF_CHECK_EQUAL(feed_lines(), "replay down 1");
  CAF_CHECK_EQUAL(resume("replay"), "replay is not paused");
}

CAF_TEST(a long pause ends in silence) {
  open({"A"});
  publish({trade("A", 101)});
  pause("post");
  news();
  pass_seconds(100);
  CAF_CHECK_EQUAL(news(), "");
  resume("post");
  CAF_CHECK_EQUAL(news(), "A 101 quiet*");
  publish({trade("A", 102)});
  CAF_CHECK_EQUAL(news(), "A 102 live");
}

CAF_TEST(a pause and an end add up) {
  open({"A"});
  publish({trade("A", 101)}, first);
  news();
  pause("socket-1");
  set_up(first, false);
  CAF_CHECK_EQUAL(news(), "A 101 down*");
  resume("socket-1");
  CAF_CHECK_EQUAL(news(), "");
  CAF_CHECK_EQUAL(feed_lines(), "socket-1 down 1");
  pause("socket-1");
  set_up(first, true);
  CAF_CHECK_EQUAL(news(), "");
  CAF_CHECK_EQUAL(feed_lines(), "socket-1 paused 1");
  resume("socket-1");
  CAF_CHECK_EQUAL(news(), "A 101 live*");
}

CAF_TEST(a paused simulator ticks no more until it goes on) {
  open({"A", "B"});
  auto sim =
    own(sys.spawn(simulator, mkt, std::vector{trade("A", 100), trade("B", 100)},
                  std::uint64_t{1}, test_clock));
  tell(join_atom_v, feed_id{source::simulator}, sim);
  auto ticks = [&] { return get(stats->of(source::simulator).applied); };
  pass_seconds(10);
  auto before = ticks();
  CAF_CHECK(before >= 16 && before <= 40);
  CAF_CHECK_EQUAL(pause("simulator"), "2");
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 2 0");
  pass_seconds(100);
  CAF_CHECK_EQUAL(ticks(), before);
  CAF_CHECK_EQUAL(resume("simulator"), "2");
  pass_seconds(10);
  CAF_CHECK(ticks() >= before + 16 && ticks() <= before + 40);
  CAF_CHECK_EQUAL(fresh_counts(), "2 0 0 0");
}

CAF_TEST_FIXTURE_SCOPE_END()
