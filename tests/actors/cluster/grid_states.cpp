#define CAF_SUITE actors.cluster.grid_states

// What states of a symbol win where several nodes have had some.

#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>

#include "livegrid/actors/prices/price_state.hpp"

#include "agreement_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_states_tests, agreement_fixture)

CAF_TEST(what was taken while cut off wins if its new owner took nothing) {
  for (auto again : {true, false}) {
    auto x = own_twice(2);
    heal(again);
    for (auto at : {"a", "b", "g"}) {
      CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 live");
      CAF_CHECK_EQUAL(get(counts(at).ticks_dropped), 0u);
    }
    CAF_CHECK_EQUAL(last_row("g"), x + " 2 2 live");
    CAF_CHECK(publish("g", {one(x, 3)}));
    CAF_CHECK_EQUAL(fetch_row("b", x), "3 3 live");
  }
}

CAF_TEST(where two owners took ticks those of the later one win) {
  for (auto again : {true, false}) {
    auto x = own_twice(100);
    CAF_CHECK(publish("g", {one(x, 2)}));
    CAF_CHECK(publish("g", {one(x, 3)}));
    take_rows("g");
    heal(again);
    std::uint64_t dropped = 0;
    for (auto at : {"a", "b", "g"}) {
      auto row = fetch_row(at, x);
      CAF_CHECK_EQUAL(row.substr(0, row.rfind(' ')), "3 3");
      dropped += get(counts(at).ticks_dropped);
    }
    CAF_CHECK_GREATER(dropped, 0u);
    // Who was shown the other ones sees that they do not count: the price goes
    // back with a mark, though its feed may be known to be alive soon after.
    auto rows = take_rows("b");
    auto back = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
      return row.starts_with(x + " 3 3 ");
    });
    CAF_REQUIRE(back != rows.end());
    CAF_CHECK_EQUAL(*back, x + " 3 3 down");
    if (!again) {
      CAF_MESSAGE("the mark is taken away when it has been seen");
      pass_beats(2);
      for (auto& row : take_rows("b"))
        rows.emplace_back(row);
      CAF_CHECK_EQUAL(rows.back(), x + " 3 3 live");
    }
    CAF_CHECK(publish("g", {one(x, 4)}));
    for (auto at : {"a", "b", "g"})
      CAF_CHECK_EQUAL(fetch_row(at, x), "4 4 live");
    CAF_CHECK_EQUAL(last_row("b"), x + " 4 4 live");
    CAF_CHECK_EQUAL(last_row("g"), x + " 4 4 live");
  }
}

CAF_TEST(what its owner does not claim is let go and told to it) {
  start_three();
  auto x = symbol_of("a", {"a", "b"});
  publish("g", {one(x, 1)});
  watch("g", {x});
  CAF_MESSAGE("one node goes by a view that the others never have");
  self->send(nodes.at("b").grid, view_of({"b"}));
  consume_messages();
  pass(2s);
  CAF_CHECK(publish("b", {one(x, 2)}));
  view({"a", "b", "g"});
  pass_beats(3);
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(fetch_row(at, x).substr(0, 2), "2 ");
  CAF_CHECK(publish("b", {one(x, 3)}));
  for (auto at : {"a", "b", "g"})
    CAF_CHECK_EQUAL(fetch_row(at, x).substr(0, 2), "3 ");
  CAF_CHECK_EQUAL(last_row("g").substr(0, x.size() + 3), x + " 3 ");
}

CAF_TEST(whoever is no owner takes no states) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  price_state had{name_of(x)};
  had.set_epoch(5);
  had.load(one(x, 7));
  row_batch told{{had.render()}};
  auto refused = ask<std::uint64_t>(nodes.at("a").grid, merge_atom_v, told);
  CAF_REQUIRE(!refused);
  CAF_CHECK(to_refusal(refused.error()).code == errc::moved);
  CAF_CHECK(ask<std::uint64_t>(nodes.at("b").grid, merge_atom_v, told));
  CAF_CHECK_EQUAL(fetch_row("g", x), "7 1 never");
}

CAF_TEST_FIXTURE_SCOPE_END()
