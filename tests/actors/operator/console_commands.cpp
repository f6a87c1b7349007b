#define CAF_SUITE actors.operator.console_commands

#include "livegrid/actors/operator/console_commands.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "console_fixture.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// The commands that README's table explains, as they are typed: what stands
/// between back quotes in the first cell of each line of the table.
strings commands_of_readme() {
  const auto* root = std::getenv("LIVEGRID_SOURCE");
  CAF_REQUIRE(root != nullptr);
  std::ifstream file{std::string{root} + "/README.md"};
  std::string line;
  while (std::getline(file, line) && line != "| command | answer |")
    continue;
  strings result;
  while (std::getline(file, line) && line.starts_with('|')) {
    auto cell = line.substr(0, line.find(" | "));
    for (std::size_t begin = 0;
         (begin = cell.find('`', begin)) != std::string::npos;) {
      auto end = cell.find('`', begin + 1);
      CAF_REQUIRE(end != std::string::npos);
      result.emplace_back(cell.substr(begin + 1, end - begin - 1));
      // It would end the cell otherwise.
      std::erase(result.back(), '\\');
      begin = end + 1;
    }
  }
  return result;
}

} // namespace

CAF_TEST(README explains each command) {
  // The operator's program has one of its own.
  strings want{"quit"};
  for (const auto& x : all_commands())
    want.emplace_back(std::string{x.name} + (x.args.empty() ? "" : " ")
                      + std::string{x.args});
  auto is = commands_of_readme();
  std::sort(want.begin(), want.end());
  std::sort(is.begin(), is.end());
  CAF_CHECK_EQUAL(is, want);
}

CAF_TEST(each command has a name of its own and takes the options it shows) {
  strings names;
  for (const auto& x : all_commands()) {
    CAF_MESSAGE(std::string{x.name});
    names.emplace_back(x.name);
    CAF_CHECK(x.min_args <= x.max_args);
    for (auto at = x.args.find("--"); at != x.args.npos;
         at = x.args.find("--", at + 2)) {
      auto option = x.args.substr(at + 2);
      option = option.substr(0, option.find_first_of("=]"));
      CAF_CHECK(std::find(x.options.begin(), x.options.end(), option)
                != x.options.end());
    }
  }
  std::sort(names.begin(), names.end());
  CAF_CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

CAF_TEST_FIXTURE_SCOPE(console_commands_tests, console_fixture)

CAF_TEST(help lists what there is) {
  open();
  CAF_CHECK_EQUAL(first_cells("help"),
                  "status symbols symbol subscribers subscriber why ledger "
                  "feeds pause resume sessions roll actors watch top settings "
                  "events log close nodes "
                  "where move drain rebalance help");
  CAF_CHECK_EQUAL(first_cells("help close"), "close");
}

CAF_TEST(a line that cannot be is refused) {
  struct {
    const char* line;
    const char* why;
  } cases[] = {
    {"", "'' is no command; try help"},
    {"statu", "'statu' is no command; try help; did you mean status?"},
    {"help statu", "'statu' is no command; try help; did you mean status?"},
    {"help a b", "usage: help [COMMAND]"},
    {"status now", "usage: status "},
    {"status --page=1", "'--page' is no option of status"},
    {"symbols A B", "usage: symbols [PATTERN] "
                    "[--sort=rate|subscribers|age|name] [--page=N]"},
    {"symbols --sort=ticks",
     "--sort: 'ticks' is none of name, age, rate, subscribers"},
    {"symbols --page=0", "--page: '0' is no page number"},
    {"symbols --page=2", "--page: there are 1"},
    {"symbols --page", "--page: '' is no page number"},
    {"symbols --page=1x", "--page: '1x' is no page number"},
    {"symbols --all", "'--all' is no option of symbols"},
    {"symbol", "usage: symbol NAME [--sort=age|lag|merged|rate] [--page=N]"},
    {"symbol A?", "'A?' is no symbol name"},
    {"subscribers a b", "usage: subscribers [PATTERN] "
                        "[--sort=age|lag|merged|rate] [--page=N]"},
    {"events --page=2", "--page: there are 1"},
    {"subscribers --sort=", "--sort: '' is none of age, lag, merged, rate"},
    {"subscribers --page=9", "--page: there are 1"},
    {"subscriber", "usage: subscriber ID"},
    {"subscriber x", "'x' is no subscriber's id"},
    {"subscriber 99999999999999999999",
     "'99999999999999999999' is no subscriber's id"},
    {"why 7", "usage: why ID NAME"},
    {"why A 7", "'A' is no subscriber's id"},
    {"why 7 A?", "'A?' is no symbol name"},
    {"ledger -1", "'-1' is no subscriber's id"},
    {"ledger --sort=age", "'--sort' is no option of ledger"},
    {"ledger --page=2", "--page: there are 1"},
    {"feeds post", "usage: feeds "},
    {"pause", "usage: pause FEED [--ask]"},
    {"resume", "usage: resume FEED"},
    {"pause a b", "usage: pause FEED [--ask]"},
    {"actors market", "usage: actors [--sort=mailbox|rate|busy] [--page=N]"},
    {"actors --sort=age", "--sort: 'age' is none of mailbox, rate, busy"},
    {"actors --page=2", "--page: there are 1"},
    {"watch", "usage: watch NAME [--count=N]"},
    {"watch \"A \"", "'A ' is no symbol name"},
    {"top 5", "usage: top [--count=N]"},
    {"settings all", "usage: settings "},
    {"log", "usage: log LEVEL"},
    {"close", "usage: close ID [REASON...] [--ask]"},
    {"close x", "'x' is no subscriber's id"},
  };
  open();
  for (const auto& c : cases) {
    CAF_MESSAGE(c.line);
    CAF_CHECK_EQUAL(refusal_of(c.line), c.why);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
