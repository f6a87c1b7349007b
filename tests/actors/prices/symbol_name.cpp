#define CAF_SUITE actors.prices.symbol_name

#include "livegrid/actors/prices/symbol_name.hpp"

#include <string>
#include <utility>
#include <vector>

#include "wire.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::load;
using livegrid::test::save;

namespace {

CAF_TEST(names are those that markets have) {
  std::string good[] = {
    "A",
    "AAPL",
    "brk.b",
    "BRK.B",
    "BTC-USD",
    "EURUSD=X",
    "EUR/USD",
    "^GSPC",
    "$SPX",
    "ES=F",
    "CL1!",
    "NIFTY 50",
    "AAPL  240119C00150000",
    "X:BTC/USD",
    "a_b@c&d+e",
    "7203.T",
    "600519",
    "L'Or\xc3\xa9"
    "al (Paris); #1 ~ {50%} [x] <y> |z`",
    "\xc3\x85LB",                                       // a letter of Danish
    "\xe8\xb4\xb5\xe5\xb7\x9e\xe8\x8c\x85\xe5\x8f\xb0", // Chinese
    "\xe0\xa4\xb9\xe0\xa4\xbf", // Hindi: a letter with its vowel
    "e\xcc\x81",                // an e and an accent
    "\xf0\x90\x90\x80",         // a letter beyond 16 bits
    "--help",
    "-",
    std::string(64, 'x'),
    std::string(62, 'x') + "\xc3\x85",
  };
  for (const auto& c : good) {
    CAF_MESSAGE(c);
    CAF_CHECK(symbol_name::valid(c));
    auto x = symbol_name::parse(c);
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->str(), c);
  }
}

CAF_TEST(what cannot be told from another name or separates them is none) {
  std::string bad[] = {
    "",
    " ",
    std::string(65, 'x'),
    std::string(63, 'x') + "\xc3\x85",
    " AAPL",
    "AAPL ",
    "A,B",
    "A\"",
    "A\\",
    "A*",
    "*",
    "A?",
    "A\n",
    "A\tB",
    "A\x7f",
    std::string("A\0B", 3),
    "\xff",
    "A\xc3",            // half a character
    "\x85",             // the other half
    "\xc0\xaf",         // a slash that is longer than it is
    "\xe0\x80\xaf",     // and longer still
    "\xed\xa0\x80",     // half of a pair
    "\xf4\x90\x80\x80", // beyond Unicode
    "A\xe2\x80\xa8"
    "B", // a line separator
    "A\xe2\x80\x8b"
    "B", // a blank without width
    "A\xe2\x80\x8d"
    "B", // a joiner without width
    "A\xe2\x80\xae"
    "B", // from right to left
    "A\xe2\x81\xa6"
    "B", // an isolate
    "\xef\xbb\xbf"
    "A", // a mark of byte order
    "A\xc2\xa0"
    "B", // a blank that does not break
    "A\xc2\xad"
    "B", // a hyphen that is not shown
    "A\xc2\x85"
    "B",             // a control character
    "\xe1\x85\x9f",  // a letter that shows nothing
    "\xe3\x85\xa4",  // and another
    "A\xef\xb8\x8f", // a mark that shows nothing
    "\xcc\x81"
    "e",                // an accent without a letter
    "A \xcc\x81",       // and one on a blank
    "\xe2\x82\xac",     // a sign, not a letter
    "\xf0\x9f\x98\x80", // a picture
    "\xee\x80\x80",     // for private use
    "\xef\xbf\xbd",     // what stands for broken text
    "\xcd\xb8",         // nothing yet
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
  // Byte by byte: neither case, nor blanks, nor how a letter is composed.
  for (auto [one, other] : {std::pair{"aapl", "AAPL"},
                            {"NIFTY 50", "NIFTY  50"},
                            {"\xc3\xa9", "e\xcc\x81"}})
    CAF_CHECK(*symbol_name::parse(one) != *symbol_name::parse(other));
  CAF_CHECK(*symbol_name::parse("z") < *symbol_name::parse("\xc3\x85"));
}

CAF_TEST(names cross nodes and others do not ) {
  symbol_name x;
  for (const auto* text : {"BRK.B", "NIFTY 50", "\xc3\x85LB"}) {
    CAF_CHECK_EQUAL(load(save(*symbol_name::parse(text)), x), caf::none);
    CAF_CHECK_EQUAL(x.str(), text);
  }
  for (std::string text :
       {std::string{}, std::string{"A "}, std::string{"A\"B"},
        std::string(65, 'A'), std::string{"\xff"}}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(load(save(text), x), caf::sec::invalid_argument);
    CAF_CHECK_EQUAL(x.str(), "");
  }
}

} // namespace
