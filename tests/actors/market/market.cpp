#define CAF_SUITE actors.market.market

#include "livegrid/actors/market/market.hpp"

#include <string>
#include <vector>

#include "market_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(market_tests, market_fixture)

CAF_TEST(first states are symbols that have not traded) {
  open({"AAPL", "MSFT"});
  CAF_CHECK_EQUAL(names(list()), (strings{"AAPL", "MSFT"}));
  CAF_CHECK_EQUAL(price("MSFT"), "100");
  CAF_CHECK_EQUAL(owner_says("AAPL", "applied"), "0");
  CAF_CHECK_EQUAL(get(stats->symbols), 2u);
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 0u);
}

CAF_TEST(the answer comes when the owners have the ticks) {
  open({"AAPL"});
  auto asked = self->request(mkt, caf::infinite, publish_atom_v,
                             batch_of({trade("AAPL", 101)}));
  expect((publish_atom, tick_batch), from(self).to(mkt));
  CAF_CHECK(heard());
  auto owner = resolve({"AAPL"}).at(0).owner;
  // Asked after the answer, and yet behind the ticks.
  auto row = self->request(owner, caf::infinite, row_atom_v);
  consume_messages();
  auto n = fetch<std::uint64_t>(asked);
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 1u);
  auto x = fetch<row_batch>(row);
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->rows.at(0)->text(cell::price), "101");
}

CAF_TEST(ticks of several symbols go to each in their order) {
  open();
  tell(watch_atom_v, fan);
  auto n = publish({trade("AAPL", 1), trade("MSFT", 10), trade("AAPL", 2),
                    trade("TSLA", 20), trade("MSFT", 11), trade("AAPL", 3)});
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 6u);
  CAF_CHECK_EQUAL(got->batches.size(), 3u);
  CAF_CHECK_EQUAL(take_rows(*got), (strings{"AAPL 1", "AAPL 2", "AAPL 3",
                                            "MSFT 10", "MSFT 11", "TSLA 20"}));
  CAF_CHECK_EQUAL(names(list()), (strings{"AAPL", "MSFT", "TSLA"}));
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::applied), 6u);
  // The next batch starts anew with whom it finds.
  publish({trade("MSFT", 12), trade("AAPL", 4)});
  CAF_CHECK_EQUAL(take_rows(*got), (strings{"MSFT 12", "AAPL 4"}));
}

CAF_TEST(an empty batch is taken) {
  open();
  auto n = publish({});
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 0u);
}

CAF_TEST(repeats count as taken) {
  open();
  auto n = publish({trade("AAPL", 1, 5), trade("AAPL", 2, 5)});
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 2u);
  CAF_CHECK_EQUAL(price("AAPL"), "1");
}

CAF_TEST(owners come in the order asked) {
  open({"AAPL", "MSFT", "TSLA"});
  auto xs = resolve({"TSLA", "NONE", "AAPL", "TSLA"});
  CAF_CHECK_EQUAL(names(xs), (strings{"TSLA", "NONE", "AAPL", "TSLA"}));
  CAF_CHECK(!xs[1].owner);
  CAF_CHECK(xs[0].owner && xs[0].owner == xs[3].owner);
  auto all = list();
  CAF_CHECK(xs[0].owner == all[2].owner);
  CAF_CHECK(xs[2].owner == all[0].owner);
  CAF_CHECK(resolve({}).empty());
  // Asking makes no symbol.
  CAF_CHECK_EQUAL(list().size(), 3u);
}

CAF_TEST(a slice of the list is short however much is asked for) {
  open({}, 5000);
  std::vector<tick> many;
  for (int i = 0; i < 3000; ++i)
    many.emplace_back(trade("S" + std::to_string(i), 1));
  CAF_REQUIRE(publish(many));
  CAF_CHECK_EQUAL(list(UINT64_MAX).size(), max_symbols_listed);
  CAF_CHECK_EQUAL(list(UINT64_MAX, 2500).size(), 500u);
}

