#define CAF_SUITE node.options

#include <chrono>
#include <map>
#include <set>

#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture {
  node_process node{strings{"--market.feed=none", example_symbols()}};

  ws_client connect(const std::string& query) {
    return ws_client{node.port(), "/live_grid_ws" + query};
  }

  void trade(int price) {
    node.publish(R"({"symbol":"AAPL","price":)" + std::to_string(price) + "}");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(options_tests, fixture)

CAF_TEST(wrong_values_are_400_instead_of_the_upgrade) {
  for (auto query :
       {"?cells=some", "?cells=", "?cells=ALL", "?interval=abc",
        "?interval=", "?interval=-1", "?interval=1.5", "?interval=1s",
        "?interval=99999999999999999999", "?batch=yes",
        "?batch=", "?cells=all&batch=rows&interval=x"}) {
    CAF_MESSAGE(query);
    auto response = handshake(node.port(), std::string{"/live_grid_ws"} + query,
                              handshake_headers());
    CAF_CHECK_EQUAL(response.status, 400);
    if (response.status == 400)
      CAF_CHECK(!response.json().at("detail").text().empty());
  }
}

CAF_TEST(right_values_and_unknown_options_are_taken) {
  for (auto query : {"?cells=all", "?cells=changed", "?interval=0",
                     "?interval=250", "?batch=rows", "?batch=array",
                     "?cells=changed&interval=100&batch=array",
                     "?token=x&cells=all", "?unknown=1", "?"}) {
    CAF_MESSAGE(query);
    auto subscriber = connect(query);
    subscriber.subscribe(R"("AAPL")");
    CAF_CHECK(subscriber.next_text().find("\"AAPL\"") != std::string::npos);
  }
}

CAF_TEST(all_cells_are_the_default) {
  auto subscriber = connect("");
  subscriber.subscribe(R"("AAPL")");
  auto keys = subscriber.next_json().keys();
  trade(151);
  CAF_CHECK_EQUAL(joined(subscriber.next_json().keys()), joined(keys));
}

CAF_TEST(w11_changed_cells_come_with_the_row_id) {
  auto subscriber = connect("?cells=changed");
  subscriber.subscribe(R"("AAPL")");
  // The first row tells all that is known.
  auto first = subscriber.next_json();
  CAF_CHECK_EQUAL(first.at("price").literal(), "150");
  CAF_CHECK_EQUAL(first.at("volume").literal(), "1000000");
  trade(151);
  auto second = subscriber.next_json();
  CAF_CHECK(second.has("date"));
  CAF_CHECK(!second.has("volume"));
  trade(152);
  auto third = subscriber.next_json();
  CAF_CHECK_EQUAL(joined(third.keys()), "symbol,price,change,change_percent");
  CAF_CHECK_EQUAL(third.at("price").literal(), "152");
  node.publish(R"({"symbol":"AAPL","volume":1000001})");
  CAF_CHECK_EQUAL(subscriber.next_text(),
                  R"({"symbol":"AAPL","volume":1000001})");
}

CAF_TEST(changed_cells_of_merged_updates_add_up) {
  auto subscriber = connect("?cells=changed&interval=500");
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_json();
  trade(151);
  subscriber.next_json();
  // These three fall into one interval; each changed other cells.
  node.publish(R"([{"symbol":"AAPL","price":160},
                   {"symbol":"AAPL","volume":5},
                   {"symbol":"AAPL","market_cap":6}])");
  std::map<std::string, std::string> seen;
  while (seen["market_cap"] != "6") {
    auto row = subscriber.next_json();
    for (auto& key : row.keys())
      seen[key] = row.at(key).literal();
  }
  CAF_CHECK_EQUAL(seen["price"], "160");
  CAF_CHECK_EQUAL(seen["volume"], "5");
}

CAF_TEST(an_interval_holds_updates_apart_and_loses_not_the_last) {
  using std::chrono::milliseconds;
  auto subscriber = connect("?interval=200");
  auto begin = clock::now();
  subscriber.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), "150");
  // The first row starts the interval; it does not wait for one.
  for (int i = 1; i <= 200; ++i)
    trade(i);
  int rows = 1;
  std::string price;
  double before = 0;
  while (price != "200") {
    auto row = subscriber.next_json();
    price = row.at("price").literal();
    CAF_CHECK_GREATER(row.at("price").number(), before);
    before = row.at("price").number();
    ++rows;
  }
  auto elapsed = std::chrono::duration_cast<milliseconds>(clock::now() - begin);
  CAF_CHECK_LESS_OR_EQUAL(rows, elapsed.count() / 200 + 2);
  CAF_CHECK_LESS(rows, 201);
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(an_interval_counts_for_each_row_by_itself) {
  auto subscriber = connect("?interval=60000");
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_json();
  trade(1);
  // AAPL waits for its minute; MSFT's first row must not.
  subscriber.subscribe(R"(["AAPL","MSFT"])");
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "MSFT");
}

