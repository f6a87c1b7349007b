#define CAF_SUITE actors.symbol_filter

#include "livegrid/symbol_filter.hpp"

#include "ticks.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST(a filter allows what one of its patterns fits) {
  symbol_filter x{{"AAPL", "MS*", "?X"}};
  for (auto name : {"AAPL", "MS", "MSFT", "EX"})
    CAF_CHECK(x.allows(name_of(name)));
  for (auto name : {"AAP", "AAPLX", "XMS", "X", "EXX", "msft"})
    CAF_CHECK(!x.allows(name_of(name)));
  CAF_CHECK(!x.allows_all());
  CAF_CHECK((symbol_filter{{"AAPL", "*"}}.allows_all()));
  CAF_CHECK(!(symbol_filter{{}}.allows(name_of("AAPL"))));
  CAF_CHECK(allows(nullptr, name_of("AAPL")));
}

CAF_TEST(a pattern is what a name could be) {
  for (auto good : {"*", "AAPL", "A*", "*.L", "BRK.B", "?", "A?*"})
    CAF_CHECK_EQUAL(symbol_filter::fault_of(good), "");
  for (auto bad : {"", "A B", "A\"", "A,B", "\x01"})
    CAF_CHECK_NOT_EQUAL(symbol_filter::fault_of(bad), "");
}

CAF_TEST(many names are cut off and counted) {
  std::vector<symbol_name> names;
  CAF_CHECK_EQUAL(some_names(names), "");
  for (int i = 0; i < 12; ++i)
    names.emplace_back(name_of("S" + std::to_string(i)));
  CAF_CHECK_EQUAL(some_names(names),
                  "S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, and 2 more");
}
