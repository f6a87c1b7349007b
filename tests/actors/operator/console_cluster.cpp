#define CAF_SUITE actors.operator.console_cluster

#include "livegrid/actors/operator/console_cluster.hpp"

#include <string>

#include "console_cluster_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(console_cluster_tests, console_cluster_fixture)

CAF_TEST(nodes shows all of them and who is out of reach) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("a", {one(x, 1)});
  // What comes and goes shows once it has been looked at twice.
  auto ask_twice = [&](int ticks) {
    auto asked = self->request(consoles.at("g"), caf::infinite, ask_atom_v,
                               std::string{"nodes"});
    consume_messages();
    for (int i = 0; i < ticks; ++i)
      publish("a", {one(x, i)});
    pass(sampler::least_span);
    return unbox(fetch<console_answer>(asked));
  };
  auto found = ask_twice(100);
  CAF_CHECK_EQUAL(column(found, 7), "0.0 500.0 ");
  CAF_CHECK_EQUAL(column(found, 8), "0.0 0.0 ");
  CAF_CHECK_EQUAL(column(found, 0), "a b g");
  CAF_CHECK_EQUAL(column(found, 1), "symbols,http symbols,http http");
  CAF_CHECK_EQUAL(column(found, 2), "up up up");
  CAF_CHECK_EQUAL(column(found, 4), "0 1 0");
  kill("b");
  CAF_CHECK_EQUAL(column(answer_to("g", "nodes"), 2), "up out of reach up");
  CAF_CHECK_EQUAL(column(answer_to("g", "nodes"), 7), "0.0  ");
}

CAF_TEST(where tells who owns a symbol and who will) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  auto found = answer_to("g", "where " + x);
  CAF_CHECK_EQUAL(fact_of(found, "owner"), "b");
  CAF_CHECK_EQUAL(fact_of(found, "next"), "a");
  CAF_CHECK_EQUAL(fact_of(found, "pinned"), "false");
  CAF_CHECK_EQUAL(refusal_of("g", "where A?"), "'A?' is no symbol name");
}

CAF_TEST(symbols and nodes are moved by what a node says of itself) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 5)});
  CAF_CHECK_EQUAL(answer_to("g", "move " + x + " a").note, x + " is moving");
  CAF_CHECK(nodes.at("a").who.pinned == names_of({x}));
  view({"a", "b", "g"});
  CAF_CHECK_EQUAL(fact_of(answer_to("g", "where " + x), "owner"), "a");
  CAF_CHECK_EQUAL(fact_of(answer_to("g", "where " + x), "pinned"), "true");
  CAF_CHECK_EQUAL(fetch_row("g", x), "5 1 live");
  // Where it goes next it is pinned there only.
  answer_to("g", "move " + x + " b");
  CAF_CHECK(nodes.at("a").who.pinned.empty());
  view({"a", "b", "g"});
  CAF_CHECK_EQUAL(fact_of(answer_to("g", "where " + x), "owner"), "b");
  CAF_CHECK_EQUAL(fetch_row("g", x), "5 1 live");
  CAF_CHECK_EQUAL(refusal_of("g", "move " + x + " g"),
                  "node g owns no symbols");
  CAF_CHECK_EQUAL(answer_to("g", "drain b").note,
                  "owns no symbols; what it has is moving");
  view({"a", "b", "g"});
  CAF_CHECK_EQUAL(owned_by("b"), 0u);
  CAF_CHECK_EQUAL(fetch_row("g", x), "5 1 live");
  answer_to("g", "rebalance");
  view({"a", "b", "g"});
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
  CAF_CHECK(!nodes.at("g").who.owns_symbols);
}

CAF_TEST(why shows the way from the owner and what the owner knows) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("a", {one(x, 5)});
  auto& seen = fans.at("g")->seen;
  seen.found = seen.wanted = true;
  seen.viewer.id = 7;
  seen.shown = nodes.at("g").got->batches.back().rows.back();
  CAF_REQUIRE(seen.shown->came() != 0);
  auto found = answer_to("g", "why 7 " + x);
  CAF_CHECK_NOT_EQUAL(fact_of(found, "came_from_owner"), "none");
  CAF_CHECK_EQUAL(fact_of(found, "freshness"), "live");
  CAF_CHECK(found.note.find("has been given the newest row")
            != std::string::npos);
  publish("a", {one(x, 6)});
  found = answer_to("g", "why 7 " + x);
  CAF_CHECK(found.note.find("1 row behind") != std::string::npos);
  kill("b");
  CAF_CHECK_EQUAL(fact_of(answer_to("g", "why 7 " + x), "freshness"), "down");
}

CAF_TEST(a node alone says that it is) {
  auto& x = start("a");
  auto alone =
    own(sys.spawn(console, console_config{.market = x.market,
                                          .stats = stats,
                                          .log = quiet,
                                          .wall_clock = test_clock}));
  for (auto line :
       {"nodes", "where X", "move X", "drain", "rebalance", "symbols --on=b"}) {
    auto said = ask<console_answer>(alone, ask_atom_v, std::string{line});
    CAF_REQUIRE(!said);
    CAF_CHECK(
      to_refusal(said.error()).message.starts_with("the node is alone"));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
