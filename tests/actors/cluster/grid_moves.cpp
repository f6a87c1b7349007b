#define CAF_SUITE actors.cluster.grid_moves

#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>
#include <random>

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(grid_moves_tests, grid_fixture)

CAF_TEST(a node that joins gets its share with its state) {
  start("a");
  view({"a"});
  auto x = symbol_of("b", {"a", "b"});
  auto y = symbol_of("a", {"a", "b"});
  publish("a", {one(x, 1), one(y, 2)});
  watch("a", {x, y});
  take_rows("a");
  start("b");
  view({"a", "b"});
  CAF_CHECK_EQUAL(owned_by("a"), 1u);
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "1 1 live");
  publish("a", {one(x, 3)});
  auto rows = take_rows("a");
  CAF_REQUIRE(!rows.empty());
  CAF_CHECK_EQUAL(rows.back(), x + " 3 2 live");
}

CAF_TEST(a node that leaves hands over what it has) {
  start("a");
  start("b");
  view({"a", "b"});
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  nodes.at("b").who.owns_symbols = false;
  view({"a", "b"});
  CAF_CHECK_EQUAL(owned_by("b"), 0u);
  CAF_CHECK_EQUAL(owned_by("a"), 1u);
  publish("b", {one(x, 2)});
  CAF_CHECK_EQUAL(fetch_row("b", x), "2 2 live");
}

CAF_TEST(the next owner goes on where a dead one was) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("g", {one(x, 1), one(x, 2)});
  take_rows("g");
  kill("b");
  CAF_CHECK_EQUAL(take_rows("g"), strings{x + " 2 2 down"});
  CAF_CHECK_EQUAL(fetch_row("g", x), "2 2 down");
  auto asked = start_publish("g", {one(x, 3)});
  consume_messages();
  CAF_CHECK(self->mailbox().empty());
  view({"a", "g"});
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(fetch_row("g", x), "3 3 live");
  auto rows = take_rows("g");
  CAF_CHECK_EQUAL(rows.back(), x + " 3 3 live");
  for (const auto& row : rows)
    CAF_CHECK(row.find("down") == std::string::npos);
}

CAF_TEST(state nobody looked at is with the next owner all the same) {
  start("a");
  start("b");
  start("c");
  view({"a", "b", "c"});
  auto x = symbol_of("b", {"a", "b", "c"}, "c");
  publish("a", {one(x, 1)});
  kill("b");
  view({"a", "c"});
  CAF_CHECK_EQUAL(fetch_row("a", x), "1 1 live");
  CAF_CHECK_EQUAL(owned_by("c"), 1u);
}

CAF_TEST(what was applied before its owner died is not applied again) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("g", {one(x, 1)});
  auto asked = start_publish("g", {one(x, 2), one(x, 3)});
  // Until the owner has applied it and its rows are out; then its answer gets
  // lost.
  while (take_rows("g").empty())
    CAF_REQUIRE(sched.try_run_once());
  // Not even when it is asked for once more by whoever took it.
  kill("b");
  view({"a", "g"});
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 2u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "3 3 live");
}

CAF_TEST(a new owner waits for what the others have) {
  start("a");
  start("b");
  start("c");
  view({"a", "b", "c"});
  auto x = symbol_of("b", {"a", "b", "c"}, "c");
  publish("a", {one(x, 1)});
  kill("b");
  // Nobody answers: `a` has not heard of that view.
  auto now = view_of({"a", "c"});
  self->send(nodes.at("c").grid, now);
  consume_messages();
  auto asked = start_publish("c", {one(x, 2)});
  consume_messages();
  CAF_CHECK(self->mailbox().empty());
  self->send(nodes.at("a").grid, now);
  settle();
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "2 2 live");
}

CAF_TEST(a new owner does not wait for ever) {
  start("a");
  start("b");
  start("c");
  view({"a", "b", "c"});
  auto x = symbol_of("b", {"a", "b", "c"}, "c");
  publish("a", {one(x, 1)});
  kill("b");
  auto now = view_of({"a", "c"});
  self->send(nodes.at("c").grid, now);
  auto asked = start_publish("c", {one(x, 2)});
  consume_messages();
  // Whoever may have ticks of it is waited for.
  pass(7s);
  CAF_CHECK(self->mailbox().empty());
  pass(1s);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(fetch_row("c", x), "2 2 live");
}

CAF_TEST(a new owner does not wait long for who can only have seen rows) {
  start_three();
  auto x = symbol_of("b", {"a", "b"});
  publish("a", {one(x, 1)});
  kill("b");
  self->send(nodes.at("a").grid, view_of({"a", "g"}));
  auto asked = start_publish("a", {one(x, 2)});
  consume_messages();
  pass(1s);
  CAF_CHECK(self->mailbox().empty());
  pass(500ms);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "2 2 live");
}

CAF_TEST(ticks keep their order through a move) {
  start("a");
  start("g", false);
  view({"a", "g"});
  auto x = symbol_of("b", {"a", "b"});
  publish("g", {one(x, 1)});
  start("b");
  // Ticks are on their way to the old owner when the new one begins.
  auto first = start_publish("g", {one(x, 2)});
  auto now = view_of({"a", "b", "g"});
  for (auto at : {"b", "g", "a"})
    self->send(nodes.at(at).grid, now);
  auto second = start_publish("g", {one(x, 3)});
  consume_messages();
  pass(1s);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(first)), 1u);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(second)), 1u);
  CAF_CHECK_EQUAL(fetch_row("a", x), "3 3 live");
  CAF_CHECK_EQUAL(owned_by("b"), 1u);
}

