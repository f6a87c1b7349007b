#define CAF_SUITE http.widgets.widgets

#include "livegrid/http/widgets/widgets.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/widgets/builtin_widgets.hpp"

#include "widget_texts.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

struct temporary_file {
  explicit temporary_file(const std::string& text) {
    auto fd = mkstemp(path);
    CAF_REQUIRE(fd >= 0);
    auto* file = fdopen(fd, "wb");
    CAF_REQUIRE(file != nullptr);
    CAF_REQUIRE(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    CAF_REQUIRE(std::fclose(file) == 0);
  }

  ~temporary_file() {
    std::remove(path);
  }

  char path[32] = "/tmp/livegrid-widgets-XXXXXX";
};

} // namespace

CAF_TEST(a_file_may_hold_several_grids_and_other_widgets) {
  auto text = R"json({
    "quotes": {"name": "Quotes", "description": "Best bid and ask",
      "type": "live_grid", "endpoint": "/md//quotes/",
      "wsEndpoint": "md/quotes_ws?interval=250&cells=changed",
      "gridData": {"w": 30, "h": 12}, "refetchInterval": false,
      "data": {"wsRowIdColumns": ["symbol", "venue"], "table": {"columnsDefs": [
        {"field": "symbol", "headerName": "Symbol", "pinned": "left"},
        {"field": "venue", "headerName": "Venue"},
        {"field": "bid", "headerName": "Bid", "formatterFn": "none",
         "decimalPlaces": 2, "renderFn": "showCellChange,columnColor",
         "renderFnParams": {"colorRules": [
           {"condition": "gt", "value": 100, "color": "green", "fill": true},
           {"condition": "between", "range": {"min": 1, "max": 2.5},
            "color": "#0aF"}]}},
        {"field": "trend", "headerName": "Trend", "enableCellChangeWs": null,
         "sparkline": {"type": "line", "dataField": "trend",
           "options": {"customFormatter": "", "padding": {"top": 2}}}}]}}},
    "tape": {"name": "Tape", "description": "Every trade", "type": "live_grid",
      "endpoint": "tape", "wsEndpoint": "tape_ws",
      "data": {"table": {"showAll": false, "columnsDefs": [
        {"field": "time", "headerName": "Time"},
        {"field": "symbol", "headerName": "Symbol"},
        {"field": "size", "headerName": "Size"},
        {"field": "side", "headerName": "Side"}]}}},
    "news": {"name": "News", "description": "What is said",
      "type": "newsfeed", "endpoint": "https://news.example/feed",
      "refetchInterval": 60000.5, "storage": {"seen": 12345678901234567}}
  })json";
  auto set = accept(text);
  CAF_REQUIRE_EQUAL(set.widgets.size(), 2u);
  const auto& quotes = set.widgets[0];
  CAF_CHECK_EQUAL(quotes.id, "quotes");
  CAF_CHECK_EQUAL(quotes.endpoint_path, "/md/quotes");
  CAF_CHECK_EQUAL(quotes.ws_path, "/md/quotes_ws");
  CAF_CHECK_EQUAL(row_keys(quotes), (names{"symbol", "venue", "bid", "trend"}));
  CAF_CHECK_EQUAL(quotes.row_id, (names{"symbol", "venue"}));
  const auto& tape = set.widgets[1];
  CAF_CHECK_EQUAL(tape.endpoint_path, "/tape");
  CAF_CHECK_EQUAL(row_keys(tape), (names{"time", "symbol", "size", "side"}));
  CAF_CHECK(!tape.view->has_row_id());
  CAF_CHECK(set.warnings.empty());
  CAF_MESSAGE("what Workspace gets is what the file says");
  auto doc = parse(set.widgets_json);
  CAF_CHECK(doc == parse(text));
  CAF_CHECK_EQUAL(set.widgets_json.find_first_of("\n"), std::string::npos);
  CAF_CHECK_EQUAL(at(doc, "/quotes/wsEndpoint"),
                  R"("md/quotes_ws?interval=250&cells=changed")");
  CAF_CHECK_EQUAL(at(doc, "/news/storage/seen"), "12345678901234567");
  CAF_MESSAGE("the app shows what is served");
  auto apps = parse(set.apps_json);
  CAF_CHECK_EQUAL(at(apps, "/0/tabs/live-grid/layout/0/i"), R"("quotes")");
  CAF_CHECK_EQUAL(at(apps, "/0/tabs/live-grid/layout/1/i"), R"("tape")");
  CAF_CHECK_EQUAL(at(apps, "/0/tabs/live-grid/layout/2"), "nothing");
}

CAF_TEST(a_type_may_be_given_as_defaultViz) {
  auto set = accept(R"({"g":{"name":"n","description":"d","type":null,)"
                    R"("defaultViz":"live_grid","endpoint":"e"}})");
  CAF_CHECK_EQUAL(set.widgets.size(), 1u);
}

CAF_TEST(a_file_without_a_live_grid_is_served_with_a_warning) {
  auto set = accept("{}");
  CAF_CHECK(set.widgets.empty());
  CAF_CHECK_EQUAL(set.widgets_json, "{}");
  CAF_CHECK_EQUAL(set.apps_json, "[]");
  CAF_CHECK_EQUAL(set.warnings, names{"w.json: there is no live_grid in it"});
}

CAF_TEST(a_token_comes_behind_each_socket_of_ours) {
  constexpr std::string_view none = R"({"a":{"wsEndpoint":"ws"}})";
  CAF_CHECK_EQUAL(token_template{std::string{none}}.with("T"), none);
  token_template some{R"({"a":{"type":"live_grid","wsEndpoint":"ws"},)"
                      R"("b":{"type":"live_grid"},)"
                      R"("c":{"type":"live_grid","wsEndpoint":"ws?x=1"},)"
                      R"("d":{"type":"table","wsEndpoint":"ws"}})"};
  for (auto token : {"", "T", "a.b-c_d"}) {
    std::string x{token};
    CAF_CHECK_EQUAL(some.with(token),
                    R"({"a":{"type":"live_grid","wsEndpoint":"ws?token=)" + x
                      + R"("},"b":{"type":"live_grid"},)"
                        R"("c":{"type":"live_grid","wsEndpoint":"ws?x=1&token=)"
                      + x + R"("},"d":{"type":"table","wsEndpoint":"ws"}})");
  }
  CAF_CHECK(builtin().widgets_with_token.with("T").find("?token=T")
            != std::string::npos);
}

CAF_TEST(files_are_read) {
  temporary_file good{std::string{builtin_widgets()}};
  auto result = load_widgets(good.path);
  CAF_REQUIRE(result);
  CAF_CHECK_EQUAL(result->widgets_json, builtin().widgets_json);
  auto reason = [](const std::string& path) {
    auto x = load_widgets(path);
    CAF_REQUIRE(!x);
    return x.error();
  };
  CAF_CHECK_EQUAL(reason("/nowhere/w.json"),
                  "/nowhere/w.json: cannot be opened: No such file or "
                  "directory");
  CAF_CHECK_EQUAL(reason("/tmp"), "/tmp: cannot be read: Is a directory");
  temporary_file large{std::string(max_definitions_size + 1, ' ')};
  CAF_CHECK_EQUAL(reason(large.path),
                  std::string{large.path} + ": is larger than 4194304 bytes");
  temporary_file bad{"{\n\"g\":[]}"};
  CAF_CHECK_EQUAL(reason(bad.path),
                  std::string{bad.path}
                    + ": widget \"g\": must be an object, not an array");
}
