#define CAF_SUITE http.widgets.builtin_widgets

#include "livegrid/http/widgets/builtin_widgets.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "livegrid/actors/prices/view.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/widgets/widgets.hpp"

#include "widget_texts.hpp"

using namespace livegrid;
using namespace livegrid::test;

CAF_TEST(the built in widget is the documented example) {
  auto doc = parse(builtin_widgets());
  CAF_CHECK_EQUAL(keys_of(doc), (names{"live_grid", "market"}));
  struct {
    const char* pointer;
    const char* json;
  } cases[] = {
    {"/live_grid/name", R"("Live Grid")"},
    {"/live_grid/description", R"("Live Grid")"},
    {"/live_grid/type", R"("live_grid")"},
    {"/live_grid/endpoint", R"("live_grid_data")"},
    {"/live_grid/wsEndpoint", R"("live_grid_ws")"},
    {"/live_grid/gridData", R"({"w":20,"h":9})"},
    {"/live_grid/data/wsRowIdColumn", R"("symbol")"},
    {"/live_grid/data/table/showAll", "true"},
    {"/live_grid/data/table/columnsDefs/0",
     R"({"field":"symbol","headerName":"Symbol","enableCellChangeWs":true})"},
    {"/live_grid/data/table/columnsDefs/1",
     R"({"field":"price","headerName":"Price","renderFn":"showCellChange",)"
     R"("renderFnParams":{"colorValueKey":"change"},)"
     R"("enableCellChangeWs":true})"},
    {"/live_grid/data/table/columnsDefs/2",
     R"({"field":"change","headerName":"Change","hide":true,)"
     R"("enableCellChangeWs":true})"},
    {"/live_grid/data/table/columnsDefs/3",
     R"({"field":"change_percent","headerName":"Change %",)"
     R"("renderFn":"greenRed","enableCellChangeWs":true})"},
    {"/live_grid/data/table/columnsDefs/4",
     R"({"field":"volume","headerName":"Volume",)"
     R"("enableCellChangeWs":false})"},
    {"/live_grid/data/table/columnsDefs/5", "nothing"},
    {"/live_grid/params/0/paramName", R"("symbol")"},
    {"/live_grid/params/0/type", R"("text")"},
    {"/live_grid/params/0/multiSelect", "true"},
    {"/live_grid/params/0/value", R"("TSLA")"},
    {"/live_grid/params/0/options",
     R"([{"label":"AAPL","value":"AAPL"},{"label":"GOOGL","value":"GOOGL"},)"
     R"({"label":"MSFT","value":"MSFT"},{"label":"AMZN","value":"AMZN"},)"
     R"({"label":"TSLA","value":"TSLA"}])"},
    {"/live_grid/params/1", "nothing"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.pointer);
    CAF_CHECK_EQUAL(at(doc, c.pointer), c.json);
  }
  // A key beside these would make Workspace warn its user.
  CAF_CHECK_EQUAL(keys_of(doc["live_grid"]),
                  (names{"name", "description", "type", "endpoint",
                         "wsEndpoint", "gridData", "data", "params"}));
}

CAF_TEST(the documented widget is served at its documented paths) {
  auto set = builtin();
  CAF_CHECK_EQUAL(set.warnings, names{});
  CAF_CHECK_EQUAL(set.doubts, names{});
  CAF_REQUIRE_EQUAL(set.widgets.size(), 2u);
  const auto& x = set.widgets[0];
  CAF_CHECK_EQUAL(x.id, "live_grid");
  CAF_CHECK_EQUAL(x.endpoint_path, "/live_grid_data");
  CAF_CHECK_EQUAL(x.ws_path, "/live_grid_ws");
  CAF_CHECK_EQUAL(x.row_id, names{"symbol"});
  CAF_CHECK(x.view->has_row_id());
  CAF_CHECK_EQUAL(x.cells, (names{"date", "symbol", "price", "change",
                                  "change_percent", "volume", "market_cap"}));
}

// The documented example colours the price by a cell that no update reaches.
CAF_TEST(the built in colour follows live updates) {
  auto doc = parse(builtin_widgets());
  const auto* columns =
    rapidjson::Pointer{"/live_grid/data/table/columnsDefs"}.Get(doc);
  CAF_REQUIRE(columns != nullptr);
  names live;
  names keys;
  for (const auto& column : columns->GetArray()) {
    if (column["enableCellChangeWs"].IsTrue())
      live.emplace_back(column["field"].GetString());
    if (auto i = column.FindMember("renderFnParams"); i != column.MemberEnd())
      keys.emplace_back(i->value["colorValueKey"].GetString());
  }
  CAF_CHECK_EQUAL(live, (names{"symbol", "price", "change", "change_percent"}));
  CAF_CHECK_EQUAL(keys, names{"change"});
}

CAF_TEST(the market shows all symbols and every column is live) {
  auto set = builtin();
  const auto& x = set.widgets.at(1);
  CAF_CHECK_EQUAL(x.id, "market");
  CAF_CHECK_EQUAL(x.endpoint_path, "/market_data");
  CAF_CHECK_EQUAL(x.ws_path, "/market_ws");
  CAF_CHECK_EQUAL(x.row_id, names{"symbol"});
  CAF_CHECK_EQUAL(x.cells, (names{"symbol", "freshness", "time", "price", "bid",
                                  "ask", "change", "change_percent", "low",
                                  "high", "volume", "source"}));
  CAF_CHECK(x.asked.declared);
  auto doc = parse(builtin_widgets());
  CAF_CHECK_EQUAL(at(doc, "/market/params/0/type"), R"("endpoint")");
  CAF_CHECK_EQUAL(at(doc, "/market/params/0/optionsEndpoint"), R"("symbols")");
  CAF_CHECK_EQUAL(at(doc, "/market/params/0/optionsParams"),
                  R"({"with":"all"})");
  CAF_CHECK_EQUAL(at(doc, "/market/params/0/value"), R"("*")");
  const auto* columns =
    rapidjson::Pointer{"/market/data/table/columnsDefs"}.Get(doc);
  CAF_REQUIRE(columns != nullptr);
  CAF_CHECK_EQUAL(columns->Size(), x.cells.size());
  for (const auto& column : columns->GetArray())
    CAF_CHECK(column["enableCellChangeWs"].IsTrue());
  // As percent, and always with two decimals.
  CAF_CHECK_EQUAL(at(doc, "/market/data/table/columnsDefs/7"),
                  R"({"field":"change_percent","headerName":"Change %",)"
                  R"("formatterFn":"normalizedPercent","decimalPlaces":2,)"
                  R"("renderFn":"greenRed","enableCellChangeWs":true})");
}

CAF_TEST(the default app shows both side by side) {
  auto apps = parse(builtin().apps_json);
  constexpr auto layout = "/0/tabs/live-grid/layout";
  CAF_CHECK_EQUAL(at(apps, layout),
                  R"([{"i":"live_grid","x":0,"y":0,"w":20,"h":9,"groups":[]},)"
                  R"({"i":"market","x":20,"y":0,"w":20,"h":18,"groups":[]}])");
}
