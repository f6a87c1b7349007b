#define CAF_SUITE node.tick_errors

#include <ctime>

#include "node_fixture.hpp"

using namespace livegrid::test;

namespace {

struct fixture : node_fixture {
  void check_400(std::string_view body) {
    auto response = node.post(body);
    CAF_CHECK_EQUAL(response.status, 400);
    CAF_CHECK(!response.json().at("detail").text().empty());
  }

  /// Checks a 422 whose first fault has that `loc`, comma-joined.
  void check_422(std::string_view body, std::string_view loc) {
    auto response = node.post(body);
    CAF_CHECK_EQUAL(response.status, 422);
    if (response.status != 422)
      return;
    auto detail = response.json().at("detail");
    CAF_REQUIRE(detail.is_array());
    auto& fault = detail.at(0);
    strings parts;
    for (auto& x : fault.at("loc").items())
      parts.push_back(x.literal());
    CAF_CHECK_EQUAL(joined(parts), loc);
    CAF_CHECK(!fault.at("msg").text().empty());
    CAF_CHECK(!fault.at("type").text().empty());
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tick_errors_tests, fixture)

CAF_TEST(what_is_no_json_is_400) {
  std::string_view cases[] = {
    "",
    "   ",
    "\r\n",
    "nonsense",
    "{",
    "[",
    "[{]",
    R"({"symbol":"A")",
    R"({"symbol":"A","price":1} x)",
    R"({"symbol":"A","price":1},)",
    R"({'symbol':'A','price':1})",
    R"({"symbol":"A","price":01})",
    R"({"symbol":"A","price":NaN})",
    R"({"symbol":"A","price":Infinity})",
    R"({"symbol":"A","price":1e999})",
    R"({"symbol":"A","x":-1e999})",
    "{\"symbol\":\"A\",\"price\":1}\n{\"symbol\":\"A\",\"pri",
    "{\"symbol\":\"A\xff\",\"price\":1}",
    std::string_view{"{\"symbol\":\"A\",\"price\":1}\0", 25},
    R"([{"symbol":"A","price":1},])",
    R"([{"symbol":"A","price":1}] [])",
  };
  for (auto body : cases) {
    CAF_MESSAGE(body);
    check_400(body);
  }
  CAF_CHECK_EQUAL(cell("A", "price"), "null");
}

CAF_TEST(a_400_says_where) {
  auto detail = node.post(R"([{"symbol":"A","price":1},{"symbol":x}])")
                  .json()
                  .at("detail")
                  .text();
  CAF_MESSAGE(detail);
  CAF_CHECK(detail.find_first_of("0123456789") != std::string::npos);
}

CAF_TEST(a_bad_value_is_422_and_says_which_tick_and_field) {
  std::string deep = R"({"symbol":"A","price":1,"x":[1]})";
  std::string long_text(257, 'x');
  struct {
    std::string body;
    const char* loc;
  } cases[] = {
    {R"({"price":1})", "body,symbol"},
    {R"({"symbol":5,"price":1})", "body,symbol"},
    {R"({"symbol":null,"price":1})", "body,symbol"},
    {R"({"symbol":"","price":1})", "body,symbol"},
    {R"({"symbol":"A ","price":1})", "body,symbol"},
    {R"({"symbol":"A,B","price":1})", "body,symbol"},
    {R"({"symbol":"*","price":1})", "body,symbol"},
    {R"({"symbol":")" + std::string(65, '1') + R"(","price":1})",
     "body,symbol"},
    {R"({"symbol":"A","price":-1e19})", "body,price"},
    {R"({"symbol":"A","price":"x"})", "body,price"},
    {R"({"symbol":"A","price":""})", "body,price"},
    {R"({"symbol":"A","price":"NaN"})", "body,price"},
    {R"({"symbol":"A","price":"inf"})", "body,price"},
    {R"({"symbol":"A","price":"0x10"})", "body,price"},
    {R"({"symbol":"A","price":true})", "body,price"},
    {R"({"symbol":"A","price":{}})", "body,price"},
    {R"({"symbol":"A","volume":-1})", "body,volume"},
    {R"({"symbol":"A","size":-0.5})", "body,size"},
    {R"({"symbol":"A","prev_close":-1e19})", "body,prev_close"},
    {R"({"symbol":"A","bid_size":-1})", "body,bid_size"},
    {R"({"symbol":"A","market_cap":"big"})", "body,market_cap"},
    {R"({"symbol":"A","price":1,"seq":1.5})", "body,seq"},
    {R"({"symbol":"A","price":1,"seq":"x"})", "body,seq"},
    {R"({"symbol":"A","price":1,"time":"yesterday"})", "body,time"},
    {R"({"symbol":"A","price":1,"time":true})", "body,time"},
    {deep, "body,x"},
    {R"({"symbol":"A","price":1,"x":{}})", "body,x"},
    {R"({"symbol":"A","price":1,"type":"trade"})", "body,type"},
    {R"({"symbol":"A","price":1,"bad-name":1})", "body,bad-name"},
    {R"({"symbol":"A","price":1,"x":")" + long_text + R"("})", "body,x"},
    {R"([{"symbol":"A","price":1},{"symbol":"A","price":1},
         {"symbol":"A","price":1},{"symbol":"A","price":-1e19}])",
     "body,3,price"},
    {R"([{"symbol":"A","price":-1e19}])", "body,0,price"},
    {R"([{"symbol":"A","price":1},{"price":1}])", "body,1,symbol"},
    {R"([{"symbol":"A","price":1},5])", "body,1"},
    {"{\"symbol\":\"A\",\"price\":1}\n{\"symbol\":\"A\",\"price\":-1e19}\n",
     "body,1,price"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.body.substr(0, 80));
    check_422(x.body, x.loc);
  }
  CAF_CHECK_EQUAL(cell("A", "price"), "null");
}

