#define CAF_SUITE actors.cluster.grid

#include "livegrid/actors/cluster/grid.hpp"

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_tests, grid_fixture)

CAF_TEST(a node alone owns all) {
  start("a");
  view({"a"});
  CAF_CHECK_EQUAL(unbox(publish("a", {one("X", 1), one("Y", 2)})), 2u);
  CAF_CHECK_EQUAL(fetch_row("a", "X"), "1 1 live");
  CAF_CHECK_EQUAL(owned_by("a"), 2u);
}

CAF_TEST(ticks find their owner wherever they come in) {
  start_three();
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(unbox(publish(at, {one(x, 1)})), 1u);
    CAF_CHECK_EQUAL(unbox(publish(at, {one(y, 2), one(x, 3)})), 2u);
  }
  CAF_CHECK_EQUAL(owned_by("a"), 1u);
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
  CAF_CHECK_EQUAL(owned_by("g"), 0u);
  for (auto at : {"a", "b", "g"}) {
    CAF_CHECK_EQUAL(fetch_row(at, x), "3 6 live");
    CAF_CHECK_EQUAL(fetch_row(at, y), "2 3 live");
    auto names = ask<std::vector<symbol_name>>(nodes.at(at).grid, fetch_atom_v,
                                               std::uint64_t{10});
    CAF_REQUIRE(names);
    CAF_CHECK_EQUAL(names->size(), 2u);
  }
}

CAF_TEST(rows find whoever looks) {
  start_three();
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  watch("g", {x, y});
  watch("a", {x, y});
  take_rows("g");
  take_rows("a");
  publish("b", {one(x, 2)});
  publish("g", {one(y, 3)});
  CAF_CHECK_EQUAL(take_rows("g"), (strings{x + " 2 2 live", y + " 3 1 live"}));
  CAF_CHECK_EQUAL(take_rows("a"), (strings{x + " 2 2 live", y + " 3 1 live"}));
  CAF_CHECK_EQUAL(take_rows("b"), strings{});
}

CAF_TEST(a row crosses to a node once whatever the number of its viewers) {
  start("a");
  start("g", false);
  view({"a", "g"});
  publish("a", {one("X", 1)});
  auto more = std::make_shared<fanout_script>();
  row_sink_actor second = make_fanout(more);
  watch("g", {"X"});
  self->send(nodes.at("g").grid, watch_atom_v, names_of({"X"}), second);
  self->send(nodes.at("g").grid, watch_atom_v, second);
  consume_messages();
  take_rows("g");
  more->batches.clear();
  auto before = stats->relay_rows.load();
  publish("a", {one("X", 2)});
  CAF_CHECK_EQUAL(stats->relay_rows - before, 1u);
  CAF_CHECK_EQUAL(take_rows("g"), strings{"X 2 2 live"});
  CAF_CHECK_EQUAL(more->rows(), strings{"X 2"});
}

CAF_TEST(a batch that one owner refuses is taken by none) {
  start("a");
  start("b");
  view({"a", "b"});
  auto x = symbol_of("a", {"a", "b"});
  auto y = symbol_of("b", {"a", "b"});
  auto bad = one(y, 1);
  for (std::size_t i = 0; i <= max_extra_cells; ++i)
    bad.extras.push_back({"cell" + std::to_string(i), "1"});
  auto refused = publish("a", {one(x, 1), one(x, 2), bad});
  CAF_REQUIRE(!refused);
  auto why = to_refusal(refused.error());
  CAF_CHECK_EQUAL(why.type, "too_many_cells");
  // Told by its place in the whole batch.
  CAF_CHECK_EQUAL(why.element, 2);
  CAF_CHECK_EQUAL(fetch_row("b", x), "null null never");
  CAF_CHECK_EQUAL(fetch_row("a", y), "null null never");
  // Nothing is kept for it: the next one is taken.
  CAF_CHECK_EQUAL(unbox(publish("a", {one(x, 1), one(y, 2)})), 2u);
}

