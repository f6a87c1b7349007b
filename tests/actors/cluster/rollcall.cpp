#define CAF_SUITE actors.cluster.rollcall

#include "livegrid/actors/cluster/rollcall.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cable.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// One for all nodes.
timestamp time_of_day{std::chrono::seconds{1'700'000'000}};

class rollcall_fixture : public actor_fixture {
public:
  struct node {
    member who;
    rollcall_actor roll;
    std::vector<cluster_view> views;
    std::size_t lost = 0;
    std::set<std::string> found;
    bool suspended = false;
    std::shared_ptr<std::atomic<std::int64_t>> valid_until =
      std::make_shared<std::atomic<std::int64_t>>(0);
  };

  /// A node's view of itself alone, if it had none before.
  /// @param place of its address among all.
  static std::string at_begin(std::uint64_t place, const std::string& name) {
    auto ms = std::chrono::floor<std::chrono::milliseconds>(time_of_day)
                .time_since_epoch()
                .count();
    auto epoch = static_cast<std::uint64_t>(ms) * max_members + place;
    return std::to_string(epoch) + ':' + name;
  }

  std::map<std::string, node> nodes;
  std::set<std::string> cut;
  std::set<std::string> silent; ///< nobody hears how dialing them ends
  cabling cables;
  std::vector<std::string> names{"a", "b", "c"};
  std::string cluster = "test";

  static std::uint16_t port_of(const std::string& name) {
    return static_cast<std::uint16_t>(7000 + name.front());
  }

  static std::string address_of(const std::string& name) {
    return "127.0.0.1:" + std::to_string(port_of(name));
  }

  node& start(const std::string& name, char instance = 0) {
    auto& x = nodes[name];
    x = node{};
    x.who = {.name = name,
             .instance = std::string(32, instance ? instance : name.front()),
             .address = "127.0.0.1",
             .port = port_of(name),
             .protocol = 1};
    std::vector<std::string> all;
    for (const auto& y : names)
      all.emplace_back(address_of(y));
    x.roll = own(sys.spawn(
      rollcall,
      rollcall_config{
        .cluster = cluster,
        .self = x.who,
        .addresses = all,
        .dial = [this,
                 name](const std::string& where,
                       const rollcall_actor& from) { dial(name, where, from); },
        .found = [&x](const member& who,
                      const join_actor&) { x.found.insert(who.name); },
        .tell = [&x](const cluster_view& view) { x.views.emplace_back(view); },
        .lose = [&x] { ++x.lost; },
        .clock = [this] { return now().time_since_epoch(); },
        .wall_clock = [] { return time_of_day; },
        .valid_until = x.valid_until,
        .log = quiet}));
    consume_messages();
    return x;
  }

  void dial(const std::string& from, const std::string& where,
            const rollcall_actor& caller) {
    for (const auto& name : silent)
      if (address_of(name) == where)
        return;
    for (auto& [name, x] : nodes)
      if (address_of(name) == where && x.roll && !cut.contains(name)
          && !cut.contains(from)) {
        caf::anon_send(caller, link_atom_v, where,
                       caf::actor_cast<join_actor>(cables.between(
                         sys, end_of(nodes.at(from)), end_of(x))));
        return;
      }
    caf::anon_send(caller, link_atom_v, where, std::string{"refused"});
  }

  static cabling::end end_of(const node& x) {
    return {x.who.name, caf::actor_cast<caf::strong_actor_ptr>(x.roll)};
  }

  /// Lets so many half seconds go by, which nodes notice one by one.
  void pass_halves(int n) {
    for (int i = 0; i < n; ++i)
      pass(500ms);
  }

  void kill(const std::string& name) {
    end(nodes.at(name).roll);
    nodes.at(name).roll = nullptr;
  }

  /// The members of the last view, as `512:a,b`; empty without one.
  std::string view(const std::string& at) {
    const auto& views = nodes.at(at).views;
    if (views.empty())
      return "";
    auto result = std::to_string(views.back().epoch) + ':';
    for (const auto& x : views.back().members)
      result += (result.back() == ':' ? "" : ",") + x.name;
    return result;
  }

  std::string members(const std::string& at) {
    auto x = view(at);
    return x.substr(std::min(x.size(), x.find(':') + 1));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(rollcall_tests, rollcall_fixture)

CAF_TEST(a node takes its time before it takes itself for alone) {
  start("b");
  CAF_CHECK_EQUAL(view("b"), "");
  pass_halves(4);
  CAF_CHECK_EQUAL(view("b"), at_begin(1, "b"));
  // The first of the list need not wait for anybody to dial it.
  names = {"a"};
  start("a");
  CAF_CHECK_EQUAL(view("a"), at_begin(0, "a"));
}

CAF_TEST(all see the same and the first says so) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  CAF_CHECK_EQUAL(members("a"), "a,b,c");
  CAF_CHECK_EQUAL(view("b"), view("a"));
  CAF_CHECK_EQUAL(view("c"), view("a"));
  // Of two nodes one dials.
  CAF_CHECK((nodes["a"].found == std::set<std::string>{"b", "c"}));
  CAF_CHECK((nodes["b"].found == std::set<std::string>{"c"}));
  CAF_CHECK(nodes["c"].found.empty());
}

CAF_TEST(who dies is none and who comes back is one) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  auto before = nodes["c"].views.back().epoch;
  // Of all, the one that says who is there.
  kill("a");
  pass_halves(2);
  CAF_CHECK_EQUAL(members("b"), "b,c");
  CAF_CHECK_EQUAL(view("c"), view("b"));
  CAF_CHECK_GREATER(nodes["c"].views.back().epoch, before);
  before = nodes["c"].views.back().epoch;
  start("a", 'd');
  pass_halves(4);
  for (auto x : {"a", "b", "c"}) {
    CAF_CHECK_EQUAL(members(x), "a,b,c");
    CAF_CHECK_EQUAL(view(x), view("a"));
  }
  CAF_CHECK_GREATER(nodes["c"].views.back().epoch, before);
}

CAF_TEST(who alone has lost another is found again) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(30);
  // It is the other's part to dial, who sees nothing of it until it has heard
  // nothing for a while. If both dialed, each might keep a connection of its
  // own.
  nodes["b"].found.clear();
  caf::anon_send(caf::actor_cast<caf::actor>(nodes["b"].roll),
                 caf::down_msg{nodes["a"].roll.address(),
                               caf::exit_reason::remote_link_unreachable});
  consume_messages();
  CAF_CHECK_EQUAL(members("b"), "b,c");
  pass_halves(7);
  CAF_CHECK(nodes["b"].found.empty());
  for (auto x : {"a", "b", "c"}) {
    CAF_CHECK_EQUAL(members(x), "a,b,c");
    CAF_CHECK_EQUAL(view(x), view("a"));
  }
}

CAF_TEST(the next to lead may be heard before the first is missed) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  auto lose_first = [&](const std::string& at) {
    caf::anon_send(caf::actor_cast<caf::actor>(nodes[at].roll),
                   caf::down_msg{nodes["a"].roll.address(),
                                 caf::exit_reason::remote_link_unreachable});
    consume_messages();
  };
  lose_first("b");
  CAF_CHECK_EQUAL(members("b"), "b,c");
  CAF_CHECK_EQUAL(members("c"), "a,b,c");
  lose_first("c");
  CAF_CHECK_EQUAL(view("c"), view("b"));
}

