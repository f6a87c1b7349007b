#define CAF_SUITE actors.market.market_feeds

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/feeds/replay.hpp"

#include "feeds_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(market_feeds_tests, feeds_fixture)

// -- silence ------------------------------------------------------------------

CAF_TEST(a symbol is never live before its first tick) {
  open({"A"});
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 0 1");
  CAF_CHECK_EQUAL(fresh("A"), "never");
  pass(48h);
  CAF_CHECK_EQUAL(fresh("A"), "never");
  CAF_CHECK_EQUAL(news(), "");
  CAF_CHECK_EQUAL(fresh("B"), "never");
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 0 1");
}

CAF_TEST(a symbol goes from never over live to quiet and back) {
  open({"A"});
  publish({trade("A", 101)});
  CAF_CHECK_EQUAL(news(), "A 101 live");
  CAF_CHECK_EQUAL(fresh_counts(), "1 0 0 0");
  pass_seconds(59);
  CAF_CHECK_EQUAL(fresh("A"), "live");
  pass_seconds(2);
  CAF_CHECK_EQUAL(fresh("A"), "quiet");
  CAF_CHECK_EQUAL(news(), "A 101 quiet*");
  CAF_CHECK_EQUAL(fresh_counts(), "0 1 0 0");
  // That is said once.
  pass_seconds(200);
  CAF_CHECK_EQUAL(news(), "");
  publish({trade("A", 102)});
  CAF_CHECK_EQUAL(news(), "A 102 live");
  CAF_CHECK_EQUAL(fresh("A"), "live");
  CAF_CHECK_EQUAL(fresh_counts(), "1 0 0 0");
  pass_seconds(61);
  CAF_CHECK_EQUAL(news(), "A 102 quiet*");
}

CAF_TEST(a repeat shows too that a feed is alive) {
  open({"A"});
  publish({trade("A", 101, 5)});
  pass_seconds(61);
  CAF_CHECK_EQUAL(news(), "A 101 live, A 101 quiet*");
  publish({trade("A", 101, 5)});
  CAF_CHECK_EQUAL(news(), "A 101 live*");
  CAF_CHECK_EQUAL(fresh("A"), "live");
}

CAF_TEST(how long a silence is usual is learned) {
  open({"A", "B"});
  for (int i = 0; i < 10; ++i) {
    publish({trade("A", 101)});
    if (i % 5 == 0)
      publish({trade("B", 101)});
    pass_seconds(2);
  }
  news();
  // 2 s of the last silence have gone already; A is patient for 8 s.
  pass_seconds(5);
  CAF_CHECK_EQUAL(fresh("A"), "live");
  pass_seconds(2);
  CAF_CHECK_EQUAL(fresh("A"), "quiet");
  CAF_CHECK_EQUAL(news(), "A 101 quiet*");
  CAF_CHECK_EQUAL(fresh_counts(), "1 1 0 0");
  pass_seconds(60);
  CAF_CHECK_EQUAL(news(), "B 101 quiet*");
}

CAF_TEST(a night does not hide the silence of the day) {
  open({"A"});
  for (int i = 0; i < 10; ++i) {
    publish({trade("A", 101)});
    pass_seconds(1);
  }
  pass(16h);
  pass_seconds(2);
  CAF_CHECK_EQUAL(fresh("A"), "quiet");
  // One such gap makes patient for a day, until the old habit is back.
  for (int i = 0; i < 1500; ++i) {
    publish({trade("A", 102)});
    pass_seconds(1);
  }
  CAF_CHECK_EQUAL(says("A", "quiet_after_s"), "4");
  CAF_CHECK_EQUAL(fresh("A"), "live");
  news();
  pass_seconds(15);
  CAF_CHECK_EQUAL(news(), "A 102 quiet*");
}

CAF_TEST(a symbol that ticks on is never quiet) {
  open({"A"});
  for (int i = 0; i < 300; ++i) {
    publish({trade("A", 101)});
    pass_seconds(1);
    CAF_CHECK_EQUAL(get(stats->fresh[0]), 1u);
  }
  CAF_CHECK_EQUAL(news().find("quiet"), std::string::npos);
}

CAF_TEST(a new symbol is counted among the live ones) {
  open({});
  publish({trade("NEW", 1)});
  CAF_CHECK_EQUAL(news(), "NEW 1 live");
  CAF_CHECK_EQUAL(fresh_counts(), "1 0 0 0");
}

// -- feeds that come and go ---------------------------------------------------

