#define CAF_SUITE node.subscribers

#include <map>
#include <set>

#include "rows_of.hpp"
#include "temp_file.hpp"

#include "node_fixture.hpp"

using namespace livegrid::test;

namespace {

using names = std::set<std::string>;

void check_error_frame(const json_value& x) {
  CAF_REQUIRE(x.is_object());
  CAF_CHECK_EQUAL(joined(x.keys()), "type,detail");
  CAF_CHECK_EQUAL(x.at("type").text(), "error");
  CAF_CHECK(!x.at("detail").text().empty());
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(subscribers_tests, node_fixture)

CAF_TEST(w2_w7_a_params_message_brings_the_current_row_then_updates) {
  auto subscriber = connect();
  subscriber.send_text(R"({"type":"params","params":{"symbol":["AAPL"]}})");
  auto row = subscriber.next_json();
  CAF_CHECK(row.is_object());
  CAF_CHECK_EQUAL(row.at("symbol").text(), "AAPL");
  CAF_CHECK_EQUAL(row.at("price").literal(), "150");
  CAF_CHECK_EQUAL(row.at("change").literal(), "4.46");
  CAF_CHECK_EQUAL(row.at("change_percent").literal(), "0.030644");
  CAF_CHECK_EQUAL(row.at("volume").literal(), "1000000");
  trade("AAPL", 155);
  row = subscriber.next_json();
  CAF_CHECK_EQUAL(row.at("price").literal(), "155");
  CAF_CHECK_EQUAL(row.at("change").literal(), "9.46");
}

CAF_TEST(w2_hidden_params_and_a_missing_type_do_not_matter) {
  for (auto text :
       {R"({"params":{"symbol":"AAPL"}})",
        R"({"type":"params","params":{"x":null,"symbol":"AAPL","y":"true"}})",
        R"({"params":{"symbol":["AAPL"]},"type":"params","more":[1,{}]})",
        " {\n\"params\" : { \"symbol\" : \"AAPL\" } } \n"}) {
    CAF_MESSAGE(text);
    auto subscriber = connect();
    subscriber.send_text(text);
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
  }
}

CAF_TEST(w8_w15_each_message_is_a_row_of_its_own) {
  auto subscriber = connect();
  subscriber.subscribe(R"("*")");
  for (int i = 0; i < 5; ++i) {
    auto row = subscriber.next_json();
    CAF_CHECK(row.is_object());
    CAF_CHECK_EQUAL(joined(row.keys()), "date,symbol,price,change,"
                                        "change_percent,volume,market_cap");
  }
}

CAF_TEST(w17_bad_input_is_answered_and_never_closes) {
  auto subscriber = connect();
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_json();
  int price = 0;
  for (std::string text :
       {"ping", "", "nonsense", "{", "5", "null", "[]", R"("AAPL")",
        R"({"params":5})", R"({"params":[]})", R"({"params":"AAPL"})",
        R"({"params":{"symbol":5}})", R"({"params":{"symbol":true}})",
        R"({"params":{"symbol":{}}})", R"({"params":{"symbol":[5]}})",
        R"({"params":{"symbol":"A?B"}})",
        R"({"params":{"symbol":"AAPL"}} trailing)"}) {
    CAF_MESSAGE(text);
    subscriber.send_text(text);
    check_error_frame(subscriber.next_json());
  }
  subscriber.send(
    {.payload = R"({"params":{"symbol":"MSFT"}})", .code = opcode::binary});
  check_error_frame(subscriber.next_json());
  // Some of them named nothing good; a fresh set must still be served.
  subscriber.subscribe(R"(["AAPL"])");
  subscriber.subscribe(R"(["AAPL","TSLA"])");
  while (subscriber.next_json().at("symbol").text() != "TSLA")
    ;
  trade("AAPL", ++price);
  CAF_CHECK(rows_until(subscriber, "AAPL", "1").empty());
}

CAF_TEST(of_good_and_bad_names_the_good_ones_count) {
  auto subscriber = connect();
  subscriber.subscribe(R"(["AAPL","no name?","MSFT"])");
  names seen;
  int errors = 0;
  for (int i = 0; i < 3; ++i) {
    auto x = subscriber.next_json();
    if (x.has("type")) {
      check_error_frame(x);
      ++errors;
    } else {
      seen.insert(x.at("symbol").text());
    }
  }
  CAF_CHECK_EQUAL(errors, 1);
  CAF_CHECK((seen == names{"AAPL", "MSFT"}));
}

CAF_TEST(over_a_thousand_names_are_answered_with_an_error) {
  auto subscriber = connect();
  std::string all = "[";
  for (int i = 0; i < 1001; ++i)
    all += std::string{i ? "," : ""} + "\"S" + std::to_string(i) + "\"";
  subscriber.subscribe(all + "]");
  bool refused = false;
  while (!refused)
    refused = subscriber.next_json().has("type");
  CAF_CHECK(refused);
  subscriber.subscribe("[]");
  subscriber.subscribe(R"("AAPL")");
  while (subscriber.next_json().at("symbol").literal() != "AAPL")
    ;
}

CAF_TEST(over_a_hundred_bad_messages_in_ten_seconds_close_with_1008) {
  auto patient = connect();
  for (int i = 0; i < 100; ++i)
    patient.send_text("bad");
  for (int i = 0; i < 100; ++i)
    check_error_frame(patient.next_json());
  patient.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(patient.next_json().at("symbol").text(), "AAPL");
  auto abuser = connect();
  for (int i = 0; i < 101; ++i)
    abuser.send_text("bad");
  CAF_CHECK_EQUAL(abuser.wait_for_close(), 1008);
  CAF_CHECK(patient.close().empty());
}

CAF_TEST(updates_come_in_order_and_none_is_missing) {
  auto subscriber = connect();
  subscriber.subscribe(R"(["AAPL","MSFT","TSLA"])");
  next_symbols(subscriber, 3);
  const char* symbols[] = {"AAPL", "MSFT", "TSLA"};
  std::map<std::string, int> last;
  int sent = 0;
  for (int round = 0; round < 100; ++round) {
    std::string body;
    for (int i = 0; i < 100; ++i, ++sent)
      body += std::string{R"({"symbol":")"} + symbols[sent % 3]
              + R"(","price":)" + std::to_string(sent + 1) + "}\n";
    node.publish(body);
    // Whoever reads what was sent before more is sent does keep up.
    for (int i = 0; i < 100; ++i) {
      auto row = subscriber.next_json();
      auto symbol = row.at("symbol").text();
      auto price = static_cast<int>(row.at("price").number());
      auto& before = last[symbol];
      if (before == 0)
        before = price - 3;
      CAF_REQUIRE_EQUAL(price, before + 3);
      before = price;
    }
  }
  CAF_CHECK_EQUAL(sent, 10'000);
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(w18_a_client_may_leave_without_a_code) {
  auto subscriber = connect();
  subscriber.subscribe(R"("*")");
  next_symbols(subscriber, 5);
  subscriber.send({.payload = "", .code = opcode::close});
  auto code = subscriber.wait_for_close();
  CAF_CHECK(code == 1005 || code == 1000);
  trade("AAPL", 1);
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
}

CAF_TEST(w19_w21_w22_a_plain_browser_connects) {
  auto headers = handshake_headers();
  headers.emplace_back("Origin", "https://pro.openbb.co");
  headers.emplace_back("Sec-WebSocket-Extensions",
                       "permessage-deflate; client_max_window_bits");
  auto response =
    handshake(node.port(), "/live_grid_ws?token=secret&x=", headers);
  CAF_CHECK_EQUAL(response.status, 101);
  CAF_CHECK(!response.has("Sec-WebSocket-Protocol"));
  CAF_CHECK(!response.has("Sec-WebSocket-Extensions"));
}

CAF_TEST(the_simulator_updates_a_subscriber) {
  node_process live{strings{}};
  ws_client subscriber{live.port(), "/live_grid_ws"};
  subscriber.subscribe(R"(["AAPL","MSFT"])");
  std::map<std::string, int> updates;
  while (updates["AAPL"] < 3 || updates["MSFT"] < 3) {
    auto row = subscriber.next_json();
    CAF_CHECK_GREATER(row.at("price").number(), 0.0);
    ++updates[row.at("symbol").text()];
  }
  CAF_CHECK_EQUAL(updates.size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(w13_a_tape_gets_no_error_frames) {
  temp_file file{R"({"tape":{"name":"Tape","description":"t",
    "type":"live_grid","endpoint":"tape","wsEndpoint":"tape_ws",
    "data":{"table":{"columnsDefs":[
      {"field":"symbol","headerName":"Symbol"},
      {"field":"price","headerName":"Price"}]}}}})",
                 ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  ws_client tape{node.port(), "/tape_ws"};
  for (auto text : {"ping", "{}", R"({"params":{"symbol":5}})"})
    tape.send_text(text);
  tape.subscribe(R"(["AAPL"])");
  // Once this is there the next ones find it subscribed.
  node.publish(R"({"symbol":"AAPL","price":7})");
  node.publish(R"([{"symbol":"AAPL","price":1},{"symbol":"AAPL","price":2}])");
  auto first = tape.next_text();
  if (first == R"({"symbol":"AAPL","price":7})")
    first = tape.next_text();
  CAF_CHECK_EQUAL(first, R"({"symbol":"AAPL","price":1})");
  CAF_CHECK_EQUAL(tape.next_text(), R"({"symbol":"AAPL","price":2})");
  CAF_CHECK(tape.close().empty());
}