CAF_TEST(without members ticks wait and are refused in the end) {
  start("a");
  auto asked = start_publish("a", {one("X", 1)});
  consume_messages();
  CAF_CHECK(self->mailbox().empty());
  pass(10s);
  auto x = fetch<std::uint64_t>(asked);
  CAF_REQUIRE(!x);
  CAF_CHECK(to_refusal(x.error()).code == errc::unavailable);
  auto late = start_publish("a", {one("X", 2)});
  consume_messages();
  view({"a"});
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(late)), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", "X"), "2 1 live");
}

CAF_TEST(strangers are told why they are none of us) {
  auto& a = start("a");
  view({"a"});
  auto greet = [&](const std::string& cluster, const member& who) {
    auto x = ask<member>(a.grid, hello_atom_v, cluster, who);
    return x ? x->name : to_refusal(x.error()).message;
  };
  auto other = make_member("b");
  CAF_CHECK_EQUAL(greet("prod", other),
                  "this is a node of cluster 'test', not 'prod'");
  other.protocol = 2;
  CAF_CHECK_EQUAL(greet("test", other), "this node speaks version 1, not 2");
  CAF_CHECK_EQUAL(greet("test", make_member("a", true, 'c')),
                  "this node has the name a, too");
  CAF_CHECK_EQUAL(greet("test", make_member("a")), "this is you");
}

CAF_TEST(whoever goes before he has said who he is is looked for anew) {
  start("a");
  auto& b = start("b");
  // As what is left of a connection that is given up: it takes the greeting,
  // and ends.
  auto greeted = std::make_shared<caf::typed_response_promise<member>>();
  auto mute = sys.spawn([greeted](caf::event_based_actor* me) {
    return caf::behavior{[=](hello_atom, const std::string&, const member&) {
      *greeted = me->make_response_promise<member>();
      return *greeted;
    }};
  });
  b.stand_in = caf::actor_cast<peer_actor>(mute);
  view({"a", "b"});
  CAF_CHECK(greeted->pending());
  CAF_CHECK_EQUAL(stats->peers_up, 0u);
  b.stand_in = peer_actor{};
  caf::anon_send_exit(mute, caf::exit_reason::kill);
  consume_messages();
  pass(300ms);
  settle();
  CAF_CHECK_EQUAL(stats->peers_up, 2u);
  CAF_CHECK_EQUAL(nodes.at("a").dials, 2u);
}

CAF_TEST(who alone has lost the way finds it again) {
  start("a");
  start("b");
  view({"a", "b"});
  auto x = symbol_of("b", {"a", "b"});
  watch("a", {x});
  publish("b", {one(x, 1)});
  CAF_CHECK_EQUAL(last_volume("a", x), "1");
  // The other sees nothing of it, and it is the other's part to dial.
  caf::anon_send(caf::actor_cast<caf::actor>(nodes.at("b").grid),
                 caf::down_msg{nodes.at("a").grid.address(),
                               caf::exit_reason::remote_link_unreachable});
  consume_messages();
  CAF_CHECK_EQUAL(stats->peers_up, 1u);
  publish("b", {one(x, 2)});
  CAF_CHECK_EQUAL(last_volume("a", x), "1");
  pass(1s);
  settle();
  CAF_CHECK_EQUAL(stats->peers_up, 2u);
  CAF_CHECK_EQUAL(last_volume("a", x), "2");
  publish("b", {one(x, 3)});
  CAF_CHECK_EQUAL(last_volume("a", x), "3");
}

CAF_TEST(whoever cannot be answered does no harm) {
  start("a");
  view({"a"});
  auto grid = caf::actor_cast<caf::actor>(nodes.at("a").grid);
  caf::anon_send(grid, hello_atom_v, std::string{"test"}, make_member("b"));
  caf::anon_send(grid, watch_atom_v, names_of({"X"}));
  caf::anon_send(grid, watch_atom_v);
  caf::anon_send(grid, unwatch_atom_v, names_of({"X"}));
  caf::anon_send(grid, unwatch_atom_v);
  caf::anon_send(grid, leave_atom_v);
  caf::anon_send(grid, feed_atom_v, feed_id{source::socket, 1}, true,
                 std::string{"1.2.3.4:5"});
  caf::anon_send(grid, gone_atom_v, feed_id{source::socket, 1});
  consume_messages();
  CAF_CHECK_EQUAL(stats->peers_up, 0u);
  CAF_CHECK(publish("a", {one("X", 1)}));
  CAF_CHECK_EQUAL(fetch_row("a", "X"), "1 1 live");
}

