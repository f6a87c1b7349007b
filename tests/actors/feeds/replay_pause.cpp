#define CAF_SUITE actors.feeds.replay_pause

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "replay_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using counts = std::vector<std::size_t>;

struct fixture : replay_fixture {
  void pause(bool on) {
    self->send(feed, pause_atom_v, on);
    consume_messages();
  }

  /// Lets time go by, a millisecond after the other.
  void walk_for(std::chrono::milliseconds x) {
    for (auto t = 0ms; t < x; t += 1ms)
      pass(1ms);
  }

  /// How many messages the feed has handled.
  std::uint64_t messages() {
    return unbox(ask<actor_status>(feed, status_atom_v)).load.messages;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(replay_pause_tests, fixture)

CAF_TEST(what is left after a pause keeps its pace) {
  record(0s, trade("A", 1));
  record(1s, trade("A", 2));
  record(2s, trade("A", 3));
  record(3s, trade("A", 4));
  start();
  walk_for(1500ms);
  pause(true);
  CAF_CHECK_EQUAL(says("paused"), "true");
  walk_for(10s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "1000: 2"}));
  pause(false);
  CAF_CHECK_EQUAL(says("paused"), "false");
  walk_for(10s);
  CAF_CHECK_EQUAL(played(),
                  (strings{"0: 1", "1000: 2", "12000: 3", "13000: 4"}));
  CAF_CHECK_EQUAL(says("ended"), "true");
}

CAF_TEST(a short pause before the next tick shifts it) {
  record(0s, trade("A", 1));
  record(1s, trade("A", 2));
  start();
  walk_for(500ms);
  pause(true);
  walk_for(100ms);
  pause(false);
  walk_for(1s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "1100: 2"}));
}

CAF_TEST(a pause that is asked for twice is one) {
  record(0s, trade("A", 1));
  record(1s, trade("A", 2));
  start();
  // What has not been paused goes on as before.
  pause(false);
  walk_for(500ms);
  pause(true);
  walk_for(2s);
  pause(true);
  walk_for(2s);
  pause(false);
  pause(false);
  walk_for(1s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "5000: 2"}));
}

CAF_TEST(whenever it is paused no tick is lost or late) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAF_MESSAGE(seed);
    std::mt19937 random{seed};
    *recording = fake_source{};
    script->batches.clear();
    std::vector<std::chrono::milliseconds> want;
    for (auto at = 0ms; at < 2s;
         at += std::chrono::milliseconds{1 + random() % 40}) {
      record(at, trade("A", static_cast<double>(want.size())));
      want.push_back(at);
    }
    start();
    // The time that it was not paused is that of the recording.
    auto on = false;
    auto active = 0ms;
    std::size_t next = 0;
    for (int i = 0; i < 20'000 && next < want.size(); ++i) {
      while (random() % 10 < 3) {
        on = random() % 2 == 0;
        pause(on);
      }
      std::size_t n = 0;
      for (const auto& [when, batch] : script->batches)
        n += batch.ticks.size();
      for (; next < n; ++next)
        CAF_CHECK_EQUAL(active.count(), want[next].count());
      pass(1ms);
      if (!on)
        active += 1ms;
    }
    CAF_CHECK_EQUAL(next, want.size());
    std::string order;
    double last = -1;
    for (const auto& [when, batch] : script->batches)
      for (const auto& x : batch.ticks) {
        CAF_CHECK_EQUAL(x.get(field::price), last + 1);
        last = x.get(field::price);
      }
    pause(false);
    end(feed);
  }
}

CAF_TEST(a pause while a batch is under way lets none follow) {
  speed = 0;
  record(250, 0s);
  script->answer = nullptr;
  start();
  CAF_CHECK_EQUAL(sizes(), counts{100});
  pause(true);
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{100});
  walk_for(100ms);
  CAF_CHECK_EQUAL(sizes(), counts{100});
  CAF_CHECK_EQUAL(says("ticks"), "100");
  pause(false);
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100}));
}

CAF_TEST(a pause that is over before the answer changes nothing) {
  speed = 0;
  record(250, 0s);
  script->answer = nullptr;
  start();
  for (int i = 0; i < 10; ++i) {
    pause(true);
    pause(false);
  }
  CAF_CHECK_EQUAL(sizes(), counts{100});
  answer_late(mkt, script->unanswered.at(0), std::uint64_t{100});
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100}));
}

CAF_TEST(a batch that is refused during a pause does not end it) {
  speed = 0;
  record(250, 0s);
  script->answer = nullptr;
  log = std::make_shared<logger>(log_level::error);
  start();
  pause(true);
  answer_late(mkt, script->unanswered.at(0),
              make_error(errc::invalid, "too many"));
  walk_for(100ms);
  CAF_CHECK_EQUAL(sizes(), counts{100});
  pause(false);
  CAF_CHECK_EQUAL(sizes(), (counts{100, 100}));
}

CAF_TEST(many pauses leave it with one step at a time) {
  record(0s, trade("A", 1));
  for (int i = 1; i <= 20; ++i)
    record(i * 100ms, trade("A", i));
  start();
  for (int i = 0; i < 100; ++i) {
    pause(true);
    walk_for(1ms);
    pause(false);
  }
  auto before = messages();
  walk_for(2s);
  CAF_CHECK_EQUAL(script->batches.size(), 21u);
  // A step and an answer for each, and the question itself; the first step may
  // come early.
  CAF_CHECK_LESS_OR_EQUAL(messages() - before, 2u * 20 + 3);
}

CAF_TEST(another pace is kept over a pause too) {
  speed = 10;
  record(0s, trade("A", 1));
  record(10s, trade("A", 2));
  start();
  walk_for(400ms);
  pause(true);
  walk_for(5s);
  pause(false);
  walk_for(1s);
  CAF_CHECK_EQUAL(played(), (strings{"0: 1", "6000: 2"}));
}

CAF_TEST(a recording that starts over can be paused in any round) {
  loop = true;
  record(0s, trade("A", 1));
  record(1s, trade("A", 2));
  start();
  walk_for(1500ms);
  pause(true);
  auto before = script->batches.size();
  walk_for(5s);
  CAF_CHECK_EQUAL(script->batches.size(), before);
  pause(false);
  walk_for(2s);
  CAF_CHECK_GREATER(script->batches.size(), before);
}

CAF_TEST(what has ended cannot be paused) {
  record(0s, trade("A", 1));
  start();
  CAF_CHECK_EQUAL(says("ended"), "true");
  pause(true);
  CAF_CHECK_EQUAL(says("paused"), "false");
  pause(false);
  walk_for(1s);
  CAF_CHECK_EQUAL(script->heard, strings{"replay down"});
  CAF_CHECK_EQUAL(script->batches.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
