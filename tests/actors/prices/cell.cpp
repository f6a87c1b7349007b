#define CAF_SUITE actors.prices.cell

#include "livegrid/actors/prices/cell.hpp"

#include <set>
#include <string>
#include <string_view>

#include "written_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

std::string in_backticks(std::string_view name) {
  return '`' + std::string{name} + '`';
}

/// README's table of what a tick may bring.
std::string table_of_fields() {
  std::string result = "| field | effect |\n|---|---|\n";
  auto line = [&](const std::string& name, std::string_view doc) {
    result.append("| ").append(name).append(" | ").append(doc) += " |\n";
  };
  std::string computed;
  for (const auto& x : known_cells)
    if (x.kind == cell_kind::computed)
      computed += (computed.empty() ? "" : ", ") + in_backticks(x.name);
    else if (x.kind != cell_kind::symbol)
      line(in_backticks(x.name), x.doc);
  line("any other name (`a-z A-Z 0-9 _`)",
       "a cell of that name, which a widget may show");
  line(computed, "ignored: the node says these itself");
  return result;
}

CAF_TEST(each cell has a name that is its alone) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < fixed_cells; ++i) {
    auto x = static_cast<cell>(i);
    CAF_MESSAGE(to_string(x));
    CAF_CHECK(!to_string(x).empty());
    CAF_CHECK(names.insert(to_string(x)).second);
    CAF_CHECK(parse_cell(to_string(x)) == x);
    CAF_CHECK_EQUAL(index(x), i);
  }
}

CAF_TEST(a row begins with the standard cells of a Live Grid) {
  const std::string_view standard[] = {"date",      "symbol",         "price",
                                       "change",    "change_percent", "volume",
                                       "market_cap"};
  static_assert(std::size(standard) == standard_cells);
  for (std::size_t i = 0; i < standard_cells; ++i)
    CAF_CHECK_EQUAL(to_string(static_cast<cell>(i)), standard[i]);
}

CAF_TEST(what is not the whole name of a cell is none) {
  for (std::string_view bad : {"",
                               "x",
                               "dat",
                               "dates",
                               "Price",
                               "price ",
                               " price",
                               "symbol_",
                               "change-percent",
                               "change_percents",
                               "prev_closes",
                               "bids",
                               "xid",
                               "xow",
                               "low\n",
                               "tome",
                               "prize",
                               "chanje",
                               "volumes",
                               "xid_size",
                               "market_cop",
                               "frashness",
                               "extra",
                               "type"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!parse_cell(bad));
  }
  CAF_CHECK(!parse_cell(std::string_view{"bid\0", 4}));
  CAF_CHECK(!parse_cell(std::string(1000, 'x')));
}

CAF_TEST(an extra cell has a name of its own) {
  for (std::string_view good : {"x", "Price", "PRICE", "_", "0", "venue_2",
                                "Type", "types", "symbols"}) {
    CAF_MESSAGE(good);
    CAF_CHECK(extra_cell::valid_name(good));
  }
  CAF_CHECK(extra_cell::valid_name(std::string(32, 'x')));
  CAF_CHECK(!extra_cell::valid_name(std::string(33, 'x')));
  for (std::string_view bad :
       {"", "type", " x", "x ", "a-b", "a.b", "a\"b", "\xC3\xA9"}) {
    CAF_MESSAGE(bad);
    CAF_CHECK(!extra_cell::valid_name(bad));
  }
  CAF_CHECK(!extra_cell::valid_name(std::string_view{"x\0", 2}));
  for (std::size_t i = 0; i < fixed_cells; ++i)
    CAF_CHECK(!extra_cell::valid_name(to_string(static_cast<cell>(i))));
}

CAF_TEST(extra cells are the same if name and value are) {
  const extra_cell x{"a", "1"};
  CAF_CHECK(x == (extra_cell{"a", "1"}));
  CAF_CHECK(x != (extra_cell{"b", "1"}));
  CAF_CHECK(x != (extra_cell{"a", "1.0"}));
}

CAF_TEST(what a tick may say of a cell is told) {
  for (const auto& x : known_cells) {
    CAF_MESSAGE(x.name);
    CAF_CHECK_EQUAL(x.doc.empty(), x.kind == cell_kind::computed);
  }
}

CAF_TEST(the table in README is what the cells make of it) {
  CAF_CHECK_EQUAL(test::fault_of_table("README.md", table_of_fields()), "");
}

} // namespace
