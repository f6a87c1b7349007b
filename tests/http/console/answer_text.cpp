#define CAF_SUITE http.console.answer_text

#include "livegrid/http/console/answer_text.hpp"

#include <string>

#include "unit_test.hpp"

using namespace livegrid;

namespace {

console_answer table(std::vector<std::string> columns,
                     std::vector<std::vector<std::string>> rows) {
  console_answer result;
  result.lists.push_back(
    {.columns = std::move(columns), .rows = std::move(rows)});
  return result;
}

} // namespace

CAF_TEST(columns_line_up_and_numbers_are_on_the_right) {
  auto x = table({"symbol", "price"}, {{"A", "1.5"}, {"LONGER", "10"}});
  CAF_CHECK_EQUAL(to_text(x, 0), "symbol  price\n"
                                 "A         1.5\n"
                                 "LONGER     10\n");
}

CAF_TEST(a_table_fits_the_terminal) {
  auto wide = std::string(60, 'x');
  auto x = table({"id", "agent", "verdict"}, {{"1", wide, wide}});
  for (std::size_t width : {100, 80, 40, 20, 10, 3}) {
    auto text = to_text(x, width);
    for (std::size_t at = 0; at < text.size();) {
      auto end = text.find('\n', at);
      auto line = text.substr(at, end - at);
      // Dots are three bytes for one column.
      std::size_t columns = 0;
      for (auto c : line)
        columns += (static_cast<unsigned char>(c) & 0xc0u) != 0x80u;
      CAF_CHECK_LESS_OR_EQUAL(columns, width);
      at = end + 1;
    }
  }
}

CAF_TEST(what_came_from_outside_cannot_move_the_cursor) {
  auto x = table({"agent"}, {{"a\x1b[2J\xc2\x9b"
                              "1A\xff\n"}});
  x.parts.push_back({"subscriber", "1\r", {{"user_agent", "b\x1b]0;t\a"}}, {}});
  x.note = "c\x9b\n";
  CAF_CHECK_EQUAL(to_text(x, 80), "subscriber 1?\n"
                                  "  user_agent           b?]0;t?\n"
                                  "agent\n"
                                  "a?[2J?1A??\n"
                                  "c??\n");
}

CAF_TEST(json_is_ascii_and_valid) {
  console_answer x;
  x.note = "ü\x1b\xff\xc2\x9b";
  CAF_CHECK_EQUAL(
    to_json(x), R"({"parts":[],"lists":[],"note":"\u00FC\u001B\uFFFD\u009B"})");
}

CAF_TEST(facts_that_are_numbers_or_booleans_are_so_in_json) {
  console_answer x;
  x.parts.push_back({"node",
                     "0.1",
                     {{"symbols", 5u},
                      {"paused", false},
                      {"cpu_s", fact_value::json("1.50")},
                      {"price", fact_value::json("null")},
                      {"name", "600519"},
                      {"cell", fact_value::json("\"7\"")},
                      {"word", fact_value::json("inf")},
                      {"none", fact_value::json("")}},
                     {}});
  CAF_CHECK_EQUAL(to_json(x),
                  R"({"parts":[{"kind":"node","name":"0.1","facts":{)"
                  R"("symbols":5,"paused":false,"cpu_s":1.50,"price":null,)"
                  R"("name":"600519","cell":"7","word":"inf","none":""}}],)"
                  R"("lists":[],"note":""})");
}

CAF_TEST(a_list_without_columns_has_but_its_title) {
  auto x = table({}, {});
  x.lists.front().title = "busy";
  for (std::size_t width : {0, 1, 80})
    CAF_CHECK_EQUAL(to_text(x, width), "busy\n");
}
