#define CAF_SUITE node.ticks

#include <ctime>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture {
  node_process node{strings{"--market.feed=none", example_symbols()}};

  std::string cell(const std::string& symbol, const char* name) {
    return node.rows(symbol).at(0).at(name).literal();
  }

  void check_accepted(std::string_view body, int n) {
    auto response = node.post(body);
    CAF_CHECK_EQUAL(response.status, 200);
    CAF_CHECK_EQUAL(response.body, R"({"accepted":)" + std::to_string(n) + "}");
  }
};

std::string today() {
  auto now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(ticks_tests, fixture)

CAF_TEST(all_three_forms_are_taken) {
  check_accepted(R"({"symbol":"A","price":1})", 1);
  check_accepted(R"([{"symbol":"A","price":2},{"symbol":"B","price":3}])", 2);
  check_accepted("{\"symbol\":\"A\",\"price\":4}\n{\"symbol\":\"C\","
                 "\"price\":5}",
                 2);
  check_accepted("{\"symbol\":\"A\",\"price\":6}\r\n{\"symbol\":\"C\","
                 "\"price\":7}\r\n",
                 2);
  check_accepted("  \n {\"symbol\" : \"B\" ,\n \"price\" : 8 } \n", 1);
  check_accepted("[]", 0);
  CAF_CHECK_EQUAL(cell("A", "price"), "6");
  CAF_CHECK_EQUAL(cell("B", "price"), "8");
  CAF_CHECK_EQUAL(cell("C", "price"), "7");
}

CAF_TEST(names_and_prices_are_those_of_markets) {
  check_accepted(R"([{"symbol":"NIFTY 50","price":22000.5},
                     {"symbol":"AAPL  240119C00150000","price":0},
                     {"symbol":"CL1!","price":-37.63,"prev_close":18.27},
                     {"symbol":"ÅLB","price":1,"prev_close":-1}])",
                 4);
  CAF_CHECK_EQUAL(cell("NIFTY 50", "price"), "22000.5");
  CAF_CHECK_EQUAL(cell("AAPL  240119C00150000", "price"), "0");
  CAF_CHECK_EQUAL(cell("CL1!", "change"), "-55.9");
  CAF_CHECK_EQUAL(cell("ÅLB", "change"), "2");
  CAF_CHECK_EQUAL(cell("ÅLB", "change_percent"), "null");
}

CAF_TEST(any_content_type_is_taken) {
  for (auto type : {"application/json", "application/x-ndjson", "text/plain",
                    "application/x-www-form-urlencoded", "nonsense"}) {
    CAF_MESSAGE(type);
    auto response =
      node.post(R"({"symbol":"A","price":1})", {{"Content-Type", type}});
    CAF_CHECK_EQUAL(response.status, 200);
  }
}

CAF_TEST(every_number_may_be_a_numeric_string) {
  check_accepted(R"({"symbol":"A","price":"151.25","volume":"1e3",
                     "prev_close":"150","market_cap":"5","seq":"3"})",
                 1);
  CAF_CHECK_EQUAL(cell("A", "price"), "151.25");
  CAF_CHECK_EQUAL(cell("A", "volume"), "1000");
  CAF_CHECK_EQUAL(cell("A", "change"), "1.25");
}

CAF_TEST(null_is_not_given_and_computed_cells_are_ignored) {
  check_accepted(R"({"symbol":"A","price":10,"prev_close":8,"volume":5})", 1);
  check_accepted(R"({"symbol":"A","price":null,"prev_close":null,"volume":6,
                     "change":"nonsense","change_percent":[1],"date":{}})",
                 1);
  CAF_CHECK_EQUAL(cell("A", "price"), "10");
  CAF_CHECK_EQUAL(cell("A", "change"), "2");
  CAF_CHECK_EQUAL(cell("A", "volume"), "6");
  CAF_CHECK_EQUAL(cell("A", "change_percent"), "0.25");
}

CAF_TEST(size_adds_to_the_volume_unless_that_is_there) {
  check_accepted(R"({"symbol":"A","price":1,"size":10})", 1);
  CAF_CHECK_EQUAL(cell("A", "volume"), "10");
  check_accepted(R"({"symbol":"A","price":1,"size":5})", 1);
  CAF_CHECK_EQUAL(cell("A", "volume"), "15");
  check_accepted(R"({"symbol":"A","price":1,"size":5,"volume":100})", 1);
  CAF_CHECK_EQUAL(cell("A", "volume"), "100");
}

