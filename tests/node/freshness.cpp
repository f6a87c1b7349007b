#define CAF_SUITE node.freshness

#include <string>

#include "console_program.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// Two widgets, one of which shows how fresh a row is.
constexpr const char* widgets = R"({
  "plain": {"name": "Plain", "description": "d", "type": "live_grid",
    "endpoint": "plain_data", "wsEndpoint": "plain_ws",
    "params": [{"paramName": "symbol", "type": "text", "value": "AAPL",
                "label": "Symbol"}],
    "data": {"wsRowIdColumn": "symbol", "table": {"showAll": true,
      "columnsDefs": [
        {"field": "symbol", "headerName": "Symbol"},
        {"field": "price", "headerName": "Price"}]}}},
  "fresh": {"name": "Fresh", "description": "d", "type": "live_grid",
    "endpoint": "fresh_data", "wsEndpoint": "fresh_ws",
    "params": [{"paramName": "symbol", "type": "text", "value": "AAPL",
                "label": "Symbol"}],
    "data": {"wsRowIdColumn": "symbol", "table": {"showAll": false,
      "columnsDefs": [
        {"field": "symbol", "headerName": "Symbol"},
        {"field": "price", "headerName": "Price"},
        {"field": "freshness", "headerName": "Fresh"}]}}}
})";

struct fixture {
  temp_file file{widgets, ".json"};

  console_fixture console{strings{"--market.feed=none", example_symbols(),
                                  "--http.widgets-file=" + file.path()}};

  node_process& node = console.node;

  json_value row(const std::string& symbol) {
    return node.get("/fresh_data?symbol=" + symbol).json().at(0);
  }

  ws_client connect(const std::string& target) {
    ws_client result{node.port(), target};
    result.subscribe(R"("AAPL")");
    result.next_text();
    return result;
  }
};

/// Sends ticks that must be taken.
void publish(ws_client& by, const std::string& body) {
  by.send_text(body);
  CAF_REQUIRE_EQUAL(by.next_text(), R"({"accepted":1})");
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(freshness_tests, fixture)

CAF_TEST(a_widget_may_show_how_fresh_a_row_is) {
  CAF_CHECK_EQUAL(joined(row("NEWCO").keys()), "symbol,price,freshness");
  CAF_CHECK_EQUAL(row("NEWCO").at("freshness").text(), "never");
  // It has a state, and no tick.
  CAF_CHECK_EQUAL(row("AAPL").at("freshness").text(), "never");
  node.publish(R"({"symbol":"NEWCO","price":7.5})");
  CAF_CHECK_EQUAL(row("NEWCO").at("freshness").text(), "live");
  CAF_CHECK_EQUAL(row("NEWCO").at("price").literal(), "7.5");
}

CAF_TEST(only_the_node_says_how_fresh_a_row_is) {
  node.publish(R"({"symbol":"AAPL","price":151,"freshness":"down"})");
  CAF_CHECK_EQUAL(row("AAPL").at("price").literal(), "151");
  CAF_CHECK_EQUAL(row("AAPL").at("freshness").text(), "live");
}

CAF_TEST(a_publisher_that_goes_takes_its_symbols_down) {
  auto fresh = connect("/fresh_ws");
  auto changes = connect("/fresh_ws?cells=changed");
  auto plain = connect("/plain_ws");
  {
    ws_client publisher{node.port(), "/ticks"};
    publish(publisher, R"({"symbol":"AAPL","price":151})");
    CAF_CHECK_EQUAL(plain.next_json().at("price").literal(), "151");
    CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "live");
    CAF_CHECK_EQUAL(changes.next_json().at("freshness").text(), "live");
    publisher.close();
  }
  auto down = fresh.next_json();
  CAF_CHECK_EQUAL(down.at("freshness").text(), "down");
  CAF_CHECK_EQUAL(down.at("price").literal(), "151");
  CAF_CHECK_EQUAL(changes.next_text(),
                  R"({"symbol":"AAPL","freshness":"down"})");
  CAF_CHECK_EQUAL(row("AAPL").at("freshness").text(), "down");
  auto symbols = console.answer("symbols");
  CAF_CHECK_EQUAL(cell_of(symbols, "AAPL", "freshness"), "down");
  // Another source brings it back. Who does not show freshness has been told
  // nothing in between.
  node.publish(R"({"symbol":"AAPL","price":152})");
  CAF_CHECK_EQUAL(plain.next_json().at("price").literal(), "152");
  auto again = fresh.next_json();
  CAF_CHECK_EQUAL(again.at("freshness").text(), "live");
  CAF_CHECK_EQUAL(again.at("price").literal(), "152");
}

CAF_TEST(a_publisher_that_is_cut_off_does_so_too) {
  auto fresh = connect("/fresh_ws");
  ws_client publisher{node.port(), "/ticks"};
  publish(publisher, R"({"symbol":"AAPL","price":151})");
  CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "live");
  publisher.socket().reset();
  CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "down");
}

CAF_TEST(a_publisher_whose_symbol_another_has_taken_over_takes_nothing_down) {
  auto fresh = connect("/fresh_ws");
  ws_client publisher{node.port(), "/ticks"};
  publish(publisher, R"({"symbol":"AAPL","price":151})");
  fresh.next_text();
  node.publish(R"({"symbol":"AAPL","price":152})");
  CAF_CHECK_EQUAL(fresh.next_json().at("price").literal(), "152");
  publisher.close();
  node.wait_for_error_text("publisher_closed");
  node.publish(R"({"symbol":"AAPL","price":153})");
  auto next = fresh.next_json();
  CAF_CHECK_EQUAL(next.at("price").literal(), "153");
  CAF_CHECK_EQUAL(next.at("freshness").text(), "live");
}

CAF_TEST(a_feed_that_is_paused_is_down_until_it_is_resumed) {
  auto fresh = connect("/fresh_ws");
  node.publish(R"({"symbol":"AAPL","price":151})");
  CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "live");
  console.answer("pause post");
  CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "down");
  console.answer("resume post");
  CAF_CHECK_EQUAL(fresh.next_json().at("freshness").text(), "live");
}

CAF_TEST_FIXTURE_SCOPE_END()
