#define CAF_SUITE actors.prices.tick

#include "livegrid/actors/prices/tick.hpp"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

tick make_tick() {
  tick x;
  x.symbol = *symbol_name::parse("AAPL");
  return x;
}

CAF_TEST(fields are the cells that a tick may bring) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    auto name = to_string(f);
    names.insert(name);
    CAF_MESSAGE(name);
    CAF_CHECK(parse_field(name) == f);
    CAF_CHECK(to_field(to_cell(f)) == f);
    CAF_CHECK_EQUAL(to_string(to_cell(f)), name);
  }
  std::set<std::string_view> expected;
  for (const auto& x : known_cells)
    if (x.kind == cell_kind::number)
      expected.insert(x.name);
  CAF_CHECK_EQUAL(names, expected);
  for (auto name : {"date", "symbol", "change", "change_percent", "time", "seq",
                    "vwap", ""}) {
    CAF_MESSAGE(name);
    CAF_CHECK(!parse_field(name));
  }
}

CAF_TEST(numbers are within their bounds) {
  struct {
    double x;
    bool price;
    bool other;
  } cases[] = {
    {1, true, true},
    {0, true, true},
    {-0.0, true, true},
    {-1, true, false},
    {-37.63, true, false},
    {-max_value, true, false},
    {-1.01e18, false, false},
    {std::numeric_limits<double>::denorm_min(), true, true},
    {max_value, true, true},
    {1.01e18, false, false},
    {inf, false, false},
    {-inf, false, false},
    {nan, false, false},
  };
  for (const auto& c : cases) {
    for (std::size_t i = 0; i < num_fields; ++i) {
      auto f = static_cast<field>(i);
      CAF_MESSAGE(to_string(f) << " " << c.x);
      auto price =
        std::string_view{"price open high low prev_close bid ask"}.find(
          to_string(f))
        != std::string_view::npos;
      CAF_CHECK_EQUAL(acceptable(f, c.x), price ? c.price : c.other);
    }
  }
}

CAF_TEST(fields are given and taken back) {
  auto x = make_tick();
  CAF_CHECK(x.empty());
  x.set(field::market_cap, 5);
  CAF_CHECK(x.has(field::market_cap));
  CAF_CHECK(!x.has(field::price));
  CAF_CHECK(x.get(field::market_cap) == 5);
  CAF_CHECK(!x.empty());
  x.clear(field::market_cap);
  CAF_CHECK(!x.has(field::market_cap));
  CAF_CHECK(x.empty());
  x.seq = 0;
  CAF_CHECK(!x.empty());
}

CAF_TEST(ticks cross nodes bit by bit) {
  auto x = make_tick();
  x.set(field::price, 0.1 + 0.2);
  x.set(field::bid, std::numeric_limits<double>::denorm_min());
  x.set(field::volume, max_value);
  x.time = timestamp{std::chrono::nanoseconds{-1}};
  x.seq = std::numeric_limits<std::int64_t>::min();
  x.extras = {{"vwap", "1.5"}, {"note", "\"a\""}};
  tick_batch batch;
  batch.from = source::replay;
  batch.received = timestamp{std::chrono::nanoseconds{1700000000000000001}};
  batch.ticks = {x, make_tick()};
  tick_batch copy;
  copy.ticks.push_back(x);
  CAF_REQUIRE_EQUAL(load(save(batch), copy), caf::none);
  CAF_CHECK(copy.from == source::replay);
  CAF_CHECK(copy.received == batch.received);
  CAF_CHECK(copy.ticks == batch.ticks);
}

CAF_TEST(what was given before is gone after loading) {
  auto x = make_tick();
  x.time = timestamp{};
  x.seq = 5;
  CAF_REQUIRE_EQUAL(load(save(make_tick()), x), caf::none);
  CAF_CHECK(x == make_tick());
}

CAF_TEST(ticks that cannot be do not load) {
  struct {
    const char* name;
    void (*spoil)(tick&);
  } cases[] = {
    {"infinite", [](tick& x) { x.set(field::volume, inf); }},
    {"no number", [](tick& x) { x.set(field::price, nan); }},
    {"price below all", [](tick& x) { x.set(field::price, -1.01e18); }},
    {"negative", [](tick& x) { x.set(field::size, -1); }},
    {"unknown field", [](tick& x) { x.given = 1u << num_fields; }},
    {"unknown cell taken back", [](tick& x) { x.cleared = 1u << num_fields; }},
    {"no symbol", [](tick& x) { x.symbol = symbol_name{}; }},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto x = make_tick();
    c.spoil(x);
    tick y;
    CAF_CHECK_EQUAL(load(save(x), y), caf::sec::invalid_argument);
  }
}

} // namespace
