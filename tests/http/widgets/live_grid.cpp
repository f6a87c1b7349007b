#define CAF_SUITE http.widgets.live_grid

#include "livegrid/http/widgets/live_grid.hpp"

#include <string>
#include <vector>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"

#include "widget_texts.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

std::string refuse(const std::string& text) {
  auto result = parse_widgets(text, "w.json");
  return result ? "accepted" : result.error();
}

std::string definition(const std::string& id, const std::string& more) {
  return '"' + id + R"(":{"name":"n","description":"d","type":"live_grid",)"
         + more + '}';
}

/// A file with one live_grid called g.
std::string grid(const std::string& more) {
  return '{' + definition("g", more) + '}';
}

std::string table(const std::string& more, const std::string& data = "") {
  return grid(R"("endpoint":"rows","wsEndpoint":"feed","data":{)" + data
              + R"("table":{)" + more + "}}");
}

} // namespace

CAF_TEST(rows_hold_the_declared_cells_in_order) {
  struct {
    const char* name;
    std::string text;
    names cells;
    names row_id;
  } cases[] = {
    {"declared columns alone",
     table(R"("columnsDefs":[{"field":"price","headerName":"P"},)"
           R"({"field":"symbol","headerName":"S"}])",
           R"("wsRowIdColumn":"symbol",)"),
     {"price", "symbol"},
     {"symbol"}},
    {"showAll puts the standard cells first",
     table(R"("showAll":true,"columnsDefs":[{"field":"bid","headerName":"B"},)"
           R"({"field":"price","headerName":"P"}])"),
     {"date", "symbol", "price", "change", "change_percent", "volume",
      "market_cap", "bid"},
     {}},
    {"the row id and the colours' cells come behind",
     table(R"("showAll":false,"columnsDefs":[{"field":"price",)"
           R"("headerName":"P","renderFnParams":{"colorValueKey":"trend"}},)"
           R"({"field":"size","headerName":"S",)"
           R"("renderFnParams":{"colorValueKey":"price"}}])",
           R"("wsRowIdColumns":["venue","symbol"],)"),
     {"price", "size", "venue", "symbol", "trend"},
     {"venue", "symbol"}},
    {"no columns", grid(R"("endpoint":"rows")"), standard, {}},
    {"no columns but a row id",
     grid(R"("endpoint":"rows","data":{"wsRowIdColumn":["symbol","venue"]})"),
     {"date", "symbol", "price", "change", "change_percent", "volume",
      "market_cap", "venue"},
     {"symbol", "venue"}},
    {"an empty array declares nothing",
     table(R"("columnsDefs":[])"),
     standard,
     {}},
    {"an empty row id is none",
     grid(R"("endpoint":"rows","data":{"wsRowIdColumn":""})"),
     standard,
     {}},
    {"the plural spelling counts",
     grid(R"("endpoint":"rows","data":{"wsRowIdColumn":"price",)"
          R"("wsRowIdColumns":["symbol"]})"),
     standard,
     {"symbol"}},
    {"an empty colour key is none",
     table(R"("columnsDefs":[{"field":"price","headerName":"P",)"
           R"("renderFnParams":{"colorValueKey":""}}])"),
     {"price"},
     {}},
    {"any key",
     table(R"("columnsDefs":[{"field":"a \"b\"\n\u00e9","headerName":"P"}])"),
     {"a \"b\"\n\xC3\xA9"},
     {}},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    auto set = accept(c.text);
    CAF_REQUIRE_EQUAL(set.widgets.size(), 1u);
    const auto& x = set.widgets[0];
    CAF_CHECK_EQUAL(x.cells, c.cells);
    CAF_CHECK_EQUAL(row_keys(x), c.cells);
    CAF_CHECK_EQUAL(x.row_id, c.row_id);
    CAF_CHECK_EQUAL(x.view->has_row_id(), !c.row_id.empty());
  }
}

