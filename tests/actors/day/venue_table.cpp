#define CAF_SUITE actors.day.venue_table

#include "livegrid/actors/day/venue_table.hpp"

#include <string>
#include <string_view>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  venue_table table;

  void add(std::string name, std::string tz = "UTC") {
    auto x = venue::make({.name = std::move(name), .tz = std::move(tz)});
    CAF_REQUIRE(x);
    table.add(*x);
  }

  void assign(std::string_view pattern, std::string_view name) {
    CAF_REQUIRE(table.find(name));
    CAF_REQUIRE(table.assign(pattern, table.find(name)));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(venue_table_tests, fixture)

CAF_TEST(an empty table has every symbol traded around the clock) {
  CAF_REQUIRE_EQUAL(table.venues().size(), 1u);
  auto& x = table.of("AAPL");
  CAF_CHECK_EQUAL(x->name(), "24x7");
  CAF_CHECK(x->is_regular(timestamp{}));
  CAF_CHECK(x->next_roll(timestamp{}) == timestamp{std::chrono::hours{24}});
}

CAF_TEST(the most specific pattern counts whatever the order) {
  for (auto name : {"all", "es", "es-any", "any-z", "exact", "two"})
    add(name);
  assign("*", "all");
  assign("ES*", "es");
  assign("ES?*", "es-any");
  assign("*Z", "any-z");
  assign("ESH*", "two");
  assign("ESZ", "exact");
  struct {
    std::string_view symbol;
    std::string_view name;
  } cases[] = {
    {"AAPL", "all"},  {"ES", "es"},    {"ESM5", "es"}, {"ESH5", "two"},
    {"ESZ", "exact"}, {"NZ", "any-z"}, {"es", "all"},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.symbol);
    CAF_CHECK_EQUAL(table.of(c.symbol)->name(), c.name);
  }
}

CAF_TEST(symbols that no pattern fits are traded around the clock) {
  add("es");
  assign("ES*", "es");
  CAF_CHECK_EQUAL(table.of("AAPL")->name(), "24x7");
}

CAF_TEST(a venue of the same name takes the place of the first) {
  add("x", "Asia/Tokyo");
  add("x", "America/New_York");
  CAF_CHECK_EQUAL(table.venues().size(), 2u);
  CAF_CHECK_EQUAL(table.find("x")->definition().tz, "America/New_York");
  add("24x7", "Asia/Tokyo");
  CAF_CHECK_EQUAL(table.of("AAPL")->definition().tz, "Asia/Tokyo");
  CAF_CHECK(!table.find("y"));
}

CAF_TEST(patterns with wildcards are bounded and names are not ) {
  add("x");
  for (std::size_t i = 0; i < max_venue_patterns; ++i)
    assign("A" + std::to_string(i) + "*", "x");
  CAF_CHECK(!table.assign("B*", table.find("x")));
  CAF_CHECK_EQUAL(table.of("B1")->name(), "24x7");
  assign("B1", "x");
  CAF_CHECK_EQUAL(table.of("B1")->name(), "x");
}

CAF_TEST_FIXTURE_SCOPE_END()
