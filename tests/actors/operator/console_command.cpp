#define CAF_SUITE actors.operator.console_command

#include "livegrid/actors/operator/console_command.hpp"

#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using strings = std::vector<std::string>;

} // namespace

CAF_TEST(a command reads back as itself) {
  for (const std::string line :
       {"symbols A* --page=2 --sort=rate", "close 7 for a reason --ask",
        "rebalance --here", "help", "symbol \"NIFTY 50\"",
        "symbols \"AAPL  24*\" --page=2", "symbol \"--X\"", "symbol \"\"",
        "symbols --sort=\"a b\""})
    CAF_CHECK_EQUAL(console_command::parse(line).str(), line);
  // What has no value takes none from the words behind it.
  auto x = console_command::parse("close --ask 7 why");
  CAF_CHECK(x.args == (strings{"7", "why"}));
}

CAF_TEST(what stands in quotes is one word) {
  struct {
    std::string line;
    strings args;
  } cases[] = {
    {"symbol \"NIFTY 50\"", {"NIFTY 50"}},
    {"symbol \"AAPL  240119C00150000\"", {"AAPL  240119C00150000"}},
    {"why 7 \"A B\" ", {"7", "A B"}},
    {"symbol AAPL\"  24\"C", {"AAPL  24C"}},
    {"symbol \"--page=2\"", {"--page=2"}},
    {"symbol \"\"", {""}},
    {"symbol L'OR", {"L'OR"}},
    // What nobody closes goes on to the end.
    {"symbol \"NIFTY 50", {"NIFTY 50"}},
    {"symbol NIFTY\"", {"NIFTY"}},
  };
  for (auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(console_command::parse(c.line).args, c.args);
    CAF_CHECK(console_command::parse(c.line).options.empty());
  }
  auto x = console_command::parse("symbols --sort \"a b\" --page=\"1 2\" c");
  CAF_CHECK_EQUAL(x.options["sort"], "a b");
  CAF_CHECK_EQUAL(x.options["page"], "1 2");
  CAF_CHECK_EQUAL(x.args, (strings{"c"}));
}
