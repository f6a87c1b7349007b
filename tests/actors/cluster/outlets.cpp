#define CAF_SUITE actors.cluster.outlets

#include "livegrid/actors/cluster/outlets.hpp"

#include "grid_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// The outlets of node `b` in a cluster of `a`, `b` and `g`, of which the last
/// owns nothing.
class outlets_fixture : public grid_fixture {
public:
  strings names = symbols_of("b", 2);
  const std::string& x = names[0];
  const std::string& y = names[1];

  outlets_fixture() {
    apart = true;
    start_three();
    publish("b", {one(x, 1), one(y, 1)});
    take_crossed();
  }

  grid_state& state() {
    using actor = caf::stateful_actor<grid_state, grid_actor::base>;
    return dynamic_cast<actor&>(
             *caf::actor_cast<caf::abstract_actor*>(nodes.at("b").grid))
      .state;
  }

  outlets& out() {
    return state().outgoing;
  }

  /// The way from there to that node.
  peer_actor way_to(const std::string& name) {
    return state().peers.at(name).peer;
  }

  /// Lets somebody else than an actor call, and all be sent that leads to.
  template <class Call>
  void call(Call what) {
    // It does not run now: the unit that it ran on last is no more.
    deref<caf::local_actor>(nodes.at("b").grid).context(nullptr);
    what();
    consume_messages();
  }

  void watch(const std::string& at, const std::string& symbol) {
    call([&] { out().watch(way_to(at), names_of({symbol})); });
  }

  void unwatch(const std::string& at, const std::string& symbol) {
    call([&] { out().unwatch(way_to(at), names_of({symbol})); });
  }

  void restate(const std::string& at, wish_part some) {
    call([&] { out().restate(way_to(at), some); });
  }

  static wish_part part_of(std::vector<symbol_name> some, bool first,
                           bool last) {
    return {.names = std::move(some), .first = first, .last = last};
  }

  /// How many rows have crossed since that was asked, after another tick.
  std::uint64_t rows_after(const std::string& symbol) {
    take_crossed();
    publish("b", {one(symbol, 2)});
    return take_crossed();
  }

  wish_digest wishes_of(const std::string& at) {
    const auto* known = out().find(way_to(at));
    return known != nullptr ? known->wishes : wish_digest{};
  }

  static wish_digest digest_of(const strings& all) {
    wish_digest result;
    for (const auto& z : all)
      result.add(name_of(z));
    return result;
  }

private:
  std::uint64_t take_crossed() {
    auto now = get(nodes.at("b").stats->relay_rows);
    return now - std::exchange(crossed_, now);
  }

  std::uint64_t crossed_ = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(outlets_tests, outlets_fixture)

CAF_TEST(the next owner of a symbol stands by for it) {
  CAF_CHECK_EQUAL(rows_after(x), 1u);
  CAF_REQUIRE(state().symbols.find_here(name_of(x)) != nullptr);
  CAF_CHECK(state().symbols.find_here(name_of(x))->next
            == way_to("a").address());
  CAF_CHECK(out().find(way_to("a")) != nullptr);
  CAF_CHECK(wishes_of("a") == wish_digest{});
}

CAF_TEST(a wish is fulfilled until it is taken back) {
  watch("g", x);
  CAF_CHECK_EQUAL(rows_after(x), 2u);
  CAF_CHECK_EQUAL(rows_after(y), 1u);
  CAF_CHECK(wishes_of("g") == digest_of({x}));
  CAF_MESSAGE("and counts once");
  watch("g", x);
  CAF_CHECK(wishes_of("g") == digest_of({x}));
  unwatch("g", x);
  CAF_CHECK_EQUAL(rows_after(x), 1u);
  CAF_CHECK(wishes_of("g") == wish_digest{});
}

CAF_TEST(who stands by goes on though he has no wish any more) {
  watch("a", x);
  CAF_CHECK_EQUAL(rows_after(x), 1u);
  unwatch("a", x);
  CAF_CHECK(wishes_of("a") == wish_digest{});
  CAF_CHECK_EQUAL(rows_after(x), 1u);
}

CAF_TEST(who does not stand by any more goes on for a wish) {
  watch("a", x);
  call([&] {
    auto next = way_to("a").address();
    out().stop_standing_by({{name_of(x), next}, {name_of(y), next}});
  });
  CAF_CHECK_EQUAL(rows_after(x), 1u);
  CAF_CHECK_EQUAL(rows_after(y), 0u);
}

CAF_TEST(a wish for all is fulfilled until it is taken back) {
  call([&] { out().watch_all(way_to("g"), true); });
  CAF_CHECK(out().find(way_to("g"))->everything);
  CAF_CHECK_EQUAL(rows_after(x), 2u);
  call([&] { out().watch_all(way_to("g"), false); });
  CAF_CHECK_EQUAL(rows_after(x), 1u);
}

CAF_TEST(wishes that are said anew are all there are once the last has come) {
  watch("g", x);
  restate("g", part_of({}, true, false));
  CAF_CHECK(wishes_of("g") == digest_of({x}));
  restate("g", part_of(names_of({y}), false, true));
  CAF_CHECK(wishes_of("g") == digest_of({y}));
  CAF_CHECK_EQUAL(rows_after(x), 1u);
  CAF_CHECK_EQUAL(rows_after(y), 2u);
  CAF_MESSAGE("and a part without the first says nothing");
  restate("g", part_of(names_of({x}), false, true));
  CAF_CHECK(wishes_of("g") == digest_of({y}));
  CAF_MESSAGE("nobody wants anything");
  restate("g", part_of({}, true, true));
  CAF_CHECK(wishes_of("g") == wish_digest{});
}

CAF_TEST(without a way nothing goes there and nobody stands by) {
  watch("a", x);
  auto relay = out().find(way_to("a"))->relay;
  call([&] { out().drop(way_to("a")); });
  CAF_CHECK(out().find(way_to("a")) == nullptr);
  CAF_CHECK(!state().symbols.find_here(name_of(x))->next);
  CAF_CHECK_EQUAL(rows_after(x), 0u);
  CAF_CHECK(deref<caf::abstract_actor>(relay).getf(
    caf::abstract_actor::is_terminated_flag));
  CAF_MESSAGE("until it stands by again");
  call([&] { out().stand_by(names_of({x})); });
  CAF_CHECK_EQUAL(rows_after(x), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