CAF_TEST(of_a_key_given_twice_the_last_counts) {
  check_accepted(R"({"symbol":"B","price":1,"symbol":"A","price":2})", 1);
  CAF_CHECK_EQUAL(cell("A", "price"), "2");
  CAF_CHECK_EQUAL(cell("B", "price"), "null");
  // Also where the first was wrong.
  check_accepted(R"({"symbol":"A","price":-1e19,"price":3})", 1);
  CAF_CHECK_EQUAL(cell("A", "price"), "3");
}

CAF_TEST(repeats_are_accepted_and_not_applied) {
  struct {
    int seq;
    int price;
    const char* then;
  } steps[] = {{5, 10, "10"}, {5, 11, "10"}, {4, 12, "10"}, {6, 13, "13"},
               {0, 14, "14"}, {1, 15, "15"}, {1, 16, "15"}};
  for (auto& x : steps) {
    CAF_MESSAGE(x.price);
    check_accepted(R"({"symbol":"A","seq":)" + std::to_string(x.seq)
                     + R"(,"price":)" + std::to_string(x.price) + "}",
                   1);
    CAF_CHECK_EQUAL(cell("A", "price"), x.then);
  }
  // Another symbol counts for itself; no number is never a repeat.
  check_accepted(R"([{"symbol":"B","seq":1,"price":1},
                     {"symbol":"B","price":2},
                     {"symbol":"B","seq":2,"price":3},
                     {"symbol":"B","seq":2,"price":4}])",
                 4);
  CAF_CHECK_EQUAL(cell("B", "price"), "3");
}

CAF_TEST(date_is_the_utc_day_of_the_last_tick) {
  auto before = today();
  check_accepted(R"({"symbol":"A","price":1})", 1);
  auto date = cell("A", "date");
  CAF_CHECK(date == before || date == today());
  for (auto time :
       {"1700006399", "1700006399000", "1700006399000000",
        "1700006399000000000", R"("1700006399")", "1700006399.5",
        R"("2023-11-14T23:59:59Z")", R"("2023-11-14T23:59:59.999Z")",
        R"("2023-11-15T01:59:59+02:00")", R"("2023-11-14T20:00:00-03:30")"}) {
    CAF_MESSAGE(time);
    check_accepted(
      R"({"symbol":"T","price":1,"time":)" + std::string{time} + "}", 1);
    CAF_CHECK_EQUAL(cell("T", "date"), "2023-11-14");
  }
}

CAF_TEST(a_get_that_follows_a_200_shows_it) {
  http_client client{node.port()};
  for (int i = 1; i <= 300; ++i) {
    auto price = std::to_string(i);
    client.request("POST", "/ticks", {},
                   R"({"symbol":"AAPL","price":)" + price + "}");
    auto rows = client.request("GET", "/live_grid_data?symbol=AAPL").json();
    CAF_REQUIRE_EQUAL(rows.at(0).at("price").literal(), price);
  }
}

CAF_TEST(a_big_batch_is_taken) {
  std::string body = "[";
  for (int i = 0; i < 20'000; ++i)
    body += std::string{i ? "," : ""} + R"({"symbol":"S)"
            + std::to_string(i % 2000) + R"(","price":)" + std::to_string(i + 1)
            + "}";
  check_accepted(body + "]", 20'000);
  CAF_CHECK_EQUAL(cell("S1999", "price"), "20000");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 2005u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the_simulator_leaves_a_published_symbol_alone) {
  node_process node{strings{}};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"(["AAPL","MSFT"])");
  node.publish(R"({"symbol":"AAPL","price":77777.25})");
  std::string aapl;
  while (aapl != "77777.25") {
    auto row = subscriber.next_json();
    if (row.at("symbol").text() == "AAPL")
      aapl = row.at("price").literal();
  }
  // Let the simulator go round a few times by what others get from it.
  for (int others = 0; others < 5;) {
    auto row = subscriber.next_json();
    CAF_CHECK_NOT_EQUAL(row.at("symbol").text(), "AAPL");
    others += row.at("symbol").text() == "MSFT";
  }
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "77777.25");
}
