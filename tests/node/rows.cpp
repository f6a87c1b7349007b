#define CAF_SUITE node.rows

#include <algorithm>
#include <set>

#include "rows_of.hpp"
#include "temp_file.hpp"

#include "node_fixture.hpp"

using namespace livegrid::test;

namespace {

/// `n` names, comma-separated: S0, S1, ...
std::string names(int n) {
  std::string result;
  for (int i = 0; i < n; ++i)
    result += (i ? ",S" : "S") + std::to_string(i);
  return result;
}

struct fixture : node_fixture {
  strings asked(const std::string& query) {
    auto response = node.get("/live_grid_data" + query);
    CAF_CHECK_EQUAL(response.status, 200);
    return symbols_of(response.json());
  }

  void check_422(const std::string& query) {
    auto response = node.get("/live_grid_data" + query);
    CAF_CHECK_EQUAL(response.status, 422);
    auto body = response.json();
    CAF_REQUIRE(body.at("detail").is_array());
    auto& fault = body.at("detail").at(0);
    CAF_CHECK_EQUAL(fault.at("loc").at(0).text(), "query");
    CAF_CHECK_EQUAL(fault.at("loc").at(1).text(), "symbol");
    CAF_CHECK(!fault.at("msg").text().empty());
    CAF_CHECK(!fault.at("type").text().empty());
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(rows_tests, fixture)

CAF_TEST(rows_come_in_the_order_asked_and_once) {
  struct {
    const char* query;
    const char* expected;
  } cases[] = {
    {"?symbol=AAPL", "AAPL"},
    {"?symbol=TSLA,AAPL,MSFT", "TSLA,AAPL,MSFT"},
    {"?symbol=TSLA%2CAAPL", "TSLA,AAPL"},
    {"?symbol=AAPL,MSFT,AAPL,AAPL,MSFT", "AAPL,MSFT"},
    {"?symbol=AAPL,+MSFT+,%20TSLA", "AAPL,MSFT,TSLA"},
    {"?symbol=+AAPL+", "AAPL"},
    {"?theme=dark&symbol=AMZN&raw=true", "AMZN"},
    {"?symbol=BRK.B,%5EGSPC,EURUSD%3DX,A%26B,A%2BB,X%3AY%2FZ,a_b-c%40d",
     "BRK.B,^GSPC,EURUSD=X,A&B,A+B,X:Y/Z,a_b-c@d"},
    {"?symbol=12345678901234567890123456789012",
     "12345678901234567890123456789012"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.query);
    CAF_CHECK_EQUAL(joined(asked(x.query)), x.expected);
  }
}

CAF_TEST(without_a_name_no_row_comes) {
  for (auto query : {"", "?", "?symbol=", "?symbol", "?symbols=", "?other=1"}) {
    CAF_MESSAGE(query);
    CAF_CHECK(asked(query).empty());
  }
}

CAF_TEST(a_star_is_all_known_symbols) {
  for (auto query : {"?symbol=*", "?symbol=%2A", "?symbol=AAPL,*"}) {
    CAF_MESSAGE(query);
    auto result = asked(query);
    std::sort(result.begin(), result.end());
    CAF_CHECK_EQUAL(joined(result), "AAPL,AMZN,GOOGL,MSFT,TSLA");
  }
}

CAF_TEST(the_market_shows_all_symbols_and_those_to_come) {
  ws_client viewer{node.port(), "/market_ws?batch=rows"};
  viewer.subscribe(R"("*")");
  std::set<std::string> seen;
  while (seen.size() < 5)
    seen.insert(viewer.next_json().at("symbol").text());
  node.publish(R"({"symbol":"NEW","price":2,"prev_close":1,"bid":1.9})");
  auto live = viewer.next_json();
  while (live.at("symbol").text() != "NEW")
    live = viewer.next_json();
  auto row = node.get("/market_data?symbol=NEW").json().at(0);
  CAF_CHECK_EQUAL(joined(live.keys()), joined(row.keys()));
  CAF_CHECK_EQUAL(joined(row.keys()),
                  "symbol,freshness,time,price,bid,ask,change,change_percent,"
                  "low,high,volume,source");
  CAF_CHECK_EQUAL(live.at("bid").literal(), "1.9");
  CAF_CHECK_EQUAL(live.at("source").text(), "post");
  CAF_CHECK_EQUAL(node.get("/market_data?symbol=*").json().size(), 6u);
}

CAF_TEST(bad_names_are_422) {
  for (auto query :
       {"?symbol=AAPL,,MSFT", "?symbol=,", "?symbol=AAPL,", "?symbol=AA%3FPL",
        "?symbol=AA%5CPL", "?symbol=%C3", "?symbol=a%00b", "?symbol=%22",
        "?symbol=%E2%80%8B",
        "?symbol=12345678901234567890123456789012345678901234567890123456789012"
        "345"}) {
    CAF_MESSAGE(query);
    check_422(query);
  }
}

CAF_TEST(a_thousand_names_are_counted_without_duplicates) {
  CAF_CHECK_EQUAL(asked("?symbol=" + names(1000)).size(), 1000u);
  CAF_CHECK_EQUAL(asked("?symbol=" + names(1000) + ",S0,S1,S2").size(), 1000u);
  check_422("?symbol=" + names(1001));
}

CAF_TEST(all_known_symbols_are_at_most_as_many_as_set) {
  node_process few{
    strings{"--market.feed=none", example_symbols(), "--http.max-rows=1000"}};
  std::string body;
  for (int i = 0; i < 1200; ++i)
    body += R"({"symbol":"S)" + std::to_string(i) + R"(","price":1})" + "\n";
  node.publish(body);
  few.publish(body);
  auto whole = node.get("/live_grid_data?symbol=*");
  CAF_CHECK_EQUAL(whole.json().size(), 1205u);
  CAF_CHECK_EQUAL(whole.header("X-Total-Rows"), "1205");
  auto some = few.get("/live_grid_data?symbol=*");
  CAF_CHECK_EQUAL(some.header("X-Total-Rows"), "1205");
  CAF_CHECK(!few.get("/live_grid_data?symbol=S1").has("X-Total-Rows"));
  auto all = symbols_of(some.json());
  CAF_CHECK_EQUAL(all.size(), 1000u);
  CAF_CHECK_EQUAL(std::set<std::string>(all.begin(), all.end()).size(), 1000u);
}

CAF_TEST(a_row_holds_the_standard_cells_in_their_order) {
  auto rows = node.rows("AAPL,GOOGL,MSFT,AMZN,TSLA");
  struct {
    const char* price;
    const char* change;
    const char* change_percent;
    const char* volume;
  } expected[] = {
    {"150", "4.46", "0.030644", "1000000"},
    {"140", "1.8", "0.013025", "800000"},
    {"350", "5", "0.014493", "1200000"},
    {"178", "2.5", "0.014245", "900000"},
    {"245", "5", "0.020833", "1500000"},
  };
  for (std::size_t i = 0; i < 5; ++i) {
    auto& row = rows.at(i);
    CAF_CHECK_EQUAL(joined(row.keys()), standard);
    CAF_CHECK_EQUAL(row.at("price").literal(), expected[i].price);
    CAF_CHECK_EQUAL(row.at("change").literal(), expected[i].change);
    CAF_CHECK_EQUAL(row.at("change_percent").literal(),
                    expected[i].change_percent);
    CAF_CHECK_EQUAL(row.at("volume").literal(), expected[i].volume);
    // Nothing has traded yet.
    CAF_CHECK(row.at("date").is_null());
  }
}

CAF_TEST(an_unknown_symbol_gets_nulls_and_does_not_become_one) {
  auto rows = node.rows("ZZZZ,AAPL");
  CAF_CHECK_EQUAL(joined(rows.at(0).keys()), standard);
  for (auto& key : rows.at(0).keys())
    if (key == "symbol")
      CAF_CHECK_EQUAL(rows.at(0).at(key).text(), "ZZZZ");
    else
      CAF_CHECK(rows.at(0).at(key).is_null());
  CAF_CHECK(rows.at(1).at("price").is_number());
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 5u);
  CAF_CHECK_EQUAL(asked("?symbol=*").size(), 5u);
  node.publish(R"({"symbol":"ZZZZ","price":7})");
  CAF_CHECK_EQUAL(node.rows("ZZZZ").at(0).at("price").literal(), "7");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 6u);
}

CAF_TEST(numbers_are_written_as_a_person_would) {
  struct {
    const char* tick;
    const char* cell;
    const char* expected;
  } cases[] = {
    {R"("price":150.1,"prev_close":145.54)", "change", "4.56"},
    {R"("price":0.3,"prev_close":0.1)", "change", "0.2"},
    {R"("price":0.3,"prev_close":0.1)", "change_percent", "2"},
    {R"("price":1.1,"prev_close":1.0)", "change", "0.1"},
    {R"("price":99.99,"prev_close":100)", "change", "-0.01"},
    {R"("price":99.99,"prev_close":100)", "change_percent", "-0.0001"},
    {R"("price":2,"prev_close":3)", "change_percent", "-0.333333"},
    {R"("price":5,"prev_close":3)", "change_percent", "0.666667"},
    {R"("price":7,"prev_close":7)", "change", "0"},
    {R"("price":7,"prev_close":7)", "change_percent", "0"},
    {R"("price":151.20)", "price", "151.2"},
    {R"("price":151.0)", "price", "151"},
    {R"("price":1.5e2)", "price", "150"},
    {R"("price":0.00001234)", "price", "0.00001234"},
    {R"("price":97123.45)", "price", "97123.45"},
    {R"("volume":3000000000000)", "volume", "3000000000000"},
    {R"("volume":0)", "volume", "0"},
    {R"("volume":0.125)", "volume", "0.125"},
    {R"("market_cap":3.5e12)", "market_cap", "3500000000000"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.tick);
    node.publish(std::string{R"({"symbol":"N",)"} + x.tick + "}");
    CAF_CHECK_EQUAL(node.rows("N").at(0).at(x.cell).literal(), x.expected);
  }
}

CAF_TEST(change_is_null_until_prev_close_is_known) {
  node.publish(R"({"symbol":"NEW","price":10})");
  auto rows = node.rows("NEW");
  CAF_CHECK(rows.at(0).at("change").is_null());
  CAF_CHECK(rows.at(0).at("change_percent").is_null());
  node.publish(R"({"symbol":"NEW","prev_close":8})");
  rows = node.rows("NEW");
  CAF_CHECK_EQUAL(rows.at(0).at("change").literal(), "2");
  CAF_CHECK_EQUAL(rows.at(0).at("change_percent").literal(), "0.25");
}

CAF_TEST_FIXTURE_SCOPE_END()