CAF_TEST(symbols of a feed that is down are down until it is up) {
  open({"A", "B"});
  publish({trade("A", 101)}, first);
  publish({trade("B", 201)}, second);
  news();
  set_up(first, false);
  CAF_CHECK_EQUAL(news(), "A 101 down*");
  CAF_CHECK_EQUAL(fresh("A"), "down");
  CAF_CHECK_EQUAL(fresh("B"), "live");
  CAF_CHECK_EQUAL(fresh_counts(), "1 0 1 0");
  CAF_CHECK_EQUAL(feed_lines(), "socket-1 down 1, socket-2 up 1");
  // Hearing it twice is no news.
  set_up(first, false);
  CAF_CHECK_EQUAL(news(), "");
  set_up(first, true);
  CAF_CHECK_EQUAL(news(), "A 101 live*");
  CAF_CHECK_EQUAL(fresh_counts(), "2 0 0 0");
  // Its silence counts from its last tick.
  pass_seconds(61);
  CAF_CHECK_EQUAL(fresh("A"), "quiet");
  CAF_CHECK_EQUAL(fresh_counts(), "0 2 0 0");
}

CAF_TEST(a feed that was down for long comes back quiet) {
  open({"A"});
  publish({trade("A", 101)}, first);
  set_up(first, false);
  news();
  pass_seconds(100);
  CAF_CHECK_EQUAL(news(), "");
  CAF_CHECK_EQUAL(fresh("A"), "down");
  set_up(first, true);
  CAF_CHECK_EQUAL(news(), "A 101 quiet*");
  CAF_CHECK_EQUAL(fresh_counts(), "0 1 0 0");
  publish({trade("A", 102)}, first);
  CAF_CHECK_EQUAL(news(), "A 102 live");
}

CAF_TEST(a quiet symbol goes down with its feed) {
  open({"A"});
  publish({trade("A", 101)}, first);
  pass_seconds(61);
  news();
  set_up(first, false);
  CAF_CHECK_EQUAL(news(), "A 101 down*");
  set_up(first, true);
  CAF_CHECK_EQUAL(news(), "A 101 quiet*");
}

CAF_TEST(a feed that ends is down) {
  open({"A"});
  auto sim = join({source::simulator, 0}, std::make_shared<strings>());
  publish({trade("A", 101)}, {source::simulator, 0});
  CAF_CHECK_EQUAL(feed_lines(), "simulator up 1");
  news();
  end(sim);
  CAF_CHECK_EQUAL(news(), "A 101 down*");
  CAF_CHECK_EQUAL(feed_lines(), "simulator down 1");
  CAF_CHECK_EQUAL(fresh_counts(), "0 0 1 0");
}

CAF_TEST(a recording at its end is down) {
  open({});
  auto recording = std::make_shared<fake_source>();
  recording->ticks.push_back({timestamp{1h}, trade("A", 1)});
  auto feed = own(sys.spawn(replay, replay_config{.market = mkt,
                                                  .source = recording,
                                                  .wall_clock = test_clock,
                                                  .log = quiet}));
  tell(join_atom_v, feed_id{source::replay}, feed);
  CAF_CHECK_EQUAL(news(), "A 1 live, A 1 down*");
  CAF_CHECK_EQUAL(feed_lines(), "replay down 1");
  // Somebody else may go on with its symbols.
  publish({trade("A", 2)});
  CAF_CHECK_EQUAL(news(), "A 2 live");
  CAF_CHECK_EQUAL(feed_lines(), "replay down 0, post up 1");
  end(feed);
  CAF_CHECK_EQUAL(news(), "");
}

CAF_TEST(a symbol belongs to the feed of its last tick) {
  open({"A", "B"});
  publish({trade("A", 101), trade("B", 201)}, first);
  publish({trade("A", 102)}, second);
  CAF_CHECK_EQUAL(feed_lines(), "socket-1 up 1, socket-2 up 1");
  CAF_CHECK_EQUAL(says("A", "feed"), "socket-2");
  news();
  set_up(first, false);
  CAF_CHECK_EQUAL(news(), "B 201 down*");
  // Back again, although the other one is up as well.
  publish({trade("B", 202), trade("B", 203)}, second);
  CAF_CHECK_EQUAL(news(), "B 202 live, B 203 live");
  CAF_CHECK_EQUAL(feed_lines(), "socket-2 up 2");
}