CAF_TEST(an invented tick is taken only where its symbol is) {
  first_states = {trade("X", 5)};
  start("a");
  start("b");
  view({"a", "b"});
  auto x = place_of(name_of("X"), view_of({"a", "b"}))->owner == 0 ? "a" : "b";
  auto y = std::string{x} == "a" ? "b" : "a";
  CAF_CHECK_EQUAL(owned_by(x), 1u);
  CAF_CHECK_EQUAL(owned_by(y), 0u);
  CAF_CHECK_EQUAL(fetch_row(y, "X"), "5 null never");
  auto invent = [&](const std::string& at) {
    return unbox(
      ask<std::uint64_t>(nodes.at(at).grid, publish_atom_v,
                         batch_of({one("X", 6)}, source::simulator)));
  };
  CAF_CHECK_EQUAL(invent(y), 0u);
  CAF_CHECK_EQUAL(invent(x), 1u);
  CAF_CHECK_EQUAL(fetch_row(y, "X"), "6 1 live");
}

CAF_TEST(feeds of a node are down when it is gone) {
  start("a");
  start("g", false);
  view({"a", "g"});
  self->send(nodes.at("g").grid, feed_atom_v, feed_id{source::socket, 1}, true,
             std::string{"1.2.3.4:5"});
  consume_messages();
  tick_batch batch = batch_of({one("X", 1)}, source::socket);
  batch.feed = 1;
  CAF_REQUIRE(ask<std::uint64_t>(nodes.at("g").grid, publish_atom_v, batch));
  CAF_CHECK_EQUAL(fetch_row("a", "X"), "1 1 live");
  kill("g");
  CAF_CHECK_EQUAL(fetch_row("a", "X"), "1 1 down");
}

CAF_TEST(feeds of a node that came before the view are its own) {
  start("a");
  start("b");
  tick_batch batch =
    batch_of({one(symbol_of("b", {"a", "b"}), 1)}, source::socket);
  batch.feed = 1;
  auto x = batch.ticks[0].symbol.str();
  self->send(nodes.at("a").grid, feed_atom_v, feed_id{source::socket, 1}, true,
             std::string{"1.2.3.4:5"});
  // The one that dials has seen the view, the other has not.
  auto now = view_of({"a", "b"});
  self->send(nodes.at("a").grid, now);
  consume_messages();
  self->send(nodes.at("b").grid, now);
  settle();
  CAF_REQUIRE(ask<std::uint64_t>(nodes.at("a").grid, publish_atom_v, batch));
  CAF_CHECK_EQUAL(fetch_row("b", x), "1 1 live");
  kill("a");
  CAF_CHECK_EQUAL(fetch_row("b", x), "1 1 down");
}

CAF_TEST(what a node has prepared elsewhere goes with it) {
  auto& a = start("a");
  start("g", false);
  view({"a", "g"});
  // As the id of that node says.
  constexpr std::uint64_t node_of_g = 1;
  auto prepare = [&](std::uint64_t number) {
    auto batch = batch_of({one("X", 1)});
    batch.id = {node_of_g, number};
    CAF_REQUIRE(ask<std::uint64_t>(a.market, prepare_atom_v, batch));
  };
  prepare(1);
  prepare(2);
  CAF_CHECK(
    ask<std::uint64_t>(a.market, commit_atom_v, batch_id{node_of_g, 1}));
  kill("g");
  CAF_CHECK(
    !ask<std::uint64_t>(a.market, commit_atom_v, batch_id{node_of_g, 2}));
}

CAF_TEST_FIXTURE_SCOPE_END()
