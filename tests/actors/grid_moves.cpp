#define CAF_SUITE actors.grid_moves

#include "livegrid/actors/grid.hpp"

#include <algorithm>
#include <random>

#include "livegrid/price_state.hpp"

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
    nodes.clear();
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
    // Who took a symbol over has the newer state of it.
    for (auto at : {"a", "b", "g"}) {
      CAF_CHECK_EQUAL(fetch_row(at, x), "2 2 live");
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

CAF_TEST(what an owner that has just come back says is not the newest) {
  start("a");
  start("g", false);
  view({"a", "g"});
  auto x = symbol_of("b", {"a", "b"});
  watch("g", {x});
  publish("g", {one(x, 1), one(x, 2)});
  // It has not heard yet of what was done meanwhile.
  auto& b = start("b");
  auto back = sys.spawn([x, who = b.who](caf::event_based_actor* me) {
    me->set_default_handler(caf::skip);
    return caf::behavior{
      [who](hello_atom, const std::string&, const member&) { return who; },
      [x](row_atom, const std::vector<symbol_name>&) {
        price_state old{name_of(x)};
        old.load(one(x, 1));
        return row_batch{{old.render()}};
      }};
  });
  b.stand_in = caf::actor_cast<peer_actor>(back);
  auto now = view_of({"a", "b", "g"});
  for (auto at : {"a", "g"})
    self->send(nodes.at(at).grid, now);
  consume_messages();
  pass(1s);
  settle();
  CAF_CHECK_EQUAL(fetch_row("g", x), "2 2 down");
  caf::anon_send_exit(back, caf::exit_reason::kill);
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
    for (auto& [name, x] : nodes) {
      end(x.grid);
      end(x.market);
    }
    nodes.clear();
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
    for (auto& [name, x] : nodes) {
      end(x.grid);
      end(x.market);
    }
    nodes.clear();
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
