#define CAF_SUITE node.tick_socket

#include <ctime>

#include "node_fixture.hpp"

using namespace livegrid::test;

CAF_TEST_FIXTURE_SCOPE(tick_socket_tests, node_fixture)

CAF_TEST(a_websocket_takes_the_same_bodies) {
  ws_client publisher{node.port(), "/ticks"};
  struct {
    const char* body;
    const char* answer;
  } cases[] = {
    {R"({"symbol":"A","price":1})", R"({"accepted":1})"},
    {R"([{"symbol":"A","price":2},{"symbol":"B","price":2}])",
     R"({"accepted":2})"},
    {"{\"symbol\":\"A\",\"price\":3}\n{\"symbol\":\"A\",\"price\":4}\n",
     R"({"accepted":2})"},
    {"[]", R"({"accepted":0})"},
  };
  for (auto& x : cases) {
    publisher.send_text(x.body);
    CAF_CHECK_EQUAL(publisher.next_text(), x.answer);
  }
  CAF_CHECK_EQUAL(cell("A", "price"), "4");
  publisher.send_text("nonsense");
  CAF_CHECK(publisher.next_json().at("detail").is_string());
  publisher.send_text("");
  CAF_CHECK(publisher.next_json().at("detail").is_string());
  publisher.send_text(
    R"([{"symbol":"A","price":5},{"symbol":"A","price":-1e19}])");
  auto detail = publisher.next_json().at("detail");
  CAF_CHECK_EQUAL(detail.at(0).at("loc").at(1).literal(), "1");
  CAF_CHECK_EQUAL(detail.at(0).at("loc").at(2).text(), "price");
  CAF_CHECK_EQUAL(cell("A", "price"), "4");
}

CAF_TEST(a_websocket_takes_good_ticks_alone_if_it_asks_for_that) {
  ws_client publisher{node.port(), "/ticks?partial=true"};
  publisher.send_text(
    R"([{"symbol":"A","price":5},{"symbol":"A?","price":1}])");
  auto said = publisher.next_json();
  CAF_CHECK_EQUAL(said.at("accepted").literal(), "1");
  CAF_CHECK_EQUAL(said.at("refused").at(0).at("loc").at(1).literal(), "1");
  CAF_CHECK_EQUAL(said.at("refused").at(0).at("loc").at(2).text(), "symbol");
  CAF_CHECK_EQUAL(cell("A", "price"), "5");
}

CAF_TEST(a_parameter_that_means_nothing_to_a_publisher_is_logged) {
  ws_client fine{node.port(), "/ticks?partial=true&api_key=x"};
  ws_client publisher{node.port(), "/ticks?Partial=true"};
  node.wait_for_error_text("unknown_params");
  CAF_CHECK(node.standard_error().find("path=\"/ticks\"") != std::string::npos);
  CAF_CHECK(node.standard_error().find("here: Partial\"") != std::string::npos);
}

CAF_TEST(a_websocket_answers_each_message_in_order) {
  ws_client publisher{node.port(), "/ticks"};
  auto bad = [](int i) { return i % 5 == 1; };
  for (int i = 0; i < 500; ++i)
    publisher.send_text(bad(i) ? R"({"symbol":"A"})"
                               : R"({"symbol":"A","price":1})");
  for (int i = 0; i < 500; ++i)
    CAF_CHECK(publisher.next_json().has(bad(i) ? "detail" : "accepted"));
  CAF_CHECK(publisher.close().empty());
}

CAF_TEST(what_is_refused_is_answered_before_the_end) {
  ws_frame goodbye{.payload = close_payload(1000), .code = opcode::close};
  ws_frame broken{.payload = "x", .masked = false};
  for (auto& last : {goodbye, broken}) {
    ws_client publisher{node.port(), "/ticks"};
    publisher.socket().send(to_bytes({.payload = "rubbish"}) + to_bytes(last));
    strings answers;
    auto code = publisher.wait_for_close(&answers);
    CAF_CHECK_EQUAL(code, last.masked ? 1000 : 1002);
    CAF_REQUIRE_EQUAL(answers.size(), 1u);
    CAF_CHECK(json_value::parse(answers[0]).has("detail"));
  }
}

CAF_TEST(a_websocket_takes_messages_up_to_max_body) {
  ws_client publisher{node.port(), "/ticks"};
  std::string body = R"({"symbol":"A","price":9})";
  body.resize(1024 * 1024, ' ');
  publisher.send_text(body);
  CAF_CHECK_EQUAL(publisher.next_text(), R"({"accepted":1})");
  publisher.send_text(body + " ");
  CAF_CHECK_EQUAL(publisher.wait_for_close(), 1009);
}

CAF_TEST(a_websocket_refuses_binary_messages) {
  ws_client publisher{node.port(), "/ticks"};
  publisher.send(
    {.payload = R"({"symbol":"AAPL","price":9})", .code = opcode::binary});
  CAF_CHECK(publisher.next_json().has("detail"));
  publisher.send_text("[]");
  CAF_CHECK_EQUAL(publisher.next_text(), R"({"accepted":0})");
  CAF_CHECK_EQUAL(cell("AAPL", "price"), "150");
}

CAF_TEST_FIXTURE_SCOPE_END()
