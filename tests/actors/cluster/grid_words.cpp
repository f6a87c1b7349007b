#define CAF_SUITE actors.cluster.grid_words

// What nodes do not agree on, whatever was lost on the way, and how that ends.

#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>

#include "agreement_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_words_tests, agreement_fixture)

// -- wishes -------------------------------------------------------------------

CAF_TEST(a wish that its owner has lost is said again) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  lose<watch_atom>("g", "b");
  watch("g", {x});
  publish("b", {one(x, 1)});
  CAF_CHECK_EQUAL(take_rows("g"), strings{});
  pass_beats(1);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 1 1 live"});
  publish("b", {one(x, 2)});
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 2 2 live"});
  pass_beats(3);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
}

CAF_TEST(a wish that is no more ends though word of that was lost) {
  start_three();
  auto names = symbols_of("b", 2);
  const auto& x = names[0];
  const auto& y = names[1];
  watch("g", {x, y});
  publish("b", {one(x, 1), one(y, 1)});
  lose<unwatch_atom>("g", "b");
  self->send(nodes.at("g").grid, unwatch_atom_v, names_of({x}),
             nodes.at("g").viewer);
  consume_messages();
  pass_beats(1);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
  take_rows("g");
  crossed_from("b");
  publish("b", {one(x, 2), one(y, 2)});
  // Both cross to the one that will own them next.
  CAF_CHECK_EQUAL(crossed_from("b"), 3u);
  CAF_CHECK_EQUAL(take_rows("g"), strings{y + " 2 2 live"});
}

CAF_TEST(a wish for all that its owner has lost is said again) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  lose<watch_atom>("g", "b");
  self->send(nodes.at("g").grid, watch_atom_v, nodes.at("g").viewer);
  publish("b", {one(x, 1)});
  CAF_CHECK_EQUAL(take_rows("g"), strings{});
  pass_beats(1);
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 1 1 live"});
  lose<unwatch_atom>("g", "b");
  self->send(nodes.at("g").grid, unwatch_atom_v, nodes.at("g").viewer);
  consume_messages();
  pass_beats(1);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 2u);
  crossed_from("b");
  publish("b", {one(x, 2)});
  CAF_CHECK_EQUAL(crossed_from("b"), 1u);
}

CAF_TEST(wishes of several messages count when all have come) {
  start_three();
  auto some = symbols_of("b", 5000);
  std::vector<symbol_name> names;
  for (const auto& x : some)
    names.emplace_back(name_of(x));
  part_nodes("g", "b");
  self->send(nodes.at("g").grid, watch_atom_v, names, nodes.at("g").viewer);
  consume_messages();
  lose_nothing();
  // A hello that was lost is waited for.
  pass_beats(4);
  auto publish_some = [&](double price) {
    publish("a", {one(some[1], price), one(some[2499], price),
                  one(some[2500], price), one(some[4999], price)});
    auto rows = take_rows("g");
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  take_rows("g");
  CAF_CHECK_EQUAL(publish_some(1).size(), 4u);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 0u);
  CAF_MESSAGE("and are those alone from then on");
  names.resize(2500);
  lose<unwatch_atom>("g", "b");
  self->send(nodes.at("g").grid, unwatch_atom_v, names, nodes.at("g").viewer);
  consume_messages();
  pass_beats(3);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
  take_rows("g");
  crossed_from("b");
  CAF_CHECK_EQUAL(publish_some(2).size(), 2u);
  // And the four to the one that will own them next.
  CAF_CHECK_EQUAL(crossed_from("b"), 6u);
}

// -- rows ---------------------------------------------------------------------

CAF_TEST(a row that did not come is asked for again) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("b", {one(x, 1)});
  CAF_CHECK_EQUAL(last_row("g"), x + " 1 1 live");
  lose<relay_atom>("b", "g");
  publish("b", {one(x, 2)});
  lose_nothing();
  CAF_CHECK_EQUAL(take_rows("g"), strings{});
  // It is heard of within a second, and waited for another one.
  pass_beats(1);
  CAF_CHECK_EQUAL(take_rows("g"), strings{});
  pass_beats(1);
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 2 2 live"});
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
  pass_beats(5);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 0u);
  CAF_CHECK_EQUAL(get(counts("g").wishes_restated), 1u);
}

CAF_TEST(viewers are behind while a row does not come) {
  start_three();
  auto names = symbols_of("b", 2);
  const auto& x = names[0];
  const auto& y = names[1];
  watch("g", {x, y});
  publish("b", {one(x, 1), one(y, 1)});
  lose<relay_atom>("b", "g");
  publish("b", {one(x, 2), one(y, 2)});
  pass_beats(3);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 0u);
  pass_beats(2);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 2u);
  lose_nothing();
  publish("b", {one(x, 3)});
  pass_beats(2);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 1u);
  publish("b", {one(y, 3)});
  pass_beats(2);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 0u);
}

