#define CAF_SUITE actors.cluster.grid_agreement

// What nodes do not agree on, whatever was lost on the way, and how that ends.

#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/prices/price_state.hpp"

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

/// Nodes of which each counts for itself, and whose messages may get lost.
class agreement_fixture : public grid_fixture {
public:
  agreement_fixture() {
    apart = true;
    lose_nothing();
  }

  void lose_nothing() {
    cables.lose([](const std::string&, const std::string&,
                   const caf::message&) { return false; });
  }

  /// Messages that begin with that atom do not get from one to the other.
  template <class Atom>
  void lose(std::string from, std::string to) {
    cables.lose([=](const std::string& a, const std::string& b,
                    const caf::message& what) {
      return a == from && b == to && begins_with<Atom>(what);
    });
  }

  /// Nothing gets from that node to the others or from them to it.
  void lose_all_of(std::string whose) {
    cables.lose([=](const std::string& a, const std::string& b,
                    const caf::message&) { return a == whose || b == whose; });
  }

  /// The names of symbols that `owner` has of `a` and `b`.
  static strings symbols_of(const std::string& owner, std::size_t n) {
    cluster_view among{1, {make_member("a"), make_member("b")}};
    strings result;
    for (int i = 0; result.size() < n; ++i) {
      auto x = "S" + std::to_string(i);
      if (among.members[*owner_of(name_of(x), among)].name == owner)
        result.emplace_back(x);
    }
    return result;
  }

  counters& counts(const std::string& at) {
    return *nodes.at(at).stats;
  }

  /// Lets nodes exchange words, and do what these lead to.
  void pass_beats(int n) {
    for (int i = 0; i < n; ++i)
      pass(1s);
  }

  /// The last row that a node's viewer got, since it was last asked.
  std::string last_row(const std::string& at) {
    auto rows = take_rows(at);
    return rows.empty() ? "nothing" : rows.back();
  }

  /// How many rows have crossed from that node since that was asked.
  std::uint64_t crossed_from(const std::string& at) {
    auto now = get(counts(at).relay_rows);
    return now - std::exchange(crossed_[at], now);
  }

  /// Ends the connection of two nodes, which both notice, and lets none come
  /// about until `lose_nothing`.
  void part_nodes(const std::string& a, const std::string& b) {
    cables.lose(
      [=](const std::string& from, const std::string& to, const caf::message&) {
        return (from == a && to == b) || (from == b && to == a);
      });
    break_cable(a, b);
  }

  /// That node learns that it is no member, and the others go on.
  void drop_member(const std::string& whose,
                   const std::vector<std::string>& others) {
    self->send(nodes.at(whose).grid, lost_atom_v);
    consume_messages();
    view(others);
  }

private:
  std::map<std::string, std::uint64_t> crossed_;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(grid_agreement_tests, agreement_fixture)

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

// -- batches ------------------------------------------------------------------

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

// -- states -------------------------------------------------------------------

CAF_TEST(what was taken while cut off wins if its new owner took nothing) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  watch("g", {x});
  lose_all_of("b");
  CAF_CHECK(publish("b", {one(x, 2)}));
  CAF_CHECK_EQUAL(fetch_row("b", x), "2 2 live");
  drop_member("b", {"a", "g"});
  CAF_CHECK_EQUAL(fetch_row("g", x), "1 1 live");
  CAF_MESSAGE("whoever owns it then");
  take_rows("g");
  lose_nothing();
  nodes.at("b").who.owns_symbols = false;
  view({"a", "b", "g"});
  pass_beats(2);
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 live");
    CAF_CHECK_EQUAL(get(counts(at).ticks_dropped), 0u);
  }
  CAF_CHECK_EQUAL(last_row("g"), x + " 2 2 live");
  CAF_CHECK(publish("g", {one(x, 3)}));
  CAF_CHECK_EQUAL(fetch_row("b", x), "3 3 live");
}

CAF_TEST(an owner that comes back goes on with what it took) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  watch("g", {x});
  lose_all_of("b");
  CAF_CHECK(publish("b", {one(x, 2)}));
  drop_member("b", {"a", "g"});
  lose_nothing();
  view({"a", "b", "g"});
  pass_beats(2);
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 live");
    CAF_CHECK_EQUAL(get(counts(at).ticks_dropped), 0u);
  }
  CAF_CHECK_EQUAL(last_row("g"), x + " 2 2 live");
}

CAF_TEST(where two owners took ticks those of the later one win) {
  for (auto again : {true, false}) {
    CAF_MESSAGE("the first owner " << (again ? "owns" : "does not own")
                                   << " it again");
    end_all();
    lose_nothing();
    start_three();
    auto x = symbol_of("b", {"a", "b"});
    publish("g", {one(x, 1)});
    watch("b", {x});
    watch("g", {x});
    lose_all_of("b");
    CAF_CHECK(publish("b", {one(x, 100)}));
    CAF_CHECK_EQUAL(last_row("b"), x + " 100 2 live");
    drop_member("b", {"a", "g"});
    CAF_CHECK(publish("g", {one(x, 2)}));
    CAF_CHECK(publish("g", {one(x, 3)}));
    take_rows("b");
    take_rows("g");
    lose_nothing();
    nodes.at("b").who.owns_symbols = again;
    view({"a", "b", "g"});
    pass_beats(2);
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

CAF_TEST(a symbol that is out of reach and of which nothing is held is no row) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  kill("b");
  // The next owner has it.
  CAF_CHECK_EQUAL(fetch_row("g", x), "1 1 down");
  CAF_MESSAGE("who may not have been told of all");
  auto y = symbols_of("b", 2)[1];
  CAF_CHECK_EQUAL(fetch_row("g", y),
                  "node b, which owns " + y + ", is out of reach");
  kill("a");
  CAF_CHECK_EQUAL(fetch_row("g", x),
                  "node b, which owns " + x + ", is out of reach");
}

CAF_TEST_FIXTURE_SCOPE_END()
