#define CAF_SUITE cluster.wire

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/stats/counters.hpp"

#include "actor_config.hpp"
#include "fakes.hpp"
#include "ticks.hpp"

#ifndef FAIL
#define FAIL CAF_FAIL
#endif

#include "caf/test/io_dsl.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

struct wire_config : actor_config {
  wire_config() {
    load<caf::io::middleman>();
  }
};

using planet = test_node_fixture<test_coordinator_fixture<wire_config>>;

timestamp standing_clock() {
  return timestamp{1'700'000'000s};
}

/// What a node has on its planet.
class node {
public:
  node(planet& where, std::string name) : on(where) {
    who = {.name = std::move(name),
           .address = "127.0.0.1",
           .port = 7781,
           .owns_symbols = true,
           .serves_http = true,
           .protocol = 1};
    who.instance = std::string(32, who.name.front());
    stats = std::make_shared<counters>();
    auto quiet = std::make_shared<logger>(log_level::error);
    store = on.sys.spawn(market, market_config{.max_symbols = 1000,
                                               .stats = stats,
                                               .wall_clock = standing_clock});
    all = on.sys.spawn(
      grid, grid_config{.cluster = "test",
                        .self = who,
                        .market = store,
                        .dial =
                          [this](const member& whom, const grid_actor& from) {
                            if (way)
                              caf::anon_send(from, link_atom_v, whom.instance,
                                             way);
                          },
                        .valid = [] { return true; },
                        .restate = [](bool, const std::vector<symbol_name>&) {},
                        .stats = stats,
                        .log = quiet,
                        .wall_clock = standing_clock});
    seen = std::make_shared<fanout_script>();
    viewer = on.sys.spawn(fake_fanout, seen);
  }

  /// Rows of a symbol that came to the viewer since, as `S1 150 2`: name, price
  /// and volume.
  std::vector<std::string> take_rows(const std::string& symbol) {
    std::vector<std::string> result;
    for (const auto& batch : std::exchange(seen->batches, {}))
      for (const auto& x : batch.rows)
        if (x->symbol().str() == symbol)
          result.emplace_back(text_of(*x));
    return result;
  }

  static std::string text_of(const row& x) {
    return x.symbol().str() + ' ' + std::string{x.text(cell::price)} + ' '
           + std::string{x.text(cell::volume)};
  }

  template <class... Ts>
  void send(Ts... what) {
    on.self->send(all, std::move(what)...);
  }

  planet& on;
  member who;
  counters_ptr stats;
  market_actor store;
  grid_actor all;
  std::shared_ptr<fanout_script> seen;
  row_sink_actor viewer;
  peer_actor way; ///< to the other node's grid; the one named first dials
};

/// Two nodes in one process that speak CAF's protocol to each other, every
/// message and byte in the order that the test lets them go. Unlike CAF's own
/// fixture of this kind it does not let time go by unasked.
class fixture : public test_network_fixture_base<planet> {
public:
  fixture()
    : test_network_fixture_base<planet>({&earth, &mars}),
      earth([this] { run(); }),
      mars([this] { run(); }),
      a(earth, "a"),
      b(mars, "b") {
    run();
    constexpr std::uint16_t port = 7781;
    prepare_connection(mars, earth, "mars", port);
    mars.publish(b.all, port);
    a.way = earth.remote_actor<peer_actor>("mars", port);
    run();
  }

  ~fixture() {
    for (auto* x : {&a, &b}) {
      x->way = peer_actor{};
      kill(*x);
      caf::anon_send_exit(x->viewer, caf::exit_reason::kill);
    }
    run();
  }

  /// Lets one thing happen on a planet. Returns false if nothing is left.
  static bool step(planet& x) {
    return x.sched.try_run_once() || x.mpx.read_data()
           || x.mpx.try_exec_runnable() || x.mpx.try_accept_connection();
  }

  /// Lets everything happen. A round in which nothing did is not the end yet:
  /// bytes may have moved without a message being whole.
  void run() {
    for (int idle = 0; idle < 10; ++idle)
      while (step(earth) || step(mars))
        idle = 0;
  }

  /// Lets everything happen on one planet, and nothing get off it.
  static void run_alone(planet& x) {
    while (x.sched.try_run_once() || x.mpx.try_exec_runnable())
      ;
  }

  void pass(caf::timespan span) {
    for (auto* x : {&earth, &mars})
      x->sched.clock().advance_time(span);
    run();
  }

  static void kill(node& x) {
    // So it ends its relays, but says nothing to others.
    caf::anon_send_exit(x.all, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(x.store, caf::exit_reason::kill);
  }

  cluster_view view_of(std::initializer_list<const node*> xs) {
    cluster_view result{++epoch, {}};
    for (const auto* x : xs)
      result.members.emplace_back(x->who);
    return result;
  }

  /// Both are members, know it, and have settled.
  void meet() {
    auto both = view_of({&a, &b});
    a.send(both);
    b.send(both);
    settle();
  }

  void settle() {
    run();
    for (int i = 0; i < 5; ++i)
      pass(20ms);
  }

  /// The i-th symbol that is owned by that node if both are members.
  std::string symbol_of(const node& owner, int i = 0) {
    cluster_view both{1, {a.who, b.who}};
    for (int n = 0;; ++n) {
      auto name = "S" + std::to_string(n);
      auto at = place_of(name_of(name), both);
      if (both.members[at->owner].name == owner.who.name && i-- == 0)
        return name;
    }
  }

  /// Makes `a` the only member, where the i-th symbol that will be `b`'s has
  /// traded once.
  /// @returns its name.
  std::string start_alone(int i) {
    a.send(view_of({&a}));
    b.send(lost_atom_v);
    settle();
    auto result = symbol_of(b, i);
    publish(a, {one(result, 1)});
    return result;
  }

  /// Both are members; lets that many things happen of what follows from it.
  void begin_move(int steps) {
    auto both = view_of({&a, &b});
    a.send(both);
    b.send(both);
    for (int i = 0; i < steps; ++i)
      step(i % 2 == 0 ? mars : earth);
  }

  /// A trade of one share, so that the volume counts what was applied.
  static tick one(std::string_view symbol, double price) {
    auto x = trade(symbol, price);
    x.set(field::size, 1);
    return x;
  }

  auto start_publish(node& at, std::vector<tick> ticks) {
    return at.on.self->request(at.all, caf::infinite, publish_atom_v,
                               batch_of(std::move(ticks)));
  }

  template <class T, class Asked>
  static caf::expected<T> fetch(Asked& asked) {
    caf::expected<T> result{caf::sec::runtime_error};
    asked.receive([&](T& x) { result = std::move(x); },
                  [&](caf::error& x) { result = std::move(x); });
    return result;
  }

  /// How many ticks were taken.
  std::uint64_t publish(node& at, std::vector<tick> ticks) {
    auto asked = start_publish(at, std::move(ticks));
    run();
    CAF_REQUIRE(!at.on.self->mailbox().empty());
    auto n = fetch<std::uint64_t>(asked);
    if (!n)
      CAF_FAIL("refused: " << to_refusal(n.error()).message);
    return *n;
  }

  std::string row_of(node& at, const std::string& symbol) {
    auto asked = at.on.self->request(at.all, caf::infinite, fetch_atom_v,
                                     names_of({symbol}));
    run();
    CAF_REQUIRE(!at.on.self->mailbox().empty());
    auto x = fetch<row_batch>(asked);
    return x ? node::text_of(*x->rows.at(0)) : to_refusal(x.error()).message;
  }

  void watch(node& at, const std::string& symbol) {
    at.send(watch_atom_v, names_of({symbol}), at.viewer);
    run();
  }

  std::uint64_t owned_by(const node& x) {
    return get(x.stats->symbols);
  }

  std::uint64_t epoch = 10;
  planet earth;
  planet mars;
  node a;
  node b;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(cluster_wire_tests, fixture)

CAF_TEST(ticks and rows are the same on the other side) {
  meet();
  auto x = symbol_of(b);
  watch(a, x);
  auto all = one(x, 0.1);
  all.set(field::bid, 1e-7);
  all.set(field::ask, 123456789.12345678);
  all.set(field::prev_close, 0.3);
  CAF_CHECK_EQUAL(publish(a, {all}), 1u);
  auto seen = a.take_rows(x);
  CAF_REQUIRE(!seen.empty());
  CAF_CHECK_EQUAL(seen.back(), x + " 0.1 1");
  auto asked =
    b.on.self->request(b.all, caf::infinite, fetch_atom_v, names_of({x}));
  run();
  auto there = unbox(fetch<row_batch>(asked)).rows.at(0);
  auto asked_here =
    a.on.self->request(a.all, caf::infinite, fetch_atom_v, names_of({x}));
  run();
  auto here = unbox(fetch<row_batch>(asked_here)).rows.at(0);
  CAF_CHECK(here != there);
  for (auto c : {cell::bid, cell::ask, cell::change, cell::change_percent,
                 cell::freshness, cell::time})
    CAF_CHECK_EQUAL(here->text(c), there->text(c));
  CAF_CHECK_EQUAL(here->version(), there->version());
}

CAF_TEST(a batch for both is taken by both or by neither) {
  meet();
  auto x = symbol_of(a);
  auto y = symbol_of(b);
  CAF_CHECK_EQUAL(publish(a, {one(x, 1), one(y, 2), one(x, 3)}), 3u);
  CAF_CHECK_EQUAL(row_of(b, x), x + " 3 2");
  CAF_CHECK_EQUAL(row_of(a, y), y + " 2 1");
  // More than the other one has room for.
  std::vector<tick> many{one(x, 5)};
  for (int i = 0; i < 1001; ++i)
    many.emplace_back(one(symbol_of(b, i), 6));
  auto asked = start_publish(a, std::move(many));
  run();
  auto said = fetch<std::uint64_t>(asked);
  CAF_REQUIRE(!said);
  CAF_CHECK_EQUAL(to_refusal(said.error()).type, "too_many_symbols");
  CAF_CHECK_EQUAL(to_refusal(said.error()).element, 1001);
  CAF_CHECK_EQUAL(row_of(b, x), x + " 3 2");
}

CAF_TEST(symbols that are moved arrive in parts) {
  auto alone = view_of({&a});
  a.send(alone);
  settle();
  constexpr int n = 1000;
  std::vector<tick> all;
  for (int i = 0; i < n; ++i)
    all.emplace_back(one("S" + std::to_string(i), i + 1));
  CAF_CHECK_EQUAL(publish(a, std::move(all)), std::uint64_t{n});
  meet();
  CAF_CHECK_EQUAL(owned_by(a) + owned_by(b), std::uint64_t{n});
  CAF_CHECK_GREATER(owned_by(b), n / 3u);
  for (auto i : {0, 1, 2, 500, 999}) {
    auto name = "S" + std::to_string(i);
    CAF_CHECK_EQUAL(row_of(b, name), name + ' ' + std::to_string(i + 1) + " 1");
  }
}

CAF_TEST(a tick during a move is applied once wherever it is) {
  // The move begins as the tick has been under way for so many steps.
  for (int steps = 0; steps < 60; ++steps) {
    auto x = start_alone(steps);
    auto both = view_of({&a, &b});
    auto asked = start_publish(a, {one(x, 2)});
    for (int i = 0; i < steps % 20; ++i)
      step(i % 3 == 0 ? mars : earth);
    a.send(both);
    for (int i = 0; i < steps / 3; ++i)
      step(i % 2 == 0 ? mars : earth);
    b.send(both);
    settle();
    CAF_REQUIRE(!a.on.self->mailbox().empty());
    CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
    CAF_CHECK_EQUAL(row_of(b, x), x + " 2 2");
    CAF_CHECK_EQUAL(row_of(a, x), x + " 2 2");
  }
}

CAF_TEST(a subscription during a move sees the newest and nothing older) {
  for (int steps = 0; steps < 40; ++steps) {
    auto x = start_alone(steps);
    begin_move(steps);
    a.send(watch_atom_v, names_of({x}), a.viewer);
    settle();
    CAF_CHECK_EQUAL(publish(b, {one(x, 2)}), 1u);
    auto rows = a.take_rows(x);
    CAF_REQUIRE(!rows.empty());
    CAF_CHECK_EQUAL(rows.back(), x + " 2 2");
    CAF_CHECK(std::is_sorted(rows.begin(), rows.end()));
  }
}

CAF_TEST(two moves one after the other leave one owner) {
  for (int steps = 0; steps < 40; ++steps) {
    auto x = start_alone(steps);
    begin_move(steps);
    // It is to own nothing any more, while it still takes over.
    auto draining = b.who;
    draining.owns_symbols = false;
    cluster_view without{++epoch, {a.who, draining}};
    a.send(without);
    b.send(without);
    settle();
    CAF_CHECK_EQUAL(owned_by(b), 0u);
    CAF_CHECK_EQUAL(publish(b, {one(x, 2)}), 1u);
    CAF_CHECK_EQUAL(row_of(a, x), x + " 2 2");
  }
}

CAF_TEST(what comes late of an older epoch changes nothing) {
  meet();
  auto x = symbol_of(b);
  watch(a, x);
  publish(b, {one(x, 1)});
  a.take_rows(x);
  // The owner's row is written, and does not get off its planet.
  auto asked = start_publish(b, {one(x, 100)});
  run_alone(mars);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  a.send(view_of({&a}));
  run_alone(earth);
  auto mine = start_publish(a, {one(x, 2)});
  run_alone(earth);
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(mine)), 1u);
  run();
  for (const auto& row : a.take_rows(x))
    CAF_CHECK(row.find(" 100 ") == std::string::npos);
  CAF_CHECK_EQUAL(row_of(a, x), x + " 2 2");
}

CAF_TEST(an owner that dies during a move leaves what it has applied) {
  auto x = symbol_of(b);
  meet();
  watch(a, x);
  publish(a, {one(x, 1)});
  auto asked = start_publish(a, {one(x, 2)});
  run_alone(earth);
  kill(b);
  run();
  CAF_CHECK(a.on.self->mailbox().empty());
  a.send(view_of({&a}));
  settle();
  CAF_CHECK_EQUAL(unbox(fetch<std::uint64_t>(asked)), 1u);
  CAF_CHECK_EQUAL(row_of(a, x), x + " 2 2");
}

CAF_TEST_FIXTURE_SCOPE_END()
