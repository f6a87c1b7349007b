#define CAF_SUITE node.widgets

#include <algorithm>
#include <set>

#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

constexpr const char* standard =
  "date,symbol,price,change,change_percent,volume,market_cap";

/// Two widgets: one with cells of a source's own and a composite row id, one
/// that is a tape.
constexpr const char* two_widgets = R"({
  "depth": {"name": "Depth", "description": "d", "type": "live_grid",
    "endpoint": "depth_data", "wsEndpoint": "depth_ws",
    "params": [{"paramName": "symbol", "type": "text", "value": "AAPL",
                "label": "Symbol"}],
    "data": {"wsRowIdColumns": ["symbol", "venue"], "table": {
      "showAll": false, "columnsDefs": [
        {"field": "venue", "headerName": "Venue"},
        {"field": "bid", "headerName": "Bid"},
        {"field": "ask", "headerName": "Ask"},
        {"field": "price", "headerName": "Price", "renderFn": "showCellChange",
         "renderFnParams": {"colorValueKey": "change"}}]}}},
  "tape": {"name": "Tape", "description": "t", "type": "live_grid",
    "endpoint": "/tape_data", "wsEndpoint": "/tape_ws",
    "params": [{"paramName": "symbol", "type": "text", "value": "AAPL",
                "label": "Symbol"}],
    "data": {"table": {"showAll": true, "columnsDefs": [
        {"field": "size", "headerName": "Size"},
        {"field": "note", "headerName": "Note"}]}}}
})";

strings symbols_of(const json_value& rows) {
  strings result;
  for (auto& row : rows.items())
    result.push_back(row.at("symbol").text());
  return result;
}

struct fixture {
  node_process node{strings{"--market.feed=none", example_symbols()}};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(widgets_tests, fixture)

CAF_TEST(w8_w9_a_subscription_has_a_get_row_with_the_same_key) {
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("AAPL,UNKNOWN")");
  std::set<std::string> keys;
  for (int i = 0; i < 2; ++i)
    keys.insert(subscriber.next_json().at("symbol").text());
  auto rows = symbols_of(node.rows("AAPL,UNKNOWN"));
  CAF_CHECK(keys == std::set<std::string>(rows.begin(), rows.end()));
}

CAF_TEST(w10_w11_w12_live_cells_are_declared_and_in_every_row) {
  auto widgets = node.get("/widgets.json").json();
  std::set<std::string> declared;
  std::set<std::string> colour_keys;
  auto& table = widgets.items().front().at("data").at("table");
  for (auto& column : table.at("columnsDefs").items()) {
    declared.insert(column.at("field").text());
    if (column.has("renderFnParams")
        && column.at("renderFnParams").has("colorValueKey"))
      colour_keys.insert(
        column.at("renderFnParams").at("colorValueKey").text());
  }
  for (auto& key : colour_keys)
    CAF_CHECK(declared.count(key) == 1);
  CAF_CHECK(declared.count("change") == 1);
  auto rows = node.rows("AAPL,NEVER_HEARD_OF");
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("AAPL")");
  auto update = subscriber.next_json();
  for (auto& key : declared) {
    CAF_MESSAGE(key);
    CAF_CHECK(rows.at(0).has(key));
    CAF_CHECK(rows.at(1).has(key));
    CAF_CHECK(update.has(key));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(each_widget_has_rows_of_its_own) {
  temp_file file{two_widgets, ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  CAF_CHECK_EQUAL(joined(node.get("/widgets.json").json().keys()),
                  "depth,tape");
  node.publish(R"({"symbol":"AAPL","venue":"XNAS","bid":149.9,"ask":150.1,
                   "size":3,"note":"a \"b\" \u00e9","price":150})");
  auto depth = node.get("/depth_data?symbol=AAPL,NONE").json();
  std::set<std::string> keys(depth.at(0).keys().begin(),
                             depth.at(0).keys().end());
  CAF_CHECK((keys
             == std::set<std::string>{"venue", "bid", "ask", "price", "symbol",
                                      "change"}));
  CAF_CHECK_EQUAL(joined(depth.at(0).keys()), joined(depth.at(1).keys()));
  CAF_CHECK_EQUAL(depth.at(0).at("venue").text(), "XNAS");
  CAF_CHECK_EQUAL(depth.at(0).at("bid").literal(), "149.9");
  CAF_CHECK(depth.at(1).at("venue").is_null());
  auto tape = node.get("/tape_data?symbol=AAPL").json();
  CAF_CHECK_EQUAL(joined(tape.at(0).keys()),
                  std::string{standard} + ",size,note");
  CAF_CHECK_EQUAL(tape.at(0).at("size").literal(), "3");
  CAF_CHECK_EQUAL(tape.at(0).at("note").text(), "a \"b\" \xc3\xa9");
  CAF_CHECK_EQUAL(node.get("/live_grid_data").status, 404);
}

CAF_TEST(every_cell_of_a_tick_can_be_a_column) {
  constexpr const char* fields[] = {
    "open",     "high", "low",  "prev_close", "bid",   "ask",    "bid_size",
    "ask_size", "size", "time", "seq",        "venue", "halted", "nothing"};
  std::string columns;
  for (auto name : fields)
    columns += std::string{columns.empty() ? "" : ","} + R"({"field":")" + name
               + R"(","headerName":")" + name + R"("})";
  temp_file file{R"({"w":{"name":"W","description":"d","type":"live_grid",
    "endpoint":"w","wsEndpoint":"ws","data":{"wsRowIdColumn":"symbol",
    "table":{"showAll":true,"columnsDefs":[)"
                   + columns + "]}}}}",
                 ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  node.publish(
    R"({"symbol":"X","open":10,"price":12.5,"bid":12.4,"ask":"12.6",
        "bid_size":1,"ask_size":2,"size":4,"prev_close":10,"seq":7,
        "time":1700000000,"venue":"V","halted":true,"nothing":null})");
  node.publish(R"({"symbol":"X","price":9,"time":1700000001})");
  auto row = node.get("/w?symbol=X").json().at(0);
  struct {
    const char* cell;
    const char* expected;
  } cases[] = {
    {"open", "10"},       {"high", "12.5"},
    {"low", "9"},         {"bid", "12.4"},
    {"ask", "12.6"},      {"bid_size", "1"},
    {"ask_size", "2"},    {"size", "4"},
    {"prev_close", "10"}, {"seq", "7"},
    {"venue", "V"},       {"halted", "true"},
    {"nothing", "null"},  {"volume", "4"},
    {"change", "-1"},     {"change_percent", "-0.1"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.cell);
    CAF_CHECK_EQUAL(row.at(x.cell).literal(), x.expected);
  }
}
