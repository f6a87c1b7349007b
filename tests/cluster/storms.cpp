#define CAF_SUITE cluster.storms

// Several faults at a time, with a publisher and viewers at nodes that none of
// them befalls. Whatever happens in between: within ten seconds of the last
// fault all see the last price that was answered 200, and no price goes back.

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "etcd_process.hpp"
#include "networks.hpp"
#include "storm.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// How often each is tried: some moments are hit by luck alone, and those that
/// messages make are the simulation's to find.
constexpr int num_rounds = 3;

/// How long all may take to be as they should, once the faults are over.
constexpr auto calm_time = 10s;

/// Three nodes, and what is seen of them.
class trio {
public:
  /// @param net where each is in a network of its own; null for none.
  explicit trio(const networks* net = nullptr)
    : a{"a", net, 0}, b{"b", net, 1}, c{"c", net, 2} {
    // nop
  }

  void start(const std::vector<std::string>& settings) {
    for (auto* x : all())
      x->start(settings);
    wait_for_owners(all(), 0);
  }

  std::vector<storm_node*> all() {
    return {&a, &b, &c};
  }

  /// Waits until they are members and each symbol has an owner.
  /// @param least how many each must own.
  static void wait_for_owners(const storm_nodes& xs, int least) {
    try {
      wait_until("each symbol to have an owner", [&] {
        auto sum = 0;
        for (const auto* x : xs) {
          auto n = x->ready() ? x->owned() : -1;
          if (n < least)
            return false;
          sum += n;
        }
        // All of them are there once they have traded.
        return sum == 0 || sum == num_stormy;
      });
    } catch (const gave_up&) {
      for (const auto* x : xs)
        describe(*x);
      throw;
    }
  }

  /// Says how a node is, for who looks into what went wrong.
  static void describe(const storm_node& x) {
    CAF_MESSAGE(x.name() << " logged:\n" << x.log());
    try {
      std::string owners;
      for (const auto& y : x.owners())
        owners += ' ' + y;
      CAF_MESSAGE(x.name() << " owns " << x.owned() << ", says "
                           << x.get("/ready").body
                           << " and that these own:" << owners);
    } catch (const gave_up& why) {
      CAF_MESSAGE(x.name() << " does not answer: " << why.what());
    }
  }

  /// Publishes at a node and looks at some, until all have seen something.
  /// @param everything whether some want whatever there is.
  void watch(storm_node& at, const storm_nodes& where, bool everything) {
    using wish = storm_viewer::wish;
    std::vector<wish> wishes{wish::all, wish::some, wish::some, wish::some};
    if (everything)
      wishes.emplace_back(wish::everything);
    for (auto* x : where)
      for (auto y : wishes)
        viewers.push_back(std::make_unique<storm_viewer>(
          *x, y, static_cast<int>(viewers.size())));
    market.emplace(storm_nodes{&at});
    auto deadline = clock::now() + patience;
    auto first = market->wait_for_next(deadline);
    if (!first)
      give_up("nothing could be published");
    for (auto& x : viewers)
      if (!x->wait_for(*first, deadline))
        CAF_ERROR("a viewer at " << x->node() << " is stuck before all faults:"
                                 << x->behind(*first));
  }

  /// The faults are over.
  /// @param running who is there.
  /// @param may_lose whether prices may have gone back.
  void check(const storm_nodes& running, bool may_lose = false) {
    auto deadline = clock::now() + calm_time;
    market->wait_for_next(deadline);
    auto last = market->finish(deadline);
    CAF_MESSAGE("the answers were " << market->answers_text());
    std::vector<std::string> damage{"a post waits for its answer"};
    if (last)
      damage = storm_damage(running, viewers, *last, deadline);
    // What the others take in, all see as well.
    for (auto* x : running) {
      if (!damage.empty())
        break;
      storm_market more{
        {x}, 5ms, *std::max_element(last->begin(), last->end())};
      last = more.finish(deadline);
      damage = {"a post waits for its answer"};
      if (last)
        damage = storm_damage(running, viewers, *last, deadline);
      for (auto& line : damage)
        line += " (published at " + x->name() + ')';
    }
    for (auto& line : half_applied(*market, viewers))
      damage.emplace_back(line);
    for (const auto& x : viewers)
      for (const auto& step : x->steps_back())
        if (!may_lose)
          damage.emplace_back(stormy_symbol(step.symbol) + " went back from "
                              + std::to_string(step.from) + " to "
                              + std::to_string(step.to) + " at " + x->node());
    if (damage.empty())
      return;
    for (const auto& line : damage)
      CAF_ERROR(line);
    for (auto* x : all())
      CAF_MESSAGE(x->name() << " logged:\n" << x->log());
  }

