#define CAF_SUITE actors.market.market

#include "livegrid/actors/market/market.hpp"

#include <memory>
#include <string>
#include <vector>

#include "livegrid/actors/prices/price_state.hpp"

#include "actor_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

using refs = std::vector<symbol_ref>;

class market_fixture : public actor_fixture {
public:
  std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
  std::shared_ptr<fanout_script> got_too = std::make_shared<fanout_script>();
  row_sink_actor fan = make_fanout(got);
  row_sink_actor other = make_fanout(got_too);
  market_actor mkt;

  /// Opens the market with these symbols, each at price 100.
  void open(std::initializer_list<std::string_view> symbols = {},
            std::uint64_t max_symbols = 100) {
    std::vector<tick> first;
    for (auto x : symbols)
      first.emplace_back(trade(x, 100));
    mkt = own(sys.spawn(market, market_of(first, max_symbols)));
    consume_messages();
  }

  caf::expected<std::uint64_t> publish(std::vector<tick> ticks,
                                       source from = source::post) {
    return ask<std::uint64_t>(mkt, publish_atom_v,
                              batch_of(std::move(ticks), from));
  }

  refs resolve(std::initializer_list<std::string_view> names) {
    auto x = ask<refs>(mkt, resolve_atom_v, names_of(names));
    CAF_REQUIRE(x);
    return *x;
  }

  refs list(std::uint64_t limit = 1000, std::uint64_t start = 0) {
    auto x = ask<refs>(mkt, list_atom_v, start, limit);
    CAF_REQUIRE(x);
    return *x;
  }

  /// What the owner of `name` says of itself under `key`; empty without owner.
  std::string owner_says(std::string_view name, std::string_view key) {
    auto owner = resolve({name}).at(0).owner;
    if (!owner)
      return "";
    auto x = ask<actor_status>(owner, status_atom_v);
    CAF_REQUIRE(x);
    return fact(*x, key);
  }

  std::string price(std::string_view name) {
    auto owner = resolve({name}).at(0).owner;
    CAF_REQUIRE(owner);
    auto x = ask<row_batch>(owner, row_atom_v);
    CAF_REQUIRE(x);
    return std::string{x->rows.at(0)->text(cell::price)};
  }

  template <class... Ts>
  void tell(Ts... what) {
    self->send(mkt, std::move(what)...);
    consume_messages();
  }

  strings take_rows(fanout_script& from) {
    auto result = from.rows();
    from.batches.clear();
    return result;
  }
};

strings names(const refs& xs) {
  strings result;
  for (const auto& x : xs)
    result.emplace_back(x.symbol.str());
  return result;
}

} // namespace

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

CAF_TEST(too many symbols refuse the batch as a whole) {
  open({"AAPL", "MSFT"}, 3);
  tell(watch_atom_v, fan);
  take_rows(*got);
  auto n = publish({trade("AAPL", 101), trade("ONE", 1), trade("ONE", 2),
                    trade("TWO", 1), trade("MSFT", 101)});
  CAF_REQUIRE(!n);
  auto why = to_refusal(n.error());
  CAF_CHECK(why.code == errc::invalid);
  CAF_CHECK_EQUAL(why.element, 3);
  CAF_CHECK_EQUAL(why.field, "symbol");
  CAF_CHECK_EQUAL(why.type, "too_many_symbols");
  CAF_CHECK_NOT_EQUAL(why.message.find("(3)"), std::string::npos);
  CAF_CHECK(got->batches.empty());
  CAF_CHECK_EQUAL(names(list()), (strings{"AAPL", "MSFT"}));
  CAF_CHECK_EQUAL(stats->total(&counters::tick_counts::refused), 5u);
  CAF_CHECK_EQUAL(get(stats->symbols), 2u);
  // There is still room for one.
  CAF_CHECK(publish({trade("ONE", 1), trade("ONE", 2), trade("AAPL", 101)}));
  CAF_CHECK(!publish({trade("TWO", 1)}));
  CAF_CHECK(publish({trade("AAPL", 102), trade("ONE", 3)}));
  CAF_CHECK_EQUAL(price("ONE"), "3");
}

