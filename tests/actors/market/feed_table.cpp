#define CAF_SUITE actors.market.feed_table

#include "livegrid/actors/market/feed_table.hpp"

#include <chrono>
#include <memory>
#include <string>

#include "livegrid/actors/stats/counters.hpp"

#include "feeds_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

struct fixture : feeds_fixture {
  /// What the metrics say, but for POST where it is just up.
  std::string states() {
    std::string result;
    for (std::size_t i = 0; i < known_sources.size(); ++i)
      for (std::size_t k = 0; k < num_feed_states; ++k) {
        auto n = get(stats->feeds[i][k]);
        auto kind = known_sources[i].name;
        auto state = static_cast<feed_state>(k);
        if (n == 0 || (kind == source::post.name() && state == feed_state::up))
          continue;
        result += (result.empty() ? "" : ", ") + std::string{kind} + ' '
                  + std::string{to_string(state)} + ' ' + std::to_string(n);
      }
    return result;
  }

  /// Ticks once a second for that long.
  void tick_for(std::chrono::seconds span, feed_id from) {
    for (auto i = 0s; i < span; i += 1s) {
      publish({trade("A", 101)}, from);
      pass_seconds(1);
    }
  }

  void lose(feed_id which) {
    tell(gone_atom_v, which);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(feed_table_tests, fixture)

CAF_TEST(a feed that has ticked for long and stops is silent) {
  open({"A"});
  tick_for(11min, post);
  CAF_CHECK_EQUAL(states(), "");
  pass_seconds(5);
  CAF_CHECK_EQUAL(states(), "post silent 1");
  publish({trade("A", 102)});
  pass_seconds(1);
  CAF_CHECK_EQUAL(states(), "");
  // Again, although nobody asks.
  pass_seconds(100);
  CAF_CHECK_EQUAL(states(), "post silent 1");
}

CAF_TEST(some ticks by hand are nothing to rely on) {
  open({"A"});
  tick_for(9min, post);
  pass_seconds(3600);
  CAF_CHECK_EQUAL(states(), "");
}

CAF_TEST(a silent feed whose symbols others feed is not missed) {
  open({"A"});
  tick_for(11min, post);
  set_up(first, true);
  publish({trade("A", 102)}, first);
  pass_seconds(100);
  CAF_CHECK_EQUAL(states(), "socket up 1");
}

CAF_TEST(a paused feed is not missed) {
  open({"A"});
  tick_for(11min, post);
  pause("post");
  pass_seconds(100);
  CAF_CHECK_EQUAL(states(), "post paused 1");
  resume("post");
  CAF_CHECK_EQUAL(states(), "post silent 1");
}

CAF_TEST(a publisher that says goodbye has ended) {
  open({"A"});
  set_up(first, true);
  CAF_CHECK_EQUAL(states(), "socket up 1");
  tick_for(11min, first);
  set_up(first, false);
  CAF_CHECK_EQUAL(states(), "socket ended 1");
  pass_seconds(3600);
  CAF_CHECK_EQUAL(states(), "socket ended 1");
  // Without symbols of its own nobody remembers it.
  publish({trade("A", 102)});
  set_up(second, true);
  set_up(second, false);
  pass_seconds(1);
  CAF_CHECK_EQUAL(states(), "");
}

CAF_TEST(a publisher that breaks off is lost until another one comes) {
  open({"A"});
  set_up(first, true);
  tick_for(11min, first);
  lose(first);
  CAF_CHECK_EQUAL(states(), "socket lost 1");
  CAF_CHECK_EQUAL(fresh("A"), "down");
  set_up(second, true);
  CAF_CHECK_EQUAL(states(), "socket up 1, socket lost 1");
  publish({trade("A", 102)}, second);
  pass_seconds(1);
  CAF_CHECK_EQUAL(states(), "socket up 1");
}

CAF_TEST(a publisher of a few ticks that breaks off has ended) {
  open({"A"});
  set_up(first, true);
  publish({trade("A", 101)}, first);
  lose(first);
  CAF_CHECK_EQUAL(states(), "socket ended 1");
}

CAF_TEST(a feed whose actor fails is lost) {
  open({"A"});
  auto sim = join({source::simulator}, std::make_shared<strings>());
  CAF_CHECK_EQUAL(states(), "simulator up 1");
  publish({trade("A", 101)}, {source::simulator});
  self->send_exit(sim, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(states(), "simulator lost 1");
}

CAF_TEST(a recording that has ended stays so and may have gaps) {
  open({"A"});
  auto feed = join({source::replay}, std::make_shared<strings>());
  tick_for(11min, {source::replay});
  pass_seconds(3600);
  CAF_CHECK_EQUAL(states(), "replay up 1");
  set_up({source::replay}, false);
  CAF_CHECK_EQUAL(states(), "replay ended 1");
  end(feed);
  CAF_CHECK_EQUAL(states(), "replay ended 1");
}

CAF_TEST(of more past publishers than can be told apart the first are one) {
  open({}, 2000);
  std::uint64_t n = 0;
  auto come_and_go = [&] {
    feed_id who{source::socket, ++n};
    set_up(who, true, "192.0.2.1:5000");
    publish({trade("S" + std::to_string(n), 1)}, who);
    set_up(who, false);
  };
  // One that stays, and one whose symbol is somebody else's by now.
  set_up({source::socket, 100'000}, true);
  while (n < 1000)
    come_and_go();
  CAF_CHECK_EQUAL(states(), "socket up 1, socket ended 1000");
  CAF_CHECK_EQUAL(feeds().size(), 1001u);
  publish({trade("S1", 2)}, {source::socket, 100'000});
  CAF_CHECK_EQUAL(feeds().size(), 1000u);
  while (n < 1011)
    come_and_go();
  // The first ten of those that were left.
  CAF_CHECK_EQUAL(states(), "socket up 1, socket ended 1001");
  auto all = feeds();
  CAF_CHECK_EQUAL(all.size(), 1002u);
  CAF_CHECK_EQUAL(all[0].id.str(), "socket");
  CAF_CHECK_EQUAL(all[0].state, "down");
  CAF_CHECK_EQUAL(all[0].symbols, 10u);
  CAF_CHECK_EQUAL(all[0].ticks, 10u);
  CAF_CHECK_EQUAL(says("S2", "feed"), "socket");
  CAF_CHECK_EQUAL(fresh("S2"), "down");
  // Its symbols may go on, too; when none is left, it is gone.
  for (int i = 2; i <= 11; ++i)
    publish({trade("S" + std::to_string(i), 3)}, {source::socket, 100'000});
  CAF_CHECK_EQUAL(fresh("S2"), "live");
  CAF_CHECK_EQUAL(feeds()[0].id.str(), "socket-12");
  CAF_CHECK_EQUAL(states(), "socket up 1, socket ended 1000");
}

CAF_TEST_FIXTURE_SCOPE_END()
