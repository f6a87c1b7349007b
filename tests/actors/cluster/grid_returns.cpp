#define CAF_SUITE actors.cluster.grid_returns

#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_returns_tests, grid_fixture)

CAF_TEST(an owner that comes back waits for what was taken in its place) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  // Cut off.
  self->send(nodes.at("b").grid, lost_atom_v);
  view({"a", "g"});
  CAF_CHECK_EQUAL(unbox(publish("g", {one(x, 2)})), 1u);
  // It is a member again before there is a way to it.
  cut.insert("b");
  view({"a", "b", "g"});
  auto asked = start_publish("g", {one(x, 3)});
  consume_messages();
  pass(5s);
  CAF_CHECK(self->mailbox().empty());
  CAF_CHECK_EQUAL(fetch_row("b", x), "1 1 down");
  cut.erase("b");
  pass(1s);
  settle();
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(fetch_row(at, x), "3 3 live");
}

CAF_TEST(who is no member any more owns nothing) {
  start("a");
  start("b");
  view({"a", "b"});
  auto x = symbol_of("b", {"a", "b"});
  watch("b", {x});
  publish("b", {one(x, 1)});
  take_rows("b");
  self->send(nodes.at("b").grid, lost_atom_v);
  consume_messages();
  CAF_CHECK_EQUAL(owned_by("b"), 0u);
  CAF_CHECK_EQUAL(take_rows("b"), strings{x + " 1 1 down"});
  CAF_CHECK_EQUAL(fetch_row("b", x), "1 1 down");
  view({"a", "b"});
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
  auto rows = take_rows("b");
  CAF_REQUIRE(!rows.empty());
  CAF_CHECK_EQUAL(rows.back(), x + " 1 1 live");
}

CAF_TEST(who was suspended does not answer for a symbol) {
  start("a");
  start("b");
  view({"a", "b"});
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  // The others have gone on without it, and it does not know yet.
  nodes.at("b").valid = false;
  auto asked = start_publish("a", {one(x, 2)});
  consume_messages();
  CAF_CHECK(self->mailbox().empty());
  auto alone = view_of({"a"});
  self->send(nodes.at("a").grid, alone);
  settle();
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "2 2 live");
  // Back again: it hears of what it has missed.
  self->send(nodes.at("b").grid, lost_atom_v);
  nodes.at("b").valid = true;
  consume_messages();
  view({"a", "b"});
  CAF_CHECK_EQUAL(fetch_row("b", x), "2 2 live");
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
}

CAF_TEST(after a split the newer epoch is right) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("g", {one(x, 1)});
  // The rest goes on without b; b does not know, and has a viewer.
  self->send(nodes.at("a").grid, view_of({"a", "g"}));
  auto now = cluster_view{epoch, {nodes.at("a").who, nodes.at("g").who}};
  self->send(nodes.at("g").grid, now);
  consume_messages();
  publish("g", {one(x, 2)});
  publish("b", {one(x, 100)});
  take_rows("g");
  CAF_CHECK_EQUAL(fetch_row("g", x), "2 2 live");
  CAF_CHECK_EQUAL(fetch_row("b", x), "100 2 live");
  self->send(nodes.at("b").grid, lost_atom_v);
  view({"a", "b", "g"});
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 live");
  for (const auto& row : take_rows("g"))
    CAF_CHECK(row.find(" 100 ") == std::string::npos);
}

CAF_TEST(without etcd a split heals to one owner and to the newer state) {
  // The epochs of the two sides.
  for (auto [near_epoch, far_epoch] :
       {std::pair{100u, 50u}, {50u, 100u}, {50u, 50u}}) {
    CAF_MESSAGE(near_epoch << " and " << far_epoch);
    end_all();
    listed = false;
    epoch = 10;
    start_three();
    use_list();
    auto x = symbol_of("b", {"a", "b"});
    auto y = symbol_of("a", {"a", "b"});
    publish("g", {one(x, 1), one(y, 1)});
    watch("b", {y});
    watch("g", {x});
    auto near =
      cluster_view{near_epoch, {nodes.at("a").who, nodes.at("g").who}};
    self->send(nodes.at("a").grid, near);
    self->send(nodes.at("g").grid, near);
    self->send(nodes.at("b").grid,
               cluster_view{far_epoch, {nodes.at("b").who}});
    settle();
    CAF_CHECK(publish("g", {one(x, 2)}));
    CAF_CHECK(publish("b", {one(x, 30), one(y, 30)}));
    CAF_CHECK(publish("b", {one(x, 31)}));
    CAF_CHECK_EQUAL(owned_by("a"), 2u);
    CAF_CHECK_EQUAL(owned_by("b"), 2u);
    epoch = 100;
    view({"a", "b", "g"});
    CAF_CHECK_EQUAL(owned_by("a"), 1u);
    CAF_CHECK_EQUAL(owned_by("b"), 1u);
    // Who took a symbol over has the newer state of it. Where both sides took
    // ticks, it may show less than before until the next one comes.
    for (auto at : {"a", "b", "g"}) {
      CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 down");
      CAF_CHECK_EQUAL(fetch_row(at, y), "30 2 live");
    }
    // Whatever a viewer was shown on its side, it sees what comes now.
    take_rows("b");
    take_rows("g");
    CAF_CHECK(publish("a", {one(x, 40), one(y, 40)}));
    auto shows = [&](const std::string& at, const std::string& which) {
      auto rows = take_rows(at);
      return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
        return row.starts_with(which + " 40 ");
      });
    };
    CAF_CHECK(shows("b", y));
    CAF_CHECK(shows("g", x));
  }
}

CAF_TEST(ticks wait until it is known which side of a split was right) {
  start_three();
  use_list();
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  auto near = cluster_view{50, {nodes.at("a").who, nodes.at("g").who}};
  self->send(nodes.at("a").grid, near);
  self->send(nodes.at("g").grid, near);
  self->send(nodes.at("b").grid, cluster_view{50, {nodes.at("b").who}});
  settle();
  CAF_CHECK(publish("g", {one(x, 2)}));
  CAF_CHECK(publish("b", {one(x, 30)}));
  // One of them hears of the end first. It has the symbol, and it is its own;
  // but the other has taken it over.
  epoch = 100;
  auto healed = view_of({"a", "b", "g"});
  self->send(nodes.at("b").grid, healed);
  consume_messages();
  auto taken = start_publish("b", {one(x, 33)});
  consume_messages();
  self->send(nodes.at("a").grid, healed);
  self->send(nodes.at("g").grid, healed);
  settle();
  taken.receive([](std::uint64_t n) { CAF_CHECK_EQUAL(n, 1u); },
                [](const caf::error& why) {
                  CAF_ERROR("refused: " << to_refusal(why).message);
                });
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(fetch_row(at, x), "33 3 live");
}

CAF_TEST(a member that could not be asked in time is asked when it is there) {
  start("a");
  view({"a"});
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  start("b");
  cut.insert("b");
  view({"a", "b"});
  // No view will change any more.
  pass(2s);
  CAF_CHECK_EQUAL(owned_by("a"), 1u);
  cut.erase("b");
  pass(2s);
  settle();
  CAF_CHECK_EQUAL(owned_by("a"), 0u);
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "1 1 live");
  CAF_CHECK_EQUAL(unbox(publish("a", {one(x, 2)})), 1u);
  CAF_CHECK_EQUAL(fetch_row("b", x), "2 2 live");
}

CAF_TEST_FIXTURE_SCOPE_END()