CAF_TEST(too many cells refuse the batch as a whole) {
  open({"AAPL"});
  auto refused = [&](std::vector<tick> ticks, std::int64_t element,
                     const std::string& cell) {
    auto n = publish(std::move(ticks));
    CAF_REQUIRE(!n);
    auto why = to_refusal(n.error());
    CAF_CHECK(why.code == errc::invalid);
    CAF_CHECK_EQUAL(why.element, element);
    CAF_CHECK_EQUAL(why.field, cell);
    CAF_CHECK_EQUAL(why.type, "too_many_cells");
  };
  // Within one tick, and within one batch.
  refused({trade("MSFT", 1), with_extras("AAPL", 65)}, 1, "x64");
  refused({with_extras("NEW", 40, "a"), with_extras("NEW", 25, "b")}, 1, "b24");
  CAF_CHECK_EQUAL(names(list()), strings{"AAPL"});
  CAF_CHECK_EQUAL(price("AAPL"), "100");
  // Over several batches.
  CAF_CHECK(publish({with_extras("AAPL", 40, "a")}));
  refused({trade("AAPL", 7), with_extras("AAPL", 25, "b")}, 1, "b24");
  CAF_CHECK_EQUAL(price("AAPL"), "1");
  // What was refused has used up nothing, known ones need no room, and other
  // symbols have cells of their own.
  CAF_CHECK(publish({with_extras("AAPL", 24, "c"), with_extras("AAPL", 40, "a"),
                     with_extras("MSFT", 64)}));
  refused({with_extras("AAPL", 1, "d")}, 0, "d0");
  CAF_CHECK(publish({with_extras("AAPL", 24, "c")}));
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

CAF_TEST(who waits for a symbol that goes need not ask again when it comes) {
  open({"AAPL", "MSFT"});
  tell(watch_atom_v, names_of({"AAPL"}), fan);
  tell(watch_atom_v, other);
  auto last = ask<row_batch>(mkt, evict_atom_v, names_of({"AAPL", "MSFT"}));
  CAF_REQUIRE(last);
  CAF_CHECK_EQUAL(last->rows.size(), 2u);
  CAF_CHECK_EQUAL(get(stats->symbols), 0u);
  take_rows(*got);
  take_rows(*got_too);
  tell(adopt_atom_v, *last, std::uint64_t{7});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 100"});
  publish({trade("AAPL", 101), trade("MSFT", 102)});
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 101"});
  CAF_CHECK_EQUAL(owner_says("AAPL", "followers"), "2");
  CAF_CHECK_EQUAL(owner_says("MSFT", "followers"), "1");
  CAF_MESSAGE("unless he has said that he does not");
  CAF_REQUIRE(ask<row_batch>(mkt, evict_atom_v, names_of({"AAPL"})));
  tell(unwatch_atom_v, names_of({"AAPL"}), fan);
  take_rows(*got);
  publish({trade("AAPL", 103)});
  CAF_CHECK(got->batches.empty());
}

CAF_TEST(what another owner knew goes to the symbols that are here) {
  open({"AAPL", "MSFT"});
  tell(watch_atom_v, names_of({"AAPL", "NEW"}), fan);
  take_rows(*got);
  auto there = [](std::string_view symbol, double price) {
    price_state x{name_of(symbol)};
    x.set_epoch(5);
    x.load(trade(symbol, price));
    return x.render();
  };
  row_batch had{{there("AAPL", 200), there("NEW", 300), there("MSFT", 400)}};
  auto dropped = ask<row_batch>(mkt, merge_atom_v, had, std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_CHECK_EQUAL(dropped->rows.size(), 2u);
  CAF_CHECK_EQUAL(take_rows(*got), strings{"AAPL 200"});
  CAF_CHECK_EQUAL(price("MSFT"), "400");
  CAF_CHECK(!resolve({"NEW"})[0].owner);
  dropped = ask<row_batch>(mkt, merge_atom_v, row_batch{{there("NEW", 300)}},
                           std::uint64_t{6});
  CAF_REQUIRE(dropped);
  CAF_CHECK(dropped->rows.empty());
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

CAF_TEST(a refused batch claims nothing) {
  open({"AAPL"}, 1);
  CAF_CHECK(!publish({trade("AAPL", 2), trade("NEW", 1)}));
  auto n = publish({trade("AAPL", 3)}, source::simulator);
  CAF_REQUIRE(n);
  CAF_CHECK_EQUAL(*n, 1u);
}

CAF_TEST(a quarter of the places is kept for those who have less than that) {
  open({"A", "B"}, 20);
  auto make = [this](const std::string& name, std::uint64_t by) {
    auto batch = batch_of({trade(name, 1)});
    batch.publisher = by;
    auto x = ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
    return x ? "" : to_refusal(x.error()).type;
  };
  for (int i = 0; i < 13; ++i)
    CAF_CHECK_EQUAL(make("X" + std::to_string(i), 1), "");
  CAF_CHECK_EQUAL(make("X13", 1), "too_many_symbols");
  CAF_CHECK_EQUAL(make("X12", 1), "");
  for (int i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(make("Y" + std::to_string(i), 2), "");
  // The node's own feeds have no share.
  CAF_CHECK_EQUAL(make("Z", 0), "");
  CAF_CHECK_EQUAL(make("Y4", 2), "too_many_symbols");
  // What moves to another node makes room.
  CAF_REQUIRE((ask<row_batch>(mkt, evict_atom_v, names_of({"Y0", "X0"}))));
  CAF_CHECK_EQUAL(make("X13", 1), "too_many_symbols");
  CAF_CHECK_EQUAL(make("Y4", 2), "");
}

CAF_TEST(a quarter of the cells is kept likewise) {
  open({"A"});
  auto add = [this](const std::string& prefix, std::size_t n,
                    std::uint64_t by) {
    auto batch = batch_of({with_extras("A", n, prefix)});
    batch.publisher = by;
    auto x = ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
    return x ? "" : to_refusal(x.error()).type;
  };
  CAF_CHECK_EQUAL(add("x", 49, 1), "too_many_cells");
  CAF_CHECK_EQUAL(add("x", 48, 1), "");
  CAF_CHECK_EQUAL(add("y", 1, 1), "too_many_cells");
  CAF_CHECK_EQUAL(add("x", 48, 1), "");
  CAF_CHECK_EQUAL(add("x", 48, 2), "");
  CAF_CHECK_EQUAL(add("z", 16, 2), "");
  CAF_CHECK_EQUAL(add("u", 1, 3), "too_many_cells");
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