CAF_TEST(a connection that is gone stays as long as it has symbols) {
  open({"A", "B"});
  set_up(first, true, "192.0.2.1:5000");
  CAF_CHECK_EQUAL(feed_lines(), "socket-1 up 0");
  CAF_CHECK_EQUAL(std::string{feeds().at(0).peer}, "192.0.2.1:5000");
  set_up(first, false);
  CAF_CHECK_EQUAL(feed_lines(), "");
  set_up(second, true, "192.0.2.1:5001");
  publish({trade("A", 101), trade("B", 101)}, second);
  set_up(second, false);
  CAF_CHECK_EQUAL(feed_lines(), "socket-2 down 2");
  CAF_CHECK_EQUAL(std::string{feeds().at(0).peer}, "192.0.2.1:5001");
  publish({trade("A", 102)});
  CAF_CHECK_EQUAL(feed_lines(), "post up 1, socket-2 down 1");
  publish({trade("B", 102)});
  CAF_CHECK_EQUAL(feed_lines(), "post up 2");
}

CAF_TEST(only connections are forgotten) {
  open({});
  for (auto kind : {source::simulator, source::replay, source::post})
    set_up({kind, 0}, false);
  CAF_CHECK_EQUAL(feed_lines(), "simulator down 0, replay down 0, post down 0");
}

// -- what is known of them ----------------------------------------------------

CAF_TEST(the symbols of a feed are listed) {
  open({"C", "A", "B"});
  publish({trade("A", 1), trade("B", 1), trade("C", 1)}, first);
  publish({trade("B", 2)});
  auto symbols_of = [&](const std::string& which) {
    auto x = ask<std::vector<symbol_name>>(mkt, feed_atom_v, which);
    std::string result;
    if (!x)
      return to_refusal(x.error()).message;
    for (const auto& name : *x)
      result += name.str() + ' ';
    return result;
  };
  CAF_CHECK_EQUAL(symbols_of("socket-1"), "A C ");
  CAF_CHECK_EQUAL(symbols_of("post"), "B ");
  // Those that go and come back are there once.
  for (int i = 0; i < 50; ++i) {
    publish({trade("A", 1)});
    publish({trade("A", 1)}, first);
  }
  CAF_CHECK_EQUAL(symbols_of("socket-1"), "A C ");
  CAF_CHECK_EQUAL(symbols_of("post"), "B ");
  CAF_CHECK_EQUAL(symbols_of("socket-2"), "no feed 'socket-2'; try feeds");
  CAF_CHECK_EQUAL(symbols_of("socket"), "no feed 'socket'; try feeds");
}

// -- refusals -----------------------------------------------------------------

CAF_TEST(what the market refuses is counted by feed and by symbol) {
  open({"A"}, 1);
  CAF_CHECK(!publish({trade("A", 1), trade("B", 1)}, first));
  auto x = feeds().at(0);
  CAF_CHECK_EQUAL(x.refused, 2u);
  CAF_CHECK_EQUAL(x.last_refusal,
                  "the node owns as many symbols as it may (1)");
  CAF_CHECK_EQUAL(x.ticks, 0u);
  // The one at fault is not known here, and A was not at fault.
  CAF_CHECK_EQUAL(says("A", "refused"), "0");
  CAF_CHECK(!publish({with_extras("A", max_extra_cells + 1)}, first));
  CAF_CHECK_EQUAL(std::uint64_t{feeds().at(0).refused}, 3u);
  CAF_CHECK_EQUAL(says("A", "refused"), "1");
  CAF_CHECK_EQUAL(says("A", "last_refusal"), "a symbol has at most "
                                               + std::to_string(max_extra_cells)
                                               + " cells of its own");
  CAF_CHECK_EQUAL(get(stats->of(source::socket).refused), 3u);
}

CAF_TEST(what was refused before is counted by feed and by symbol) {
  open({"A"});
  tell(refuse_atom_v, post, std::string{"A"}, std::string{"price: is negative"},
       std::uint64_t{1});
  tell(refuse_atom_v, post, std::string{"B"}, std::string{"no price"},
       std::uint64_t{1});
  tell(refuse_atom_v, post, std::string{"no name!"}, std::string{"no symbol"},
       std::uint64_t{1});
  tell(refuse_atom_v, post, std::string{}, std::string{"no JSON"},
       std::uint64_t{1});
  auto x = feeds().at(0);
  CAF_CHECK_EQUAL(x.refused, 4u);
  CAF_CHECK_EQUAL(x.last_refusal, "no JSON");
  CAF_CHECK_EQUAL(says("A", "refused"), "1");
  CAF_CHECK_EQUAL(says("A", "last_refusal"), "price: is negative");
  // It makes no symbol.
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
  CAF_CHECK_EQUAL(says("B", "freshness"), "never");
}

CAF_TEST_FIXTURE_SCOPE_END()