CAF_TEST(whatever comes and goes in good order no tick is lost or doubled) {
  std::vector<std::string> names{"a", "b", "c", "d"};
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::mt19937 random{seed};
    auto below = [&](std::size_t n) {
      return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
    };
    for (const auto& x : names)
      start(x);
    start("g", false);
    std::vector<std::string> symbols;
    for (int i = 0; i < 12; ++i)
      symbols.emplace_back("S" + std::to_string(i));
    self->send(nodes.at("g").grid, watch_atom_v, nodes.at("g").viewer);
    // One of them owns symbols at least.
    auto change = [&] {
      auto keep = below(names.size());
      for (std::size_t i = 0; i < names.size(); ++i)
        nodes.at(names[i]).who.owns_symbols = i == keep || below(2) == 0;
      auto now = view_of({"a", "b", "c", "d", "g"});
      for (auto& [name, x] : nodes)
        self->send(x.grid, now);
    };
    change();
    std::map<std::string, std::size_t> sent;
    std::size_t asked = 0;
    for (int step = 0; step < 120; ++step) {
      for (auto n = below(12); n > 0; --n)
        sched.try_run_once();
      if (below(20) == 0)
        change();
      auto i = nodes.begin();
      std::advance(i, static_cast<std::ptrdiff_t>(below(nodes.size())));
      std::vector<tick> ticks;
      for (auto n = 1 + below(4); n > 0; --n) {
        const auto& x = symbols[below(symbols.size())];
        ticks.emplace_back(one(x, 1 + static_cast<double>(++sent[x])));
      }
      self->send(i->second.grid, publish_atom_v, batch_of(std::move(ticks)));
      ++asked;
    }
    consume_messages();
    for (int i = 0; i < 100; ++i)
      pass(20ms);
    std::size_t answered = 0;
    bool refused = false;
    self->receive_while([&] { return !self->mailbox().empty(); })(
      [&](std::uint64_t) { ++answered; },
      [&](const caf::error&) { refused = true; });
    CAF_CHECK_EQUAL(answered, asked);
    CAF_CHECK(!refused);
    for (const auto& x : symbols) {
      auto row = fetch_row("g", x);
      auto volume = row.substr(row.find(' ') + 1);
      CAF_CHECK_EQUAL(x + ' ' + volume,
                      x + ' ' + std::to_string(sent[x]) + " live");
    }
    // The viewer never went back.
    std::map<std::string, row_order> seen;
    for (const auto& batch : nodes.at("g").got->batches)
      for (const auto& x : batch.rows) {
        auto& last = seen[x->symbol().str()];
        CAF_CHECK(last < x->order());
        last = x->order();
      }
    for (const auto& x : symbols)
      CAF_CHECK_EQUAL(last_volume("g", x), std::to_string(sent[x]));
    end_all();
  }
}

CAF_TEST(whoever dies no viewer goes back and no tick counts twice) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::mt19937 random{seed};
    auto below = [&](std::size_t n) {
      return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
    };
    std::vector<std::string> alive{"a", "b", "c", "d", "g"};
    for (const auto& x : alive)
      start(x, x != "g");
    std::vector<std::string> symbols;
    for (int i = 0; i < 12; ++i)
      symbols.emplace_back("S" + std::to_string(i));
    self->send(nodes.at("g").grid, watch_atom_v, nodes.at("g").viewer);
    auto change = [&] {
      auto now = view_of(alive);
      for (const auto& x : alive)
        self->send(nodes.at(x).grid, now);
    };
    change();
    std::map<std::string, std::size_t> sent;
    bool told = true;
    for (int step = 0; step < 120; ++step) {
      for (auto n = below(12); n > 0; --n)
        sched.try_run_once();
      // One of the owners stays, and so does the viewer's node.
      if (told && alive.size() > 2 && below(25) == 0) {
        auto who = below(alive.size() - 1);
        caf::anon_send_exit(nodes.at(alive[who]).grid, caf::exit_reason::kill);
        caf::anon_send_exit(nodes.at(alive[who]).market,
                            caf::exit_reason::kill);
        alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(who));
        told = false;
      } else if (!told && below(5) == 0) {
        change();
        told = true;
      }
      std::vector<tick> ticks;
      for (auto n = 1 + below(4); n > 0; --n) {
        const auto& x = symbols[below(symbols.size())];
        ticks.emplace_back(one(x, 1 + static_cast<double>(++sent[x])));
      }
      self->send(nodes.at(alive[below(alive.size())]).grid, publish_atom_v,
                 batch_of(std::move(ticks)));
    }
    change();
    consume_messages();
    for (int i = 0; i < 200; ++i)
      pass(20ms);
    self->receive_while([&] { return !self->mailbox().empty(); })(
      [&](std::uint64_t) {}, [&](const caf::error&) {});
    std::map<std::string, row_order> seen;
    std::map<std::string, double> volumes;
    for (const auto& batch : nodes.at("g").got->batches)
      for (const auto& x : batch.rows) {
        auto& last = seen[x->symbol().str()];
        CAF_CHECK(last < x->order());
        last = x->order();
        auto volume = std::stod(std::string{x->text(cell::volume)});
        auto& most = volumes[x->symbol().str()];
        CAF_CHECK(volume >= most);
        most = volume;
      }
    for (const auto& x : symbols) {
      CAF_CHECK(volumes[x] <= static_cast<double>(sent[x]));
      auto row = fetch_row("g", x);
      if (volumes[x] > 0)
        CAF_CHECK_EQUAL(row.substr(row.find(' ') + 1),
                        last_volume("g", x) + " live");
    }
    end_all();
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
