#define CAF_SUITE actors.feeds.simulated_symbols

#include "livegrid/actors/feeds/simulated_symbols.hpp"

#include <cmath>
#include <set>
#include <string>

#include "livegrid/actors/prices/tick.hpp"

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(the first five are those of the documented example) {
  auto five = simulated_symbols(5);
  std::string names;
  for (const auto& x : five)
    names += x.symbol.str() + ' ';
  CAF_CHECK_EQUAL(names, "AAPL GOOGL MSFT AMZN TSLA ");
  CAF_CHECK_EQUAL(five[0].get(field::price), 150.0);
  CAF_CHECK_EQUAL(five[0].get(field::prev_close), 145.54);
  CAF_CHECK_EQUAL(five[0].get(field::volume), 1'000'000);
  CAF_CHECK_EQUAL(five[0].get(field::market_cap), 1'874'000'000);
}

CAF_TEST(there are some thirty more) {
  auto all = simulated_symbols();
  CAF_CHECK_GREATER_OR_EQUAL(all.size(), 35u);
  CAF_CHECK_LESS_OR_EQUAL(all.size(), 40u);
  CAF_CHECK_EQUAL(simulated_symbols(1000).size(), all.size());
  CAF_CHECK_EQUAL(simulated_symbols(1).size(), 1u);
  std::set<symbol_name> seen;
  for (const auto& x : all) {
    CAF_MESSAGE(x.symbol.str());
    CAF_CHECK(seen.insert(x.symbol).second);
    auto change = x.get(field::price) / x.get(field::prev_close) - 1;
    CAF_CHECK(std::abs(change) < 0.04);
    CAF_CHECK(x.get(field::volume) > 0);
    CAF_CHECK(x.get(field::market_cap) > 0);
  }
}
