#define CAF_SUITE actors.prices.symbol_filter

#include "livegrid/actors/prices/symbol_filter.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/text.hpp"

#include "ticks.hpp"

#include "unit_test.hpp"

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

CAF_TEST(prefixes are found like any other pattern) {
  std::vector<std::string> patterns{"A*",  "AB*", "ABC**", "B.*", "BTC-*",
                                    "BT*", "Z?*", "*Q",    "M*X", "C"};
  symbol_filter x{patterns};
  // Each letter and sign at each of three places.
  constexpr std::string_view letters = "ABCQTXZ.-";
  auto check = [&](const std::string& name) {
    auto fits = std::any_of(patterns.begin(), patterns.end(),
                            [&](const auto& y) { return matches(name, y); });
    if (x.allows(name_of(name)) != fits)
      CAF_ERROR(name << " is taken for another");
  };
  for (auto a : letters)
    for (auto b : letters)
      for (auto c : letters)
        for (auto* end : {"", "-", "-Q"})
          check(std::string{a, b, c} + end);
  for (auto* name : {"A", "B", "C", "BT", "B.", "M", "MX", "Z", "Q"})
    check(name);
  CAF_CHECK((symbol_filter{{"**"}}.allows(name_of("X"))));
}

CAF_TEST(a pattern is what a name could be) {
  for (auto good : {"*", "AAPL", "A*", "*.L", "BRK.B", "?", "A?*", "NIFTY *",
                    "* 50", "AAPL  24*", "\xc3\x85?B", "$SPX", "CL?!"})
    CAF_CHECK_EQUAL(symbol_filter::fault_of(good), "");
  for (auto bad :
       {"", "A ", " *", "A\"", "A,B", "\x01", "\xc3", "\xe2\x80\x8b*"})
    CAF_CHECK_NOT_EQUAL(symbol_filter::fault_of(bad), "");
}

CAF_TEST(a question mark is one character of however many bytes) {
  symbol_filter x{{"?LB", "NIFTY *", "A ?"}};
  CAF_CHECK(x.allows(name_of("\xc3\x85LB")));
  CAF_CHECK(x.allows(name_of("ALB")));
  CAF_CHECK(!x.allows(name_of("\xc3\x85\xc3\x85LB")));
  CAF_CHECK(x.allows(name_of("NIFTY 50")));
  CAF_CHECK(!x.allows(name_of("NIFTY50")));
  CAF_CHECK(x.allows(name_of("A \xe8\xb4\xb5")));
  CAF_CHECK(!x.allows(name_of("A  B")));
}

CAF_TEST(patterns are not too many and wildcards few) {
  using patterns = std::vector<std::string>;
  CAF_CHECK_EQUAL(symbol_filter::fault_of(patterns(1000, "A")), "");
  CAF_CHECK_NOT_EQUAL(symbol_filter::fault_of(patterns(1001, "A")), "");
  CAF_CHECK_EQUAL(symbol_filter::fault_of(patterns(64, "A*")), "");
  CAF_CHECK_NOT_EQUAL(symbol_filter::fault_of(patterns(65, "A?")), "");
  CAF_CHECK_NOT_EQUAL(symbol_filter::fault_of(patterns{"A", "B,C"}), "");
  // It ends up in a line of the log, or on a terminal.
  CAF_CHECK_EQUAL(symbol_filter::fault_of(patterns{"A\n\x1b["}),
                  "\"A??[\" is neither a symbol name nor a pattern of one");
}

CAF_TEST(what is not allowed is taken out and named) {
  auto names = names_of({"A", "B", "C1"});
  auto filter =
    std::make_shared<symbol_filter>(std::vector<std::string>{"A", "C*"});
  CAF_CHECK(take_denied(names, filter) == names_of({"B"}));
  CAF_CHECK(names == names_of({"A", "C1"}));
  CAF_CHECK(take_denied(names, nullptr).empty());
}

CAF_TEST(many names are cut off and counted) {
  std::vector<symbol_name> names;
  CAF_CHECK_EQUAL(some_names(names), "");
  for (int i = 0; i < 12; ++i)
    names.emplace_back(name_of("S" + std::to_string(i)));
  CAF_CHECK_EQUAL(some_names(names),
                  "S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, and 2 more");
}
