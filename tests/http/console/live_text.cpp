#define CAF_SUITE http.console.live_text

#include "livegrid/http/console/live_text.hpp"

#include <string>
#include <vector>

#include "livegrid/http/console/terminal_text.hpp"

#include "text_lines.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using livegrid::test::lines_of;

namespace {

using strings = std::vector<std::string>;

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != text.npos;
}

console_answer watched(std::uint64_t version, const std::string& price) {
  console_answer result;
  result.lists.push_back(
    {.columns = {"version", "symbol", "price", "change", "change_percent",
                 "volume", "bid", "ask", "seq", "freshness"},
     .rows = {{std::to_string(version), "AAPL", price, "1.25", "0.008",
               "12345678", "150.4", "150.6", "99", "live"}}});
  return result;
}

/// What a busy node answers.
console_answer busy(std::size_t symbols, std::size_t subscribers) {
  console_answer result;
  auto& node = result.parts.emplace_back(actor_status{"node", "1.0.0", {}});
  for (int i = 0; i < 30; ++i)
    node.facts.emplace_back("some_fact_" + std::to_string(i), "123456");
  node.facts.emplace_back("ticks_per_s", "777");
  auto& busiest = result.lists.emplace_back();
  busiest.title = "busiest symbols";
  busiest.columns = {"symbol", "price",       "change",   "ticks/s",
                     "age",    "subscribers", "freshness"};
  for (std::size_t i = 0; i < symbols; ++i)
    busiest.rows.push_back({"SYM" + std::to_string(i), "150.5", "-1.25", "12.5",
                            "3ms", "2", "live"});
  auto& slowest = result.lists.emplace_back();
  slowest.title = "slowest subscribers";
  slowest.columns = {"id",        "peer",   "age",     "symbols", "rows/s",
                     "delivered", "merged", "waiting", "lag B",   "verdict"};
  for (std::size_t i = 0; i < subscribers; ++i)
    slowest.rows.push_back({"9" + std::to_string(i), "127.0.0.1:54321", "3m",
                            "500", "1000", "123456", "1234", "12", "98765",
                            "network"});
  return result;
}

std::size_t count(const strings& lines, std::string_view what) {
  std::size_t result = 0;
  for (const auto& line : lines)
    result += contains(line, what) ? 1 : 0;
  return result;
}

/// The lines of a screen, none wider than it, and room for the cursor.
strings screen(const console_answer& x, std::size_t width, std::size_t height) {
  auto lines = lines_of(to_screen(x, width, height));
  CAF_CHECK_LESS(lines.size(), height);
  for (auto& line : lines) {
    line.resize(line.find("\x1b[K"));
    if (line.starts_with("\x1b[H"))
      line.erase(0, 3);
    CAF_CHECK_LESS_OR_EQUAL(columns_of(line), width);
    CAF_CHECK(!contains(line, "…"));
  }
  return lines;
}

} // namespace

CAF_TEST(watch_shows_the_freshness_on_any_terminal) {
  for (std::size_t width : {0, 130, 80, 60, 40}) {
    CAF_MESSAGE(width);
    watch_table table;
    auto lines = lines_of(table.add(watched(1, "150.5"), width));
    CAF_REQUIRE_EQUAL(lines.size(), 2u);
    for (auto name : {"price", "freshness"})
      CAF_CHECK(contains(lines[0], name));
    CAF_CHECK(lines[1].ends_with("live"));
    for (const auto& line : lines) {
      CAF_CHECK(!contains(line, "…"));
      CAF_CHECK(width == 0 || columns_of(line) <= width);
    }
    CAF_CHECK_EQUAL(contains(lines[0], "seq"), width == 0 || width == 130);
  }
}

CAF_TEST(watch_has_a_new_header_when_other_columns_fit) {
  watch_table table;
  table.add(watched(1, "150.5"), 80);
  CAF_CHECK_EQUAL(lines_of(table.add(watched(2, "151"), 80)).size(), 1u);
  CAF_CHECK_EQUAL(lines_of(table.add(watched(3, "151"), 60)).size(), 2u);
  auto lines = lines_of(table.add(watched(4, "123456789012.25"), 40));
  CAF_REQUIRE_EQUAL(lines.size(), 2u);
  CAF_CHECK(lines[1].ends_with("live"));
}

CAF_TEST(top_shares_the_height_between_its_tables) {
  auto small = screen(busy(10, 10), 40, 10);
  CAF_CHECK_EQUAL(small.size(), 9u);
  CAF_CHECK_EQUAL(count(small, "SYM"), 2u);
  CAF_CHECK_EQUAL(count(small, "98765"), 1u);
  CAF_CHECK_EQUAL(count(small, "ticks_per_s"), 1u);
  CAF_CHECK_EQUAL(count(small, "verdict"), 1u);
  auto usual = screen(busy(10, 10), 80, 24);
  CAF_CHECK_EQUAL(usual.size(), 23u);
  CAF_CHECK_EQUAL(count(usual, "SYM"), 7u);
  CAF_CHECK_EQUAL(count(usual, "98765"), 7u);
  CAF_CHECK_EQUAL(count(usual, "ticks_per_s"), 1u);
}

CAF_TEST(top_gives_one_table_what_the_other_does_not_need) {
  for (auto [symbols, subscribers] :
       {std::pair<std::size_t, std::size_t>{10, 1}, {1, 10}}) {
    auto lines = screen(busy(symbols, subscribers), 80, 24);
    CAF_CHECK_EQUAL(count(lines, "SYM"), symbols);
    CAF_CHECK_EQUAL(count(lines, "98765"), subscribers);
  }
}
