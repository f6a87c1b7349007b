#define CAF_SUITE http.cluster.etcd_members

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "etcd_fixture.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

constexpr std::size_t endpoints = 3;

/// Five members and their etcd, to which anything happens that may, each time
/// the same from the same seed.
class ordeal : public etcd_fixture {
public:
  explicit ordeal(std::uint32_t seed) : random_(seed) {
    for (auto name : {"a", "b", "c", "d", "e"})
      start(name);
  }

  /// A new run of that node.
  void start(const std::string& name) {
    auto instance = std::to_string(++instances_);
    instance.insert(0, 32 - instance.size(), '0');
    add(name, endpoints,
        [&](auto& config) { config.self.instance = instance; });
  }

  /// One that is between the two, both included.
  int pick(int least, int most) {
    return std::uniform_int_distribution{least, most}(random_);
  }

  template <class T>
  void toggle(std::set<std::string>& all, const T& what) {
    if (all.erase(what) == 0)
      all.insert(what);
  }

  void happen() {
    auto& x = *nodes[static_cast<std::size_t>(pick(0, 4))];
    auto endpoint = "http://etcd" + std::to_string(pick(0, 2)) + ":1";
    switch (pick(0, 12)) {
    case 0:
      toggle(silent, endpoint);
      break;
    case 1:
      toggle(cut_off, endpoint);
      break;
    case 2:
      toggle(unheard, "/v3/kv/txn");
      break;
    case 3:
      toggle(unheard, "/v3/lease/keepalive");
      break;
    case 4:
      etcd.how.watch_delay = std::chrono::milliseconds{pick(0, 50)};
      break;
    case 5:
      etcd.how.lease_lateness = std::chrono::milliseconds{pick(0, 2000)};
      break;
    case 6:
      etcd.compact(etcd.now_at());
      break;
    case 7:
      x.member->restate(pick(0, 1) == 1, {});
      break;
    case 8:
      x.suspended_until = now + std::chrono::milliseconds{pick(1, 4000)};
      break;
    case 9:
      put_entry("stray" + std::to_string(pick(0, 2)));
      break;
    case 10:
      etcd.remove(member_prefix + "stray" + std::to_string(pick(0, 2)));
      break;
    case 11:
      there = std::chrono::milliseconds{pick(0, 300)};
      back = std::chrono::milliseconds{pick(0, 300)};
      break;
    case 12: {
      auto i = static_cast<std::size_t>(pick(0, 4));
      auto name = nodes[i]->name;
      note(*nodes[i]);
      nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(i));
      start(name);
      break;
    }
    }
  }

  /// Nothing happens any more.
  void calm() {
    silent.clear();
    cut_off.clear();
    unheard.clear();
    etcd.how = {};
    there = 0ms;
    back = 2ms;
    for (auto& x : nodes)
      x->suspended_until = {};
  }

  /// Who may act has a lease at etcd.
  void check_leases() {
    for (const auto& x : nodes)
      if (valid(*x)) {
        auto held = etcd.value_of(member_prefix + x->name);
        CAF_CHECK(held && held->find(x->instance) != std::string::npos);
      }
  }

  /// What was told rises, and is the same for all who were told of it.
  void note(scripted_member& x) {
    std::uint64_t last = 0;
    auto view = x.views.begin();
    for (const auto& what : x.told) {
      if (!what.starts_with("view ")) {
        if (what.starts_with("lost"))
          last = 0;
        continue;
      }
      CAF_CHECK_GREATER(view->epoch, last);
      last = view->epoch;
      auto [i, fresh] = told_.try_emplace(view->epoch, *view);
      CAF_CHECK(fresh || i->second == *view);
      ++view;
    }
  }

  void check_views() {
    for (auto& x : nodes)
      note(*x);
  }

private:
  std::mt19937 random_;
  int instances_ = 0;
  std::map<std::uint64_t, cluster_view> told_;
};

} // namespace

// Its entries were more than an answer might have, and nobody else came in.
CAF_TEST(a member can join the largest cluster there may be) {
  etcd_fixture x;
  std::vector<symbol_name> pinned;
  for (std::size_t i = 0; i < max_pinned; ++i) {
    auto text = std::to_string(1000 + i);
    text.resize(symbol_name::max_size, 'X');
    pinned.emplace_back(*symbol_name::parse(text));
  }
  for (std::size_t i = 1; i < max_members; ++i) {
    auto name = std::to_string(1000 + i);
    name.resize(64, 'n');
    member who{.name = name,
               .instance = std::string(32, 'b'),
               .address = std::string(253, 'x'),
               .port = 65535,
               .pinned = pinned};
    CAF_REQUIRE(who.valid());
    x.etcd.put(member_prefix + name, to_json(who));
  }
  auto& a = x.joined("a");
  CAF_CHECK_EQUAL(a.views.back().members.size(), max_members);
}

CAF_TEST(whatever happens all are told the same in the same order) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAF_MESSAGE("seed " << seed);
    ordeal x{seed};
    for (int i = 0; i < 300; ++i) {
      x.run(std::chrono::milliseconds{x.pick(0, 200)});
      x.check_leases();
      x.happen();
    }
    x.calm();
    x.run(25s);
    x.check_views();
    // All is well again, and two changes soon after each other are told so.
    auto last = x.nodes.front()->views.back();
    CAF_CHECK_EQUAL(last.epoch, x.etcd.now_at());
    for (auto& y : x.nodes) {
      CAF_CHECK(x.valid(*y));
      CAF_CHECK(y->views.back() == last);
      y->views.clear();
    }
    x.put_entry("first");
    x.run(15ms);
    x.put_entry("second");
    x.run(1ms);
    for (auto& y : x.nodes) {
      CAF_REQUIRE_EQUAL(y->views.size(), 2u);
      CAF_CHECK_EQUAL(y->views[0].epoch, last.epoch + 1);
      CAF_CHECK_EQUAL(y->views[1].epoch, last.epoch + 2);
    }
  }
}