CAF_TEST(the list is by age and has a limit) {
  open({"MSFT", "AAPL"});
  publish({trade("ZZZ", 1), trade("AAPL", 1), trade("BBB", 1)});
  CAF_CHECK_EQUAL(names(list()), (strings{"MSFT", "AAPL", "ZZZ", "BBB"}));
  CAF_CHECK_EQUAL(names(list(4)), (strings{"MSFT", "AAPL", "ZZZ", "BBB"}));
  CAF_CHECK_EQUAL(names(list(3)), (strings{"MSFT", "AAPL", "ZZZ"}));
  CAF_CHECK(list(0).empty());
  CAF_MESSAGE("and comes in slices");
  CAF_CHECK_EQUAL(names(list(2, 1)), (strings{"AAPL", "ZZZ"}));
  CAF_CHECK_EQUAL(names(list(9, 3)), strings{"BBB"});
  CAF_CHECK(list(9, 4).empty());
  CAF_CHECK(list(9, UINT64_MAX).empty());
  // Many more, so that the table of symbols moves.
  std::vector<tick> many;
  for (int i = 0; i < 80; ++i)
    many.emplace_back(trade("S" + std::to_string(i), 1));
  CAF_REQUIRE(publish(many));
  auto all = names(list());
  CAF_REQUIRE_EQUAL(all.size(), 84u);
  CAF_CHECK_EQUAL(all[0], "MSFT");
  for (std::size_t i = 0; i < 80; ++i)
    CAF_CHECK_EQUAL(all[4 + i], "S" + std::to_string(i));
}

CAF_TEST(interest in a symbol makes none until it trades) {
  open({"AAPL"});
  self->send(mkt, watch_atom_v, names_of({"NEW", "AAPL"}), fan);
  expect((watch_atom, std::vector<symbol_name>, row_sink_actor),
         from(self).to(mkt));
  // A vacant row comes from the market, the other one from its owner.
  expect((row_batch), from(mkt).to(fan));
  CAF_REQUIRE_EQUAL(got->batches.size(), 1u);
  CAF_CHECK_EQUAL(got->batches[0].rows.at(0)->version(), 0u);
  CAF_CHECK_EQUAL(take_rows(*got), strings{"NEW null"});
  consume_messages();
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 100"});
  CAF_CHECK_EQUAL(get(stats->symbols), 1u);
  CAF_CHECK(!resolve({"NEW"})[0].owner);
  publish({trade("NEW", 5)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"NEW 5"});
  publish({trade("NEW", 6), trade("AAPL", 101)});
  CAF_CHECK_EQUAL(take_rows(*got), (strings{"NEW 6", "AAPL 101"}));
  CAF_CHECK_EQUAL(owner_says("NEW", "followers"), "1");
}

CAF_TEST(all who wait for a symbol get its first tick once) {
  open();
  tell(watch_atom_v, names_of({"NEW"}), fan);
  tell(watch_atom_v, names_of({"NEW", "LATER"}), fan);
  tell(watch_atom_v, names_of({"NEW"}), other);
  tell(watch_atom_v, other);
  take_rows(*got);
  take_rows(*got_too);
  publish({trade("NEW", 5)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"NEW 5"});
  CAF_CHECK_EQUAL(take_rows(*got_too), strings{"NEW 5"});
  CAF_CHECK_EQUAL(owner_says("NEW", "followers"), "2");
}

CAF_TEST(what nobody watches any more comes to nobody) {
  open({"AAPL"});
  tell(watch_atom_v, names_of({"NEW", "AAPL"}), fan);
  tell(watch_atom_v, names_of({"NEW", "AAPL"}), other);
  tell(unwatch_atom_v, names_of({"NEW", "AAPL", "NONE"}), fan);
  take_rows(*got);
  take_rows(*got_too);
  publish({trade("NEW", 5), trade("AAPL", 101)});
  CAF_CHECK(got->batches.empty());
  CAF_CHECK_EQUAL(take_rows(*got_too), (strings{"NEW 5", "AAPL 101"}));
  tell(unwatch_atom_v, names_of({"NEW"}), other);
  publish({trade("NEW", 6), trade("AAPL", 102)});
  CAF_CHECK_EQUAL(take_rows(*got_too), strings{"AAPL 102"});
}