CAF_TEST(what_cannot_be_served_is_refused) {
  auto column = [](const std::string& field, const std::string& more = "") {
    return R"({"field":")" + field + R"(","headerName":"H")" + more + '}';
  };
  auto columns = [&](const std::string& defs) {
    return table(R"("columnsDefs":[)" + defs + ']');
  };
  auto color = [&](const std::string& key) {
    return columns(
      column("p", R"(,"renderFnParams":{"colorValueKey":")" + key + R"("})"));
  };
  auto data = [](const std::string& more) {
    return grid(R"("endpoint":"rows","data":{)" + more + '}');
  };
  struct {
    std::string text;
    const char* reason;
  } cases[] = {
    {columns(column("a") + ',' + column("b") + ',' + column("a")),
     R"(data.table.columnsDefs[2].field: "a" is declared twice)"},
    {columns(column("")),
     "data.table.columnsDefs[0].field: must be 1 to 64 bytes long"},
    {columns(column("a") + ',' + column(std::string(65, 'x'))),
     "data.table.columnsDefs[1].field: must be 1 to 64 bytes long"},
    {color(std::string(65, 'x')), "data.table.columnsDefs[0].renderFnParams."
                                  "colorValueKey: must be 1 to 64 "
                                  "bytes long"},
    {data(R"("wsRowIdColumn":"last price")"),
     R"(data.wsRowIdColumn: "last price" names no cell)"},
    {data(R"("wsRowIdColumn":["symbol","type"])"),
     R"(data.wsRowIdColumn[1]: "type" names no cell)"},
    {data(R"("wsRowIdColumns":["symbol",""])"),
     R"(data.wsRowIdColumns[1]: "" names no cell)"},
    {data(R"("wsRowIdColumns":["symbol","venue","symbol"])"),
     R"(data.wsRowIdColumns[2]: "symbol" is there twice)"},
    {grid(R"("endpoint":"rows/{symbol}")"),
     R"(endpoint: "rows/{symbol}" has a {param} in it: the service serves )"
     "fixed paths, and takes params in the query"},
    {grid(R"("endpoint":"rows","wsEndpoint":"wss://h/x")"),
     R"(wsEndpoint: "wss://h/x" must be a path of this service, not a URL)"},
    {columns(column("a") + ',' + column("b", R"(,"formatterFn":"currency")")),
     R"(data.table.columnsDefs[1].formatterFn: "currency" is none of int, )"
     "none, percent, normalized, normalizedPercent, dateToYear"},
    {grid(R"("endpoint":"rows","gridData":{"w":50,"h":9})"),
     "gridData.w: must be a number from 0 to 40, not 50"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.reason);
    CAF_CHECK_EQUAL(refuse(c.text),
                    std::string{R"(w.json: widget "g": )"} + c.reason);
  }
  CAF_MESSAGE("64 bytes are read");
  CAF_CHECK_EQUAL(refuse(columns(column(std::string(64, 'x')))), "accepted");
  CAF_CHECK_EQUAL(refuse(color(std::string(64, 'x'))), "accepted");
  CAF_MESSAGE("other types may declare what they like");
  CAF_CHECK_EQUAL(refuse(R"({"t":{"name":"n","description":"d",)"
                         R"("endpoint":"https://h/{x}","data":{"table":)"
                         R"({"columnsDefs":[)"
                         + column("") + ',' + column("") + "]}}}}"),
                  "accepted");
}

CAF_TEST(one_bad_widget_refuses_the_file) {
  auto good = definition("a", R"("endpoint":"a")");
  CAF_CHECK_EQUAL(
    refuse('{' + good + ',' + definition("b\\n", R"("endpoint":7)") + '}'),
    R"(w.json: widget "b\n": endpoint: must be a string, )"
    "not 7");
  CAF_CHECK_EQUAL(refuse('{' + good + R"(,"":{}})"),
                  R"(w.json: widget "": an id may not be empty)");
  CAF_CHECK_EQUAL(refuse("[]"),
                  "w.json: must be an object of widgets by their ids, not an "
                  "array");
}