  storm_node a;
  storm_node b;
  storm_node c;
  storm_viewers viewers;
  std::optional<storm_market> market;
};

/// One etcd for all rounds, of which each is a cluster of its own.
class fixture {
public:
  fixture() {
    etcd.start();
  }

  std::vector<std::string> settings(int i) const {
    return {"--cluster.etcd=" + etcd.endpoint(),
            "--cluster.name=round-" + std::to_string(i)};
  }

  etcd_process etcd;
};

/// How long a fault lasts, from that moment on.
void last(clock::time_point from, clock::duration x) {
  std::this_thread::sleep_until(from + x);
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(cluster_storms_tests, fixture)

CAF_TEST(two nodes that come at the same moment leave no viewer behind) {
  // These rounds are short.
  for (int i = 0; i < 3 * num_rounds; ++i) {
    CAF_MESSAGE("round " << i);
    trio x;
    x.a.start(settings(i));
    trio::wait_for_owners({&x.a}, 0);
    x.watch(x.a, {&x.a}, i % 5 == 4);
    x.b.start(settings(i));
    x.c.start(settings(i));
    trio::wait_for_owners(x.all(), 1);
    x.check(x.all());
  }
}

CAF_TEST(one owner ends while another stands still) {
  for (int i = 0; i < num_rounds; ++i) {
    auto how = i % 2 ? SIGKILL : SIGTERM;
    CAF_MESSAGE("round " << i << (i % 2 ? ", killed" : ", stopped"));
    trio x;
    x.start(settings(i));
    x.watch(x.a, {&x.a, &x.b}, i % 5 == 4);
    trio::wait_for_owners(x.all(), 1);
    auto begin = clock::now();
    x.b.signal(SIGSTOP);
    last(begin, 250ms * i);
    x.c.signal(how);
    last(begin, 2500ms);
    x.b.signal(SIGCONT);
    x.c.wait_for_exit();
    x.c.start_again();
    x.check(x.all());
  }
}

CAF_TEST(a batch that is answered 503 has not been applied) {
  for (int i = 0; i < num_rounds; ++i) {
    CAF_MESSAGE("round " << i);
    trio x;
    x.start(settings(i));
    x.watch(x.a, x.all(), i % 5 == 4);
    trio::wait_for_owners(x.all(), 1);
    auto begin = clock::now();
    x.b.signal(SIGSTOP);
    x.c.signal(SIGKILL);
    x.c.wait_for_exit();
    x.c.start_again();
    last(begin, 1900ms + 60ms * i);
    x.b.signal(SIGCONT);
    x.check(x.all());
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a listed node that finds the others one by one leaves one owner each) {
  for (int i = 0; i < num_rounds; ++i) {
    networks net{3};
    if (!net.there()) {
      CAF_MESSAGE(
        "skipped: network namespaces take root, iproute2 and /dev/net/tun");
      return;
    }
    CAF_MESSAGE("round " << i);
    trio x{&net};
    std::string list;
    for (auto* y : x.all())
      list += (list.empty() ? "" : ",") + y->address();
    x.start({"--cluster.join=" + list});
    x.watch(x.b, x.all(), i % 5 == 4);
    trio::wait_for_owners(x.all(), 1);
    auto begin = clock::now();
    net.plug_all(0, false);
    last(begin, 4s);
    net.plug(0, 1, true);
    last(begin, 4700ms);
    net.plug(0, 2, true);
    // What one side of the split has taken in may be lost.
    x.check(x.all(), true);
  }
}
