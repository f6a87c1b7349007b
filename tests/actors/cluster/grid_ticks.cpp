#define CAF_SUITE actors.cluster.grid_ticks

// What becomes of ticks of which word is lost.

#include "livegrid/actors/cluster/grid.hpp"

#include "agreement_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_ticks_tests, agreement_fixture)

CAF_TEST(a batch of two owners is applied once by both whatever is lost) {
  using begins = bool (*)(const caf::message&);
  struct {
    const char* name;
    std::string from;
    std::string to;
    begins what;
  } cases[] = {
    {"the question whether it would be taken", "g", "b",
     begins_with<prepare_atom>},
    {"the answer to that", "b", "g", begins_with<std::uint64_t>},
    {"word that it is to be taken", "g", "b", begins_with<commit_atom>},
    {"all that the other owner says", "a", "g",
     [](const caf::message&) { return true; }},
  };
  for (const auto& c : cases)
    for (auto dies : {false, true}) {
      CAF_MESSAGE(c.name << (dies ? ", and the owner ends" : ""));
      end_all();
      lose_nothing();
      start_three();
      auto x = symbol_of("b", {"a", "b"});
      auto y = symbol_of("a", {"a", "b"});
      publish("g", {one(x, 1)});
      publish("g", {one(y, 1)});
      cables.lose([&](const std::string& from, const std::string& to,
                      const caf::message& what) {
        return from == c.from && to == c.to && c.what(what);
      });
      auto asked = start_publish("g", {one(x, 2), one(y, 2), one(x, 3)});
      consume_messages();
      CAF_CHECK(!heard());
      lose_nothing();
      if (dies && (c.from == "b" || c.to == "b")) {
        kill("b");
        view({"a", "g"});
      } else {
        auto whose = c.from == "a" ? "a" : "b";
        break_cable("g", whose);
      }
      pass_beats(3);
      settle();
      CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 3u);
      CAF_CHECK_EQUAL(fetch_row("g", x), "3 3 live");
      CAF_CHECK_EQUAL(fetch_row("g", y), "2 2 live");
    }
}

CAF_TEST(a batch that was applied and not answered is applied once) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  auto y = symbol_of("a", {"a", "b"});
  // The second thing that the owner answers.
  auto answers = 0;
  cables.lose([&](const std::string& from, const std::string& to,
                  const caf::message& what) {
    return from == "b" && to == "g" && begins_with<std::uint64_t>(what)
           && ++answers == 2;
  });
  auto asked = start_publish("g", {one(x, 1), one(y, 1)});
  consume_messages();
  CAF_CHECK(!heard());
  CAF_CHECK_EQUAL(fetch_row("a", x), "1 1 live");
  break_cable("g", "b");
  pass_beats(2);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 2u);
  CAF_CHECK_EQUAL(fetch_row("g", x), "1 1 live");
  CAF_CHECK_EQUAL(fetch_row("g", y), "1 1 live");
}

CAF_TEST(a batch of which one owner stays away is applied by none) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  auto y = symbol_of("a", {"a", "b"});
  lose<prepare_atom>("g", "b");
  auto asked = start_publish("g", {one(x, 1), one(y, 1)});
  consume_messages();
  part_nodes("g", "b");
  pass(10s);
  auto refused = fetch<std::uint64_t>(asked);
  CAF_REQUIRE(!refused);
  CAF_CHECK(to_refusal(refused.error()).code == errc::unavailable);
  lose_nothing();
  pass_beats(5);
  CAF_CHECK_EQUAL(fetch_row("a", x), "null null never");
  CAF_CHECK_EQUAL(fetch_row("a", y), "null null never");
  CAF_CHECK_EQUAL(unbox(publish("g", {one(x, 2), one(y, 2)})), 2u);
}

CAF_TEST(a batch that may have been applied is not said to be refused) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  lose<std::uint64_t>("b", "g");
  auto asked = start_publish("g", {one(x, 1)});
  consume_messages();
  part_nodes("g", "b");
  pass(10s);
  auto answer = fetch<std::uint64_t>(asked);
  CAF_REQUIRE(!answer);
  CAF_CHECK(to_refusal(answer.error()).code == errc::unsure);
  CAF_CHECK_EQUAL(fetch_row("a", x), "1 1 live");
}

CAF_TEST(a batch is prepared only for whoever there is a way to) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  auto batch = batch_of({one(x, 1)});
  batch.id = {1, 1};
  auto refused =
    ask<std::uint64_t>(nodes.at("b").grid, prepare_atom_v, epoch, batch);
  CAF_REQUIRE(!refused);
  CAF_CHECK(to_refusal(refused.error()).code == errc::moved);
}

CAF_TEST_FIXTURE_SCOPE_END()
