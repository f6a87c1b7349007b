#define CAF_SUITE actors.operator.symbol_lines

#include "livegrid/actors/operator/symbol_lines.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "console_lists.hpp"

using namespace livegrid;
using namespace livegrid::test;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<strings>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(symbol_lines_tests, symbol_list_fixture)

CAF_TEST(of many symbols only the owners of one page are asked) {
  open();
  constexpr std::size_t n = 100'000;
  for (std::size_t i = 0; i < n; ++i)
    market_does->owners.push_back(
      ref_of("S" + std::to_string(n + i), i, n - i));
  struct {
    const char* line;
    const char* first;
    std::size_t owners;
    std::size_t counted; ///< by each fan-out
  } cases[] = {
    {"symbols", "S100000", 50, 50},
    {"symbols --sort=rate", "S199999", 50, 50},
    {"symbols --sort=age", "S100000", 50, 50},
    // Only the fan-outs know who has many: all are counted there.
    {"symbols --sort=subscribers", "S100000", 50, n},
    {"symbols --page=2000", "S199950", 50, 50},
    {"symbols S19999? --sort=rate", "S199999", 10, 10},
    {"top", "S199999", 10, 10},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.line);
    symbol_does->asked = 0;
    for (auto& x : fans_do)
      x->counted = 0;
    CAF_CHECK_EQUAL(std::string{lines_of(c.line).at(0).at(0)}, c.first);
    CAF_CHECK_EQUAL(symbol_does->asked, c.owners);
    for (auto& x : fans_do)
      CAF_CHECK_EQUAL(x->counted, c.counted);
  }
  // Ticks wait for no more than that.
  CAF_CHECK_EQUAL(market_does->most_listed, max_symbols_listed);
}

CAF_TEST(a symbol that does not answer shows as that in its line) {
  open();
  auto good = std::make_shared<symbol_script>();
  good->summary.price = "5";
  symbol_does->mute = true;
  market_does->owners = {ref_of("BAD", 2000, 2000),
                         {name_of("GOOD"), make_symbol(good)}};
  auto x = late_answer_to("symbols");
  CAF_REQUIRE(x);
  // What the market knows of it is shown all the same.
  CAF_CHECK_EQUAL(
    x->lists.at(0).rows,
    (lines{{"BAD", "no answer in time", "", "2.0", "2s", "0", "live"},
           {"GOOD", "5", "", "0.0", "-", "0", "never"}}));
  answer_late(owner, symbol_does->open.at(0), symbol_summary{});
  CAF_CHECK(!heard());
}

CAF_TEST(a symbol that is gone shows as that in its line) {
  open();
  market_does->owners = {ref_of("A", 0, 0)};
  end(owner);
  auto x = lines_of("symbols");
  CAF_REQUIRE_EQUAL(x.size(), 1u);
  CAF_CHECK(x[0].at(1).starts_with("not available"));
  market_does->owners.clear();
}

CAF_TEST(a fan out that does not answer leaves the other one counted) {
  open();
  market_does->owners = {ref_of("A", 0, 0)};
  fans_do[0]->viewers = 5;
  fans_do[1]->viewers = 2;
  fans_do[0]->mute = true;
  auto x = late_answer_to("symbols");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->lists.at(0).rows.at(0).at(5), "2");
}

CAF_TEST_FIXTURE_SCOPE_END()