CAF_TEST(a row that nobody looks at any more is not missing) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("b", {one(x, 1)});
  lose<relay_atom>("b", "g");
  publish("b", {one(x, 2)});
  pass_beats(5);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 1u);
  self->send(nodes.at("g").grid, unwatch_atom_v, names_of({x}),
             nodes.at("g").viewer);
  consume_messages();
  pass_beats(2);
  CAF_CHECK_EQUAL(get(counts("g").viewers_behind), 0u);
}

CAF_TEST(rows after a mark are newer than that) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("b", {one(x, 1)});
  // The row that is held came over the first way; the way of now is found
  // before the one to another member.
  lose<relay_atom>("b", "g");
  break_cable("g", "b");
  pass_beats(2);
  break_cable("g", "a");
  pass_beats(2);
  CAF_REQUIRE_EQUAL(get(counts("g").peers_up), 2u);
  auto late = std::make_shared<fanout_script>();
  row_sink_actor second = make_fanout(late);
  self->send(nodes.at("g").grid, watch_atom_v, names_of({x}), second);
  consume_messages();
  lose_nothing();
  publish("b", {one(x, 2)});
  for (const auto& got : {nodes.at("g").got, late}) {
    row_order last;
    for (const auto& batch : got->batches)
      for (const auto& row : batch.rows) {
        CAF_CHECK(last < row->order());
        last = row->order();
      }
    CAF_REQUIRE(!got->batches.empty());
    CAF_CHECK_EQUAL(text_of(*got->batches.back().rows.back()), "2 2 live");
  }
  CAF_CHECK_EQUAL(text_of(*late->batches.front().rows.front()), "1 1 down");
}

// -- members ------------------------------------------------------------------

CAF_TEST(who does not answer words is down and found again) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("b", {one(x, 1)});
  take_rows("g");
  cables.lose([](const std::string& from, const std::string& to,
                 const caf::message& what) {
    return begins_with<livegrid::hello_atom>(what)
           || (from == "g" && to == "b" && begins_with<beat_atom>(what));
  });
  // The first word that is lost, and three seconds without an answer.
  pass_beats(3);
  CAF_CHECK_EQUAL(get(counts("g").peers_up), 2u);
  pass_beats(1);
  CAF_CHECK_EQUAL(get(counts("g").peers_up), 1u);
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 1 1 down"});
  lose_nothing();
  // So long a hello that was lost is waited for.
  pass_beats(4);
  CAF_CHECK_EQUAL(get(counts("g").peers_up), 2u);
  CAF_CHECK_EQUAL(get(counts("b").peers_up), 2u);
  CAF_CHECK_EQUAL(last_row("g"), x + " 1 1 live");
  publish("b", {one(x, 2)});
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 2 2 live"});
}

CAF_TEST(a way in one direction is none) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("b", {one(x, 1)});
  // It is heard, and hears nothing.
  cables.lose([](const std::string& from, const std::string& to,
                 const caf::message&) { return from == "b" && to == "g"; });
  publish("b", {one(x, 2)});
  pass_beats(5);
  CAF_CHECK_EQUAL(get(counts("g").peers_up), 1u);
  CAF_CHECK_EQUAL(last_row("g"), x + " 1 1 down");
  lose_nothing();
  pass_beats(4);
  CAF_CHECK_EQUAL(get(counts("g").peers_up), 2u);
  CAF_CHECK_EQUAL(get(counts("b").peers_up), 2u);
  CAF_CHECK_EQUAL(last_row("g"), x + " 2 2 live");
}

CAF_TEST(members that see other members are told apart) {
  start_three();
  pass_beats(5);
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(get(counts(at).owners_disagree), 0u);
  auto now = view_of({"a", "b", "g"});
  auto other = now;
  other.members[2].pinned = names_of({"X"});
  self->send(nodes.at("a").grid, other);
  for (auto at : {"b", "g"})
    self->send(nodes.at(at).grid, now);
  settle();
  pass_beats(2);
  CAF_CHECK_EQUAL(get(counts("a").owners_disagree), 0u);
  pass_beats(3);
  CAF_CHECK_EQUAL(get(counts("a").owners_disagree), 2u);
  CAF_CHECK_EQUAL(get(counts("b").owners_disagree), 1u);
  CAF_CHECK_EQUAL(get(counts("g").owners_disagree), 1u);
  view({"a", "b", "g"});
  pass_beats(2);
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(get(counts(at).owners_disagree), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
