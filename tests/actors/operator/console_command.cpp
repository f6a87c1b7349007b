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
        "rebalance --here", "help"})
    CAF_CHECK_EQUAL(console_command::parse(line).str(), line);
  // What has no value takes none from the words behind it.
  auto x = console_command::parse("close --ask 7 why");
  CAF_CHECK(x.args == (strings{"7", "why"}));
}
