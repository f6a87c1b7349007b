#define CAF_SUITE actors.market.reservations

#include "livegrid/actors/market/reservations.hpp"

#include <initializer_list>
#include <string>
#include <utility>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  symbol_map known;
  reservations all;

  static symbol_name name(std::string_view text) {
    return symbol_name::parse(text).value();
  }

  /// Prepares a batch of one tick a symbol, each with a cell of that name.
  void add(batch_id id, std::initializer_list<std::string_view> symbols,
           const std::string& extra = {}) {
    tick_batch batch{source::post, {}, {}};
    batch.id = id;
    for (auto x : symbols) {
      tick one;
      one.symbol = name(x);
      if (!extra.empty())
        one.extras.push_back({extra, {}});
      batch.ticks.emplace_back(std::move(one));
    }
    all.add(std::move(batch), known);
  }

  /// How many ticks are to come of a symbol.
  std::uint32_t ticks(std::string_view symbol) {
    const auto* x = all.find(name(symbol));
    return x == nullptr ? 0 : x->ticks;
  }
};

const batch_id first{1, 1};
const batch_id second{1, 2};
const batch_id other{2, 1};

} // namespace

CAF_TEST_FIXTURE_SCOPE(reservations_tests, fixture)

CAF_TEST(symbols that are not there yet are counted once) {
  known.try_emplace(name("A"));
  add(first, {"A", "B", "B"});
  add(second, {"B", "C"});
  CAF_CHECK_EQUAL(all.new_symbols(), 2u);
  CAF_CHECK_EQUAL(ticks("A"), 1u);
  CAF_CHECK_EQUAL(ticks("B"), 3u);
  CAF_CHECK(!all.find(name("A"))->makes_symbol);
  CAF_CHECK(all.find(name("B"))->makes_symbol);
  CAF_CHECK(all.find(name("X")) == nullptr);
}

CAF_TEST(a batch that is taken gives its room back) {
  add(first, {"A"}, "x");
  add(second, {"A"}, "x");
  auto batch = all.take(first);
  CAF_REQUIRE(batch);
  CAF_CHECK(batch->id == first);
  CAF_CHECK(!all.take(first));
  CAF_CHECK_EQUAL(all.find(name("A"))->extras.at("x"), 1u);
  CAF_CHECK_EQUAL(all.new_symbols(), 1u);
  CAF_CHECK(!all.empty());
  CAF_CHECK(all.take(second).has_value());
  CAF_CHECK(all.empty());
  CAF_CHECK(all.find(name("A")) == nullptr);
  CAF_CHECK_EQUAL(all.new_symbols(), 0u);
}

CAF_TEST(a cell that is taken back needs no room) {
  tick_batch batch{source::post, {}, {}};
  batch.id = first;
  batch.ticks.emplace_back().symbol = name("A");
  batch.ticks.back().extras.push_back({"x", "null"});
  all.add(std::move(batch), known);
  add(second, {"A"}, "x");
  CAF_CHECK_EQUAL(all.find(name("A"))->extras.at("x"), 1u);
  all.drop(first);
  CAF_CHECK_EQUAL(all.find(name("A"))->extras.at("x"), 1u);
}

CAF_TEST(a batch takes the place of one with its id) {
  add(first, {"A"});
  add(first, {"B"});
  CAF_CHECK_EQUAL(ticks("A"), 0u);
  CAF_CHECK_EQUAL(all.new_symbols(), 1u);
  CAF_CHECK_EQUAL(all.take(first)->ticks.at(0).symbol.str(), "B");
}

CAF_TEST(batches are dropped one by one or with their node) {
  add(first, {"A"});
  add(second, {"B"});
  add(other, {"C"});
  all.drop(first);
  CAF_CHECK_EQUAL(all.new_symbols(), 2u);
  all.drop(first);
  all.drop(batch_id{1, 0});
  CAF_CHECK_EQUAL(all.new_symbols(), 1u);
  CAF_CHECK(!all.take(second));
  CAF_CHECK(all.take(other).has_value());
}

CAF_TEST(batches of symbols that go are dropped) {
  add(first, {"A", "B"});
  add(second, {"C"});
  all.drop_all_of({name("B"), name("X")});
  CAF_CHECK_EQUAL(ticks("A"), 0u);
  CAF_CHECK_EQUAL(ticks("C"), 1u);
}

CAF_TEST(a symbol that was made meanwhile is no new one) {
  add(first, {"A"});
  all.note_made(name("A"));
  all.note_made(name("A"));
  all.note_made(name("B"));
  CAF_CHECK_EQUAL(all.new_symbols(), 0u);
  CAF_CHECK_EQUAL(ticks("A"), 1u);
  all.drop(first);
  CAF_CHECK_EQUAL(all.new_symbols(), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