CAF_TEST(who comes by itself need not be dialed) {
  silent = {"c"};
  for (auto x : {"a", "b", "c"})
    start(x);
  // It leaves that to the others for six seconds.
  pass_halves(13);
  CAF_CHECK_EQUAL(members("b"), "a,b,c");
  kill("a");
  pass_halves(2);
  CAF_CHECK_EQUAL(members("b"), "b,c");
  CAF_CHECK_EQUAL(view("c"), view("b"));
}

CAF_TEST(whoever cannot be answered does no harm) {
  start("a");
  pass_halves(4);
  auto who = nodes["a"].who;
  who.name = "b";
  who.instance = std::string(32, 'b');
  auto roll = caf::actor_cast<caf::actor>(nodes["a"].roll);
  caf::anon_send(roll, join_atom_v, cluster, who);
  caf::anon_send(roll, cluster_view{100, {who}});
  pass_halves(4);
  CAF_CHECK_EQUAL(members("a"), "a");
}

CAF_TEST(two views of one epoch become one) {
  for (auto x : {"a", "b"})
    start(x);
  names = {"a", "b"};
  pass_halves(4);
  // As if the second had been alone before it met the first.
  auto alone = nodes["a"].views.back();
  std::erase_if(alone.members, [](const member& x) { return x.name == "a"; });
  caf::send_as(caf::actor_cast<caf::actor>(nodes["b"].roll), nodes["a"].roll,
               alone);
  consume_messages();
  CAF_CHECK_GREATER(nodes["b"].views.back().epoch, alone.epoch);
  CAF_CHECK_EQUAL(members("b"), "a,b");
  CAF_CHECK_EQUAL(view("b"), view("a"));
}

