#define CAF_SUITE actors.prices.symbol_name

#include "livegrid/actors/prices/symbol_name.hpp"

#include <string>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

CAF_TEST(names are of the letters and the length allowed) {
  std::string good[] = {
    "A",
    "AAPL",
    "brk.b",
    "BTC-USD",
    "EURUSD=X",
    "^GSPC",
    "ES=F",
    "X:BTC/USD",
    "a_b@c&d+e",
    "0123456789",
    std::string(32, 'x'),
  };
  for (const auto& c : good) {
    CAF_MESSAGE(c);
    CAF_CHECK(symbol_name::valid(c));
    auto x = symbol_name::parse(c);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->str(), c);
  }
  std::string bad[] = {
    "",
    std::string(33, 'x'),
    " AAPL",
    "AAPL ",
    "A B",
    "A,B",
    "A\"",
    "A\\",
    "A*",
    "*",
    "A#",
    "A$",
    "A%",
    "A(",
    "A;",
    "A<",
    "A?",
    "A[",
    "A'",
    "A`",
    "A{",
    "A|",
    "A~",
    "\xc3\xa4",
    "A\n",
    "A\x7f",
    std::string("A\0", 2),
  };
  for (const auto& c : bad) {
    CAF_MESSAGE(c);
    CAF_CHECK(!symbol_name::valid(c));
    CAF_CHECK(!symbol_name::parse(c));
  }
}

CAF_TEST(names compare and hash by their text) {
  auto a = *symbol_name::parse("A");
  auto b = *symbol_name::parse("B");
  CAF_CHECK(a < b);
  CAF_CHECK(a == *symbol_name::parse("A"));
  std::hash<symbol_name> hash;
  CAF_CHECK_EQUAL(hash(a), hash(*symbol_name::parse("A")));
  CAF_CHECK_NOT_EQUAL(hash(a), hash(b));
}

CAF_TEST(names cross nodes and others do not ) {
  symbol_name x;
  CAF_CHECK_EQUAL(load(save(*symbol_name::parse("BRK.B")), x), caf::none);
  CAF_CHECK_EQUAL(x.str(), "BRK.B");
  for (std::string text :
       {"", "A B", "A\"B", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(load(save(text), x), caf::sec::invalid_argument);
    CAF_CHECK_EQUAL(x.str(), "");
  }
}

} // namespace