CAF_TEST(a_tick_without_a_field_is_422) {
  for (auto body :
       {R"({"symbol":"A"})", R"({"symbol":"A","price":null})", R"({})"}) {
    CAF_MESSAGE(body);
    CAF_CHECK_EQUAL(node.post(body).status, 422);
  }
  for (auto body : {"5", R"("text")", "null", "true", "[[]]"}) {
    CAF_MESSAGE(body);
    CAF_CHECK_EQUAL(node.post(body).status, 422);
  }
}

CAF_TEST(a_request_is_applied_whole_or_not_at_all) {
  CAF_CHECK_EQUAL(node
                    .post(R"([{"symbol":"AAPL","price":1},
                                {"symbol":"NEW","price":2},
                                {"symbol":"AAPL","price":-1e19}])")
                    .status,
                  422);
  CAF_CHECK_EQUAL(node.post("{\"symbol\":\"AAPL\",\"price\":1}\n{\"sym").status,
                  400);
  CAF_CHECK_EQUAL(cell("AAPL", "price"), "150");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 5u);
}

CAF_TEST(extra_cells_have_limits) {
  auto with_extras = [](int first, int n) {
    std::string body = R"({"symbol":"A","price":1)";
    for (int i = first; i < first + n; ++i)
      body += ",\"x" + std::to_string(i) + "\":" + std::to_string(i);
    return body + "}";
  };
  check_accepted(with_extras(0, 64), 1);
  check_accepted(with_extras(0, 64), 1);
  CAF_CHECK_EQUAL(node.post(with_extras(0, 65)).status, 422);
  CAF_CHECK_EQUAL(node.post(with_extras(64, 1)).status, 422);
  check_accepted(
    R"({"symbol":"B","price":1,"x":")" + std::string(256, 'y') + R"("})", 1);
  check_accepted(R"({"symbol":"B",")" + std::string(32, 'n') + R"(":1})", 1);
  CAF_CHECK_EQUAL(
    node.post(R"({"symbol":"B",")" + std::string(33, 'n') + R"(":1})").status,
    422);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(symbols_over_the_limit_are_422_and_nothing_is_applied) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--market.max-symbols=7"}};
  node.publish(R"({"symbol":"SIX","price":6})");
  auto response = node.post(R"([{"symbol":"AAPL","price":1},
                                {"symbol":"SEVEN","price":7},
                                {"symbol":"EIGHT","price":8}])");
  CAF_CHECK_EQUAL(response.status, 422);
  CAF_CHECK(response.json().at("detail").is_array());
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").literal(), "150");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 6u);
  node.publish(R"({"symbol":"SEVEN","price":7})");
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"EIGHT","price":8})").status, 422);
  node.publish(R"({"symbol":"AAPL","price":2})");
}

CAF_TEST(symbols_that_are_there_are_taken_by_a_full_node) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--market.max-symbols=7"}};
  node.publish(R"({"symbol":"S5","price":6})");
  std::string batch = R"([{"symbol":"S5","price":7})";
  for (int i = 0; i < 20; ++i)
    batch += R"(,{"symbol":"NEW)" + std::to_string(i) + R"(","price":1})";
  batch += ']';
  http_client client{node.connect()};
  auto post = [&] {
    return client.request("POST", "/ticks?partial=true", {}, batch).json();
  };
  auto said = post();
  CAF_CHECK_EQUAL(said.at("accepted").literal(), "2");
  CAF_CHECK_EQUAL(said.at("refused").size(), 19u);
  said = post();
  CAF_CHECK_EQUAL(said.at("accepted").literal(), "2");
  CAF_CHECK_EQUAL(node.rows("S5").at(0).at("price").literal(), "7");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 7u);
}
