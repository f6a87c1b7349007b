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
  // Octal escapes end by themselves, so that a letter may follow.
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
    "L'Or\303\251al (Paris); #1 ~ {50%} [x] <y> |z`",
    "\303\205LB",                                       // a letter of Danish
    "\350\264\265\345\267\236\350\214\205\345\217\260", // Chinese
    "\340\244\271\340\244\277", // Hindi: a letter with its vowel
    "e\314\201",                // an e and an accent
    "\360\220\220\200",         // a letter beyond 16 bits
    "--help",
    "-",
    std::string(64, 'x'),
    std::string(62, 'x') + "\303\205",
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
    std::string(63, 'x') + "\303\205",
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
    "A\177",
    std::string("A\0B", 3),
    "\377",
    "A\303",            // half a character
    "\205",             // the other half
    "\300\257",         // a slash that is longer than it is
    "\340\200\257",     // and longer still
    "\355\240\200",     // half of a pair
    "\364\220\200\200", // beyond Unicode
    "A\342\200\250B",   // a line separator
    "A\342\200\213B",   // a blank without width
    "A\342\200\215B",   // a joiner without width
    "A\342\200\256B",   // from right to left
    "A\342\201\246B",   // an isolate
    "\357\273\277A",    // a mark of byte order
    "A\302\240B",       // a blank that does not break
    "A\302\255B",       // a hyphen that is not shown
    "A\302\205B",       // a control character
    "\341\205\237",     // a letter that shows nothing
    "\343\205\244",     // and another
    "A\357\270\217",    // a mark that shows nothing
    "\314\201e",        // an accent without a letter
    "A \314\201",       // and one on a blank
    "\342\202\254",     // a sign, not a letter
    "\360\237\230\200", // a picture
    "\356\200\200",     // for private use
    "\357\277\275",     // what stands for broken text
    "\315\270",         // nothing yet
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
                            {"\303\251", "e\314\201"}})
    CAF_CHECK(*symbol_name::parse(one) != *symbol_name::parse(other));
  CAF_CHECK(*symbol_name::parse("z") < *symbol_name::parse("\303\205"));
}

CAF_TEST(names cross nodes and others do not ) {
  symbol_name x;
  for (const auto* text : {"BRK.B", "NIFTY 50", "\303\205LB"}) {
    CAF_CHECK_EQUAL(load(save(*symbol_name::parse(text)), x), caf::none);
    CAF_CHECK_EQUAL(x.str(), text);
  }
  for (const std::string& text :
       {std::string{}, std::string{"A "}, std::string{"A\"B"},
        std::string(65, 'A'), std::string{"\377"}}) {
    CAF_MESSAGE(text);
    CAF_CHECK_EQUAL(load(save(text), x), caf::sec::invalid_argument);
    CAF_CHECK_EQUAL(x.str(), "");
  }
}

} // namespace