CAF_TEST(who watches all gets those to come too) {
  open({"AAPL"});
  tell(watch_atom_v, fan);
  tell(watch_atom_v, fan);
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 100"});
  publish({trade("NEW", 5), trade("AAPL", 101)});
  CAF_CHECK_EQUAL(take_rows(*got), (strings{"NEW 5", "AAPL 101"}));
  tell(unwatch_atom_v, other);
  publish({trade("NEW", 6)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"NEW 6"});
  tell(unwatch_atom_v, fan);
  publish({trade("NEW", 7), trade("AAPL", 102), trade("NEWER", 1)});
  CAF_CHECK(got->batches.empty());
  tell(watch_atom_v, fan);
  CAF_CHECK_EQUAL(take_rows(*got), (strings{"AAPL 102", "NEW 7", "NEWER 1"}));
}

CAF_TEST(who watches all no more still gets what he watches by name) {
  open({"AAPL", "MSFT"});
  tell(watch_atom_v, names_of({"AAPL"}), fan);
  tell(watch_atom_v, fan);
  tell(watch_atom_v, other);
  tell(unwatch_atom_v, fan);
  take_rows(*got);
  take_rows(*got_too);
  publish({trade("AAPL", 101), trade("MSFT", 102)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 101"});
  CAF_CHECK_EQUAL(take_rows(*got_too), (strings{"AAPL 101", "MSFT 102"}));
  CAF_MESSAGE("and the other way round");
  tell(watch_atom_v, fan);
  tell(unwatch_atom_v, names_of({"AAPL"}), fan);
  take_rows(*got);
  publish({trade("AAPL", 103)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 103"});
}

CAF_TEST(the simulator gives way) {
  struct {
    const char* name;
    source by;
    const char* price; // after the simulator's 3
    std::uint64_t taken;
  } cases[] = {
    {"to a publisher", source::post, "2", 0},
    {"to a recording", source::replay, "2", 0},
    {"to one that only a peer knows", *source::parse("kraken"), "2", 0},
    {"not to itself", source::simulator, "3", 1},
    {"not to a first state", source::first_state, "3", 1},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    open({"AAPL", "MSFT"});
    auto first = publish({trade("AAPL", 1)}, source::simulator);
    CAF_REQUIRE(first);
    CAF_CHECK_EQUAL(*first, 1u);
    CAF_CHECK_EQUAL(price("AAPL"), "1");
    CAF_CHECK(publish({trade("AAPL", 2)}, c.by));
    auto n = publish({trade("AAPL", 3)}, source::simulator);
    CAF_REQUIRE(n);
    CAF_CHECK_EQUAL(*n, c.taken);
    CAF_CHECK_EQUAL(price("AAPL"), c.price);
    // Other symbols are not concerned.
    auto both = publish({trade("AAPL", 4), trade("MSFT", 4)}, //
                        source::simulator);
    CAF_REQUIRE(both);
    CAF_CHECK_EQUAL(*both, c.taken + 1);
    CAF_CHECK_EQUAL(price("MSFT"), "4");
  }
}

CAF_TEST(it says how it is) {
  open({"AAPL", "MSFT"}, 7);
  tell(watch_atom_v, names_of({"A", "B", "AAPL"}), fan);
  tell(watch_atom_v, names_of({"B"}), other);
  auto says = [&](std::string_view key) {
    auto x = ask<actor_status>(mkt, status_atom_v);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->kind, "market");
    return fact(*x, key);
  };
  CAF_CHECK_EQUAL(says("symbols"), "2");
  CAF_CHECK_EQUAL(says("max_symbols"), "7");
  CAF_CHECK_EQUAL(says("awaited"), "2");
  tell(unwatch_atom_v, names_of({"B"}), other);
  CAF_CHECK_EQUAL(says("awaited"), "2");
  tell(unwatch_atom_v, names_of({"B"}), fan);
  CAF_CHECK_EQUAL(says("awaited"), "1");
  publish({trade("A", 1)});
  CAF_CHECK_EQUAL(says("awaited"), "0");
  CAF_CHECK_EQUAL(says("symbols"), "3");
}

CAF_TEST_FIXTURE_SCOPE_END()
