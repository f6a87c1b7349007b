#define CAF_SUITE actors.operator.console_cluster

#include "livegrid/actors/operator/console.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// Nodes of a cluster, each with a console.
class console_cluster_fixture : public grid_fixture {
public:
  void open_consoles() {
    for (auto& [name, x] : nodes) {
      fans[name] = std::make_shared<fanout_script>();
      consoles[name] = own(
        sys.spawn(console, console_config{.market = x.market,
                                          .fanouts = {make_fanout(fans[name])},
                                          .grid = x.grid,
                                          .stats = stats,
                                          .log = quiet,
                                          .wall_clock = test_clock}));
      self->send(x.grid, join_atom_v, consoles[name]);
    }
    consume_messages();
  }

  caf::expected<console_answer> say(const std::string& at,
                                    const std::string& line) {
    return ask<console_answer>(consoles.at(at), ask_atom_v, line);
  }

  console_answer answer_to(const std::string& at, const std::string& line) {
    auto x = say(at, line);
    if (!x)
      CAF_FAIL(line << ": " << to_refusal(x.error()).message);
    return std::move(*x);
  }

  /// Why the line is refused.
  std::string refusal_of(const std::string& at, const std::string& line) {
    auto x = say(at, line);
    CAF_REQUIRE(!x);
    return to_refusal(x.error()).message;
  }

  static std::string fact_of(const console_answer& x, std::string_view key) {
    for (const auto& part : x.parts)
      for (const auto& [name, value] : part.facts)
        if (name == key)
          return value.str();
    return "none";
  }

  /// Column `i` of the only list, joined by blanks.
  static std::string column(const console_answer& x, std::size_t i) {
    std::string result;
    for (const auto& line : x.lists.at(0).rows)
      result += (result.empty() ? "" : " ") + line.at(i);
    return result;
  }

  std::map<std::string, console_actor> consoles;
  std::map<std::string, std::shared_ptr<fanout_script>> fans;
};

} // namespace

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
  CAF_CHECK_EQUAL(refusal_of("g", "where {}"), "'{}' is no symbol name");
}

CAF_TEST(a command is answered by the node that is named) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  for (auto line : {"symbols --on=b", "symbols --on b", "--on=b symbols",
                    "symbols --on=b --sort=name"}) {
    CAF_MESSAGE(line);
    CAF_CHECK_EQUAL(column(answer_to("g", line), 0), x);
  }
  CAF_CHECK(answer_to("g", "symbols").lists.at(0).rows.empty());
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=c"), "no node 'c'; try nodes");
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=b --sort=x"),
                  refusal_of("b", "symbols --sort=x"));
  kill("b");
  CAF_CHECK_EQUAL(refusal_of("g", "symbols --on=b"), "node b is out of reach");
}

CAF_TEST(all nodes answer where all are asked) {
  start_three();
  open_consoles();
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1), one(y, 1)});
  auto found = answer_to("g", "symbols --on=all");
  CAF_CHECK_EQUAL(found.lists.size(), 1u);
  CAF_CHECK_EQUAL(found.lists.at(0).columns.at(0), "node");
  CAF_CHECK_EQUAL(column(found, 0), "a b");
  CAF_CHECK_EQUAL(column(found, 1), x + ' ' + y);
  // One that does not answer shows in its place, and the rest is shown.
  kill("b");
  found = answer_to("g", "symbols --on=all");
  CAF_CHECK_EQUAL(column(found, 0), "a");
  CAF_CHECK_EQUAL(found.note, "b: node b is out of reach");
  // If none can, it is an error.
  CAF_CHECK(refusal_of("g", "subscriber 77 --on=all").find("a: ")
            != std::string::npos);
}

CAF_TEST(only its owner describes a symbol) {
  start_three();
  open_consoles();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 5)});
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(fact_of(answer_to(at, "symbol " + x), "price"), "5");
    CAF_CHECK_EQUAL(column(answer_to(at, "watch " + x), 1), x);
  }
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
