#define CAF_SUITE cluster.list

#include <signal.h>

#include <string>

#include "cluster_nodes.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

/// Three nodes of a list, without an etcd: two owners and one where viewers
/// and publishers are.
class fixture {
public:
  fixture() : all{std::vector<std::string>{"--cluster.ttl=2s"}} {
    std::string list;
    for (auto name : {"a", "b", "g"})
      list += (list.empty() ? "" : ",") + std::string{"127.0.0.1:"}
              + std::to_string(all.port(name));
    all.membership = {"--cluster.join=" + list};
    for (auto name : {"a", "b"})
      all.start(name, "symbols,http");
    all.start("g", "http");
    wait_for_all();
  }

  bool ready(const std::string& name) {
    return all.at(name).get("/ready").status == 200;
  }

  /// Waits until all are members and each owner has its share.
  void wait_for_all() {
    for (auto name : {"a", "b", "g"})
      wait_until("all to be members", [&] { return ready(name); });
    all.at("g").wait_for_error_text("members=3");
    wait_until("each to have its share",
               [&] { return all.owned("a") + all.owned("b") == 5; });
  }

  cluster_nodes all;
};

CAF_TEST_FIXTURE_SCOPE(cluster_list_tests, fixture)

CAF_TEST(who was suspended goes on where the others are) {
  grid_viewer looks{all.at("g").port()};
  round_publisher out{all.at("g")};
  out.rounds(10);
  looks.wait_for(10);
  // First the one that leaves it to the other to find it again, then the one
  // that says who is there.
  for (auto name : {"b", "a"}) {
    CAF_MESSAGE(name);
    auto other = name == std::string{"a"} ? "b" : "a";
    all.at(name).signal(SIGSTOP);
    wait_until("the other to own all",
               [&] { return all.owned(other) >= num_traded; });
    out.rounds(10);
    looks.wait_for(out.done());
    all.at(name).signal(SIGCONT);
    all.at(name).wait_for_error_text("cluster_lost");
    out.rounds(10);
    looks.wait_for(out.done());
    wait_until("each to have its share", [&] {
      return ready(name) && all.owned(name) > 0 && all.owned(other) > 0
             && all.owned("a") + all.owned("b") == num_traded + 5;
    });
    out.rounds(1);
    looks.wait_for(out.done());
  }
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  CAF_CHECK(!looks.ended());
  for (auto name : {"a", "b", "g"})
    all.check_all(name, out.done(), out.done());
}

CAF_TEST(an owner that is killed is replaced and comes back to its share) {
  grid_viewer looks{all.at("g").port()};
  round_publisher out{all.at("g")};
  out.rounds(10);
  looks.wait_for(10);
  all.at("b").signal(SIGKILL);
  out.rounds(10);
  looks.wait_for(20);
  all.start("b", "symbols,http");
  wait_until("it to have its share",
             [&] { return all.owned("b") > 0 && ready("b"); });
  out.rounds(10);
  looks.wait_for(30);
  CAF_CHECK_EQUAL(looks.steps_back(), 0u);
  for (auto name : {"a", "b", "g"})
    all.check_all(name, 30, 30);
}

CAF_TEST_FIXTURE_SCOPE_END()

} // namespace