CAF_TEST(a view that was missed is heard of half a second later) {
  auto deaf = false;
  cables.lose([&](const std::string&, const std::string& to,
                  const caf::message&) { return deaf && to == "b"; });
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  auto before = view("b");
  CAF_CHECK_EQUAL(before, view("a"));
  deaf = true;
  self->send(nodes["c"].roll, pin_atom_v, false, std::vector<symbol_name>{});
  consume_messages();
  CAF_CHECK_EQUAL(view("b"), before);
  CAF_CHECK_NOT_EQUAL(view("a"), before);
  deaf = false;
  pass_halves(1);
  CAF_CHECK_EQUAL(view("b"), view("a"));
  CAF_CHECK(!nodes["b"].views.back().members.at(2).owns_symbols);
}

CAF_TEST(who says nothing any more is dropped and dialed) {
  std::string mute;
  cables.lose([&](const std::string& from, const std::string&,
                  const caf::message&) { return from == mute; });
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  // What the connections say makes no difference.
  mute = "c";
  pass_halves(5);
  CAF_CHECK_EQUAL(members("a"), "a,b,c");
  pass_halves(1);
  CAF_CHECK_EQUAL(members("a"), "a,b");
  CAF_CHECK_EQUAL(view("b"), view("a"));
  mute.clear();
  pass_halves(10);
  for (auto x : {"a", "b", "c"}) {
    CAF_CHECK_EQUAL(members(x), "a,b,c");
    CAF_CHECK_EQUAL(view(x), view("a"));
  }
}

CAF_TEST(one that the first does not reach is no member) {
  // Both of them reach the other one.
  auto apart = false;
  cables.lose(
    [&](const std::string& from, const std::string& to, const caf::message&) {
      return apart && (from == "a" || to == "a") && (from == "c" || to == "c");
    });
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  auto since = nodes["c"].views.back().members.at(2).since;
  apart = true;
  cut = {"c"};
  // Each of the two notices after 2.5 s, and the third hears of it. Then the
  // one that is left out takes the second for the first.
  pass_halves(6);
  CAF_CHECK_EQUAL(members("a"), "a,b");
  CAF_CHECK_EQUAL(view("b"), view("a"));
  pass_halves(6);
  CAF_CHECK_EQUAL(nodes["c"].lost, 1u);
  CAF_CHECK_EQUAL(nodes["c"].valid_until->load(), 0);
  auto seen = nodes["c"].views.size();
  pass_halves(10);
  CAF_CHECK_EQUAL(nodes["c"].views.size(), seen);
  apart = false;
  cut.clear();
  pass_halves(10);
  for (auto x : {"a", "b", "c"}) {
    CAF_CHECK_EQUAL(members(x), "a,b,c");
    CAF_CHECK_EQUAL(view(x), view("a"));
  }
  CAF_CHECK_GREATER(nodes["c"].views.back().members.at(2).since, since);
}

CAF_TEST(who was left out in between finds it in the view) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  auto before = nodes["c"].views.back();
  // The first loses it for a moment, of which it hears nothing.
  cut = {"c"};
  caf::anon_send(caf::actor_cast<caf::actor>(nodes["a"].roll),
                 caf::down_msg{nodes["c"].roll.address(),
                               caf::exit_reason::remote_link_unreachable});
  consume_messages();
  CAF_CHECK_EQUAL(members("a"), "a,b");
  CAF_CHECK_EQUAL(members("c"), "a,b,c");
  cut.clear();
  pass_halves(2);
  CAF_CHECK_EQUAL(members("c"), "a,b,c");
  CAF_CHECK_EQUAL(view("c"), view("a"));
  CAF_CHECK_EQUAL(nodes["c"].lost, 0u);
  const auto& now = nodes["c"].views.back();
  CAF_CHECK_GREATER(now.members.at(2).since, before.epoch);
  // The others have been members all the time.
  for (std::size_t i : {0, 1})
    CAF_CHECK_EQUAL(now.members.at(i).since, before.members.at(i).since);
}

