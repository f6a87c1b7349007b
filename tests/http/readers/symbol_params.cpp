#define CAF_SUITE http.readers.symbol_params

#include "livegrid/http/readers/symbol_params.hpp"

#include "unit_test.hpp"

using namespace livegrid;

CAF_TEST(widgets that share an endpoint share the names) {
  symbol_params x{.names = {"fund"}, .declared = false, .others = {"symbol"}};
  x.join({.names = {"symbols", "symbol"}, .others = {"fund", "period"}});
  const symbol_params joined{.names = {"fund", "symbols", "symbol"},
                             .others = {"period"}};
  CAF_CHECK(x == joined);
}

CAF_TEST(somebody who does not know is told one name) {
  CAF_CHECK_EQUAL(symbol_params{}.main_name(), "symbol");
  const symbol_params fund{.names = {"fund", "symbols", "symbol"}};
  CAF_CHECK_EQUAL(fund.main_name(), "fund");
  CAF_CHECK_EQUAL(symbol_params{.names = {}}.main_name(), "symbol");
  CAF_CHECK_EQUAL(symbol_params{.names = {"symbols"}}.main_name(), "symbols");
}

CAF_TEST(whoever gives no name asks for nothing or for all) {
  using change = subscription::change;
  CAF_CHECK(symbol_params{}.unasked().what == change::replace);
  CAF_CHECK(symbol_params{.declared = false}.unasked().what == change::all);
  CAF_CHECK(symbol_params{}.has("symbols"));
  CAF_CHECK(!symbol_params{}.has("Symbol"));
}
