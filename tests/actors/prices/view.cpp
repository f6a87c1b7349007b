#define CAF_SUITE actors.prices.view

#include "livegrid/actors/prices/view.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/prices/row.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using names = std::vector<std::string>;

/// A row with two extra cells of which price and `vwap` changed.
row_ptr make_row() {
  cell_set changed;
  changed.set(index(cell::price));
  changed.set(fixed_cells + 1);
  row_builder x{*symbol_name::parse("AAPL"), {.version = 7}, changed};
  x.set(cell::symbol, "\"AAPL\"");
  x.set(cell::price, "150.25");
  x.set(cell::volume, "1000");
  x.add_extra("note", "\"a\\\"b\"");
  x.add_extra("vwap", "149.5");
  return std::move(x).finish();
}

std::string whole(const view& v, const row& x) {
  std::string out = "|";
  v.append_row(out, x);
  return out;
}

CAF_TEST(whole rows) {
  struct {
    const char* name;
    names cells;
    const char* json;
  } cases[] = {
    {"in the order of the view",
     {"price", "symbol"},
     R"(|{"price":150.25,"symbol":"AAPL"})"},
    {"unknown cells are null",
     {"symbol", "bid", "date", "nothing"},
     R"(|{"symbol":"AAPL","bid":null,"date":null,"nothing":null})"},
    {"extra cells",
     {"vwap", "symbol", "note"},
     R"(|{"vwap":149.5,"symbol":"AAPL","note":"a\"b"})"},
    {"names are escaped",
     {"a\"b\\c", "tab\t", "\x1f", "\xc3\xa4", ""},
     R"(|{"a\"b\\c":null,"tab\u0009":null,"\u001f":null,)"
     "\"\xc3\xa4\":null,\"\":null}"},
    {"no cells", {}, "|{}"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(whole(view{c.cells, {}}, *make_row()), c.json);
  }
}

CAF_TEST(the row of a symbol that has not traded) {
  view v{{"date", "symbol", "price", "vwap"}, {"symbol"}};
  CAF_CHECK_EQUAL(whole(v, *row::vacant(*symbol_name::parse("X/Y"))),
                  R"(|{"date":null,"symbol":"X/Y","price":null,"vwap":null})");
}

CAF_TEST(changes) {
  struct {
    const char* name;
    names cells;
    names row_id;
    const char* json; // empty if nothing is to be sent
  } cases[] = {
    {"the row id and what changed",
     {"volume", "price", "symbol", "note", "vwap"},
     {"symbol"},
     R"({"price":150.25,"symbol":"AAPL","vwap":149.5})"},
    {"the row id alone is nothing", {"symbol", "volume"}, {"symbol"}, ""},
    {"a row id of two cells",
     {"note", "volume", "vwap", "symbol"},
     {"symbol", "note"},
     R"({"note":"a\"b","vwap":149.5,"symbol":"AAPL"})"},
    {"a row id that changed is a change",
     {"price", "volume"},
     {"price"},
     R"({"price":150.25})"},
    {"a row id that the row lacks",
     {"venue", "price"},
     {"venue"},
     R"({"venue":null,"price":150.25})"},
    {"a tape", {"symbol", "price"}, {}, R"({"price":150.25})"},
    {"nothing shown changed", {"bid", "nothing"}, {}, ""},
    {"no cells", {}, {}, ""},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    view v{c.cells, c.row_id};
    CAF_CHECK_EQUAL(v.has_row_id(), !c.row_id.empty());
    auto x = make_row();
    std::string out = "|";
    auto any = v.append_changes(out, *x, x->changed());
    CAF_CHECK_EQUAL(out, "|" + std::string{c.json});
    CAF_CHECK_EQUAL(any, *c.json != '\0');
  }
}

CAF_TEST(changes of several rows may be put together) {
  view v{{"symbol", "price", "volume"}, {"symbol"}};
  auto x = make_row();
  auto changed = x->changed();
  changed.set(index(cell::volume));
  std::string out;
  CAF_CHECK(v.append_changes(out, *x, changed));
  CAF_CHECK_EQUAL(out, R"({"symbol":"AAPL","price":150.25,"volume":1000})");
}

} // namespace