CAF_TEST(an_array_holds_all_rows_of_a_flush) {
  auto subscriber = connect("?batch=array");
  subscriber.subscribe(R"(["AAPL","MSFT","TSLA"])");
  std::set<std::string> seen;
  while (seen.size() < 3) {
    auto flush = subscriber.next_json();
    CAF_REQUIRE(flush.is_array());
    CAF_CHECK_GREATER(flush.size(), 0u);
    for (auto& row : flush.items())
      CAF_CHECK(seen.insert(row.at("symbol").text()).second);
  }
  trade(151);
  auto flush = subscriber.next_json();
  CAF_REQUIRE(flush.is_array());
  CAF_CHECK_EQUAL(flush.at(0).at("price").literal(), "151");
  std::string body;
  for (int i = 1; i <= 100; ++i)
    body += R"({"symbol":"AAPL","price":)" + std::to_string(i) + "}\n";
  node.publish(body);
  double last = 0;
  while (last != 100) {
    auto rows = subscriber.next_json();
    for (auto& row : rows.items()) {
      CAF_CHECK_GREATER(row.at("price").number(), last);
      last = row.at("price").number();
    }
  }
}

CAF_TEST(error_frames_are_single_objects_also_with_arrays) {
  auto subscriber = connect("?batch=array");
  subscriber.send_text("nonsense");
  auto x = subscriber.next_json();
  CAF_CHECK(x.is_object());
  CAF_CHECK_EQUAL(x.at("type").text(), "error");
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a_composite_row_id_is_in_every_partial_row) {
  temp_file file{R"({"w":{"name":"W","description":"d","type":"live_grid",
    "endpoint":"w","wsEndpoint":"ws","data":{
    "wsRowIdColumns":["symbol","venue"],"table":{"columnsDefs":[
      {"field":"price","headerName":"Price"},
      {"field":"bid","headerName":"Bid"}]}}}})",
                 ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  node.publish(R"({"symbol":"X","venue":"V","price":1,"bid":1})");
  ws_client subscriber{node.port(), "/ws?cells=changed"};
  subscriber.subscribe(R"("X")");
  CAF_CHECK_EQUAL(subscriber.next_json().at("bid").literal(), "1");
  node.publish(R"({"symbol":"X","bid":2})");
  auto row = subscriber.next_json();
  CAF_CHECK_EQUAL(row.size(), 3u);
  CAF_CHECK_EQUAL(row.at("symbol").text(), "X");
  CAF_CHECK_EQUAL(row.at("venue").text(), "V");
  CAF_CHECK_EQUAL(row.at("bid").literal(), "2");
}

CAF_TEST(options_written_into_the_ws_endpoint_are_honoured) {
  temp_file file{R"({"w":{"name":"W","description":"d","type":"live_grid",
    "endpoint":"w","wsEndpoint":"ws?batch=array","data":{
    "wsRowIdColumn":"symbol","table":{"columnsDefs":[
      {"field":"symbol","headerName":"Symbol"}]}}}})",
                 ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  // The client asks for the address as the widget gives it.
  ws_client subscriber{node.port(), "/ws?batch=array"};
  subscriber.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(subscriber.next_text(), R"([{"symbol":"AAPL"}])");
}

CAF_TEST(the_source_comes_with_any_widget_that_is_asked_for_it) {
  temp_file file{R"({"w":{"name":"W","description":"d","type":"live_grid",
    "endpoint":"w","wsEndpoint":"ws","data":{
    "wsRowIdColumn":"symbol","table":{"columnsDefs":[
      {"field":"symbol","headerName":"Symbol"},
      {"field":"price","headerName":"Price"}]}}},
    "s":{"name":"S","description":"d","type":"live_grid",
    "endpoint":"s","wsEndpoint":"ss","data":{
    "wsRowIdColumn":"symbol","table":{"columnsDefs":[
      {"field":"source","headerName":"From"},
      {"field":"symbol","headerName":"Symbol"}]}}}})",
                 ".json"};
  node_process node{
    strings{"--market.feed=none", "--http.widgets-file=" + file.path()}};
  node.publish(R"({"symbol":"X","price":1,"source":"elsewhere"})");
  auto body = [&](const char* target) { return node.get(target).body; };
  CAF_CHECK_EQUAL(body("/w?symbol=X"), R"([{"symbol":"X","price":1}])");
  CAF_CHECK_EQUAL(body("/w?symbol=X&with=source"),
                  R"([{"symbol":"X","price":1,"source":"post"}])");
  CAF_CHECK_EQUAL(body("/w?symbol=NEW&with=source"),
                  R"([{"symbol":"NEW","price":null,"source":null}])");
  for (const auto* target : {"/s?symbol=X", "/s?symbol=X&with=source"})
    CAF_CHECK_EQUAL(body(target), R"([{"source":"post","symbol":"X"}])");
  ws_client subscriber{node.port(), "/ws?with=source&cells=changed"};
  subscriber.subscribe(R"("X")");
  CAF_CHECK_EQUAL(subscriber.next_text(),
                  R"({"symbol":"X","price":1,"source":"post"})");
  ws_client publisher{node.port(), "/ticks"};
  publisher.send_text(R"({"symbol":"X","bid":2})");
  CAF_CHECK_EQUAL(subscriber.next_text(),
                  R"({"symbol":"X","source":"socket"})");
}