CAF_TEST(no two nodes give the same epoch) {
  cut = {"a", "b", "c"};
  std::set<std::uint64_t> given;
  std::size_t views = 0;
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(5);
  for (int round = 0; round < 3; ++round) {
    for (auto x : {"a", "b", "c"}) {
      CAF_REQUIRE_EQUAL(members(x), x);
      given.insert(nodes[x].views.back().epoch);
      ++views;
      self->send(nodes[x].roll, pin_atom_v, round % 2 == 0,
                 std::vector<symbol_name>{name_of("X")});
    }
    consume_messages();
  }
  CAF_CHECK_EQUAL(given.size(), views);
}

CAF_TEST(a node that is started anew gives no epoch that it has given before) {
  cut = {"a", "b", "c"};
  start("a");
  pass_halves(5);
  CAF_REQUIRE_EQUAL(members("a"), "a");
  auto before = nodes["a"].views.back().epoch;
  kill("a");
  time_of_day += 20ms;
  start("a");
  pass_halves(5);
  CAF_REQUIRE_EQUAL(members("a"), "a");
  CAF_CHECK_GREATER(nodes["a"].views.back().epoch, before);
}

CAF_TEST(each side of a split goes on and one view is left when it heals) {
  cut = {"c"};
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(5);
  CAF_CHECK_EQUAL(members("a"), "a,b");
  CAF_CHECK_EQUAL(members("c"), "c");
  cut.clear();
  pass_halves(4);
  for (auto x : {"a", "b", "c"}) {
    CAF_CHECK_EQUAL(members(x), "a,b,c");
    CAF_CHECK_EQUAL(view(x), view("a"));
  }
}

CAF_TEST(who was suspended is no member until it is told so) {
  for (auto x : {"a", "b"})
    start(x);
  names = {"a", "b"};
  pass_halves(4);
  CAF_CHECK_GREATER(nodes["b"].valid_until->load(),
                    now().time_since_epoch().count());
  // The time of all of them goes by at once.
  pass(10s);
  CAF_CHECK_EQUAL(nodes["b"].lost, 1u);
  CAF_CHECK_EQUAL(nodes["a"].lost, 1u);
}

CAF_TEST(who was suspended does not take itself for alone too soon) {
  for (auto x : {"a", "b"})
    start(x);
  names = {"a", "b"};
  pass_halves(4);
  auto before = nodes["a"].views.size();
  // Suspended, and then out of reach for a while.
  cut = {"a"};
  pass(10s);
  CAF_CHECK_EQUAL(nodes["a"].lost, 1u);
  pass_halves(9);
  CAF_CHECK_EQUAL(nodes["a"].views.size(), before);
  cut.clear();
  pass_halves(1);
  CAF_CHECK_GREATER(nodes["a"].views.size(), before);
  CAF_CHECK_EQUAL(members("a"), "a,b");
  CAF_CHECK_EQUAL(view("b"), view("a"));
}

CAF_TEST(strangers are refused) {
  start("a");
  pass_halves(4);
  auto other = nodes["a"].who;
  auto joined = [&](const std::string& of, const member& who) {
    auto x = ask<member>(nodes["a"].roll, join_atom_v, of, who);
    return x ? x->name : to_refusal(x.error()).message;
  };
  other.instance = std::string(32, 'e');
  CAF_CHECK_EQUAL(joined("test", other), "this node has the name a, too");
  other.name = "b";
  CAF_CHECK_EQUAL(joined("prod", other),
                  "this is a node of cluster 'test', not 'prod'");
  other.protocol = 2;
  CAF_CHECK_EQUAL(joined("test", other), "this node speaks version 1, not 2");
}

CAF_TEST(what is said of a node anew all hear) {
  for (auto x : {"a", "b", "c"})
    start(x);
  pass_halves(4);
  self->send(nodes["b"].roll, pin_atom_v, false,
             std::vector<symbol_name>{name_of("X")});
  consume_messages();
  for (auto x : {"a", "b", "c"}) {
    const auto& b = nodes[x].views.back().members.at(1);
    CAF_CHECK(!b.owns_symbols);
    CAF_CHECK_EQUAL(b.pinned.size(), 1u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
