#define CAF_SUITE node.subscriptions

#include <map>
#include <set>

#include "rows_of.hpp"
#include "temp_file.hpp"

#include "node_fixture.hpp"

using namespace livegrid::test;

namespace {

using names = std::set<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(subscriptions_tests, node_fixture)

CAF_TEST(w3_params_change_replaces_the_set) {
  auto subscriber = connect();
  subscriber.subscribe(R"(["AAPL","MSFT"])");
  CAF_CHECK((next_symbols(subscriber, 2) == names{"AAPL", "MSFT"}));
  // MSFT stays and is not sent again; AAPL goes, TSLA comes.
  subscriber.subscribe(R"(["MSFT","TSLA"])");
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "TSLA");
  trade("AAPL", 1);
  trade("MSFT", 2);
  CAF_CHECK(rows_until(subscriber, "MSFT", "2").empty());
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(w3_a_symbol_that_comes_back_is_sent_anew) {
  auto subscriber = connect();
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_json();
  subscriber.subscribe("[]");
  trade("AAPL", 160);
  subscriber.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), "160");
}

CAF_TEST(w4_an_empty_array_is_nothing) {
  auto subscriber = connect();
  subscriber.subscribe(R"(["AAPL"])");
  next_symbols(subscriber, 1);
  subscriber.subscribe("[]");
  subscriber.subscribe("null");
  trade("AAPL", 1);
  subscriber.subscribe(R"(["MSFT"])");
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "MSFT");
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(w5_every_form_of_a_value_is_understood) {
  struct {
    const char* value;
    names expected;
  } cases[] = {
    {R"("TSLA")", {"TSLA"}},
    {R"("AAPL,TSLA")", {"AAPL", "TSLA"}},
    {R"(" AAPL , TSLA ")", {"AAPL", "TSLA"}},
    {R"(["AAPL","TSLA"])", {"AAPL", "TSLA"}},
    {R"(["AAPL","TSLA","AAPL"])", {"AAPL", "TSLA"}},
    {R"("*")", built_in},
    {R"(["*"])", built_in},
    {R"("true")", {"true"}},
    {R"(["A\u0041PL"])", {"AAPL"}},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.value);
    auto subscriber = connect();
    subscriber.subscribe(x.value);
    CAF_CHECK(next_symbols(subscriber, x.expected.size()) == x.expected);
    CAF_CHECK(subscriber.close().empty());
  }
}

CAF_TEST(w27_null_absent_and_empty_are_nothing) {
  for (auto text : {R"({"type":"params","params":{"symbol":null}})",
                    R"({"type":"params","params":{}})",
                    R"({"type":"params","params":{"symbol":""}})",
                    R"({"type":"params","params":{"symbol":[]}})",
                    R"({"type":"params","params":{"other":"MSFT"}})"}) {
    CAF_MESSAGE(text);
    auto subscriber = connect();
    subscriber.subscribe(R"("AAPL")");
    next_symbols(subscriber, 1);
    subscriber.send_text(text);
    trade("AAPL", 1000);
    subscriber.subscribe(R"(["TSLA"])");
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "TSLA");
    CAF_CHECK(subscriber.close().empty());
    trade("AAPL", 150);
  }
}

CAF_TEST(w6_a_message_without_params_keeps_the_set) {
  for (auto text : {"{}", R"({"type":"params"})", R"({"params":null})"}) {
    CAF_MESSAGE(text);
    auto subscriber = connect();
    subscriber.subscribe(R"("AAPL")");
    next_symbols(subscriber, 1);
    subscriber.send_text(text);
    // What follows on the same connection is handled after it.
    subscriber.subscribe(R"(["AAPL","TSLA"])");
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "TSLA");
    subscriber.send_text(text);
    trade("AAPL", 1000);
    CAF_CHECK(rows_until(subscriber, "AAPL", "1000").empty());
    CAF_CHECK(subscriber.close().empty());
    trade("AAPL", 150);
  }
}

CAF_TEST(a_star_is_every_symbol_also_those_to_come) {
  auto subscriber = connect();
  subscriber.subscribe(R"("*")");
  CAF_CHECK(next_symbols(subscriber, 5) == built_in);
  trade("NEW1", 1);
  CAF_CHECK(rows_until(subscriber, "NEW1", "1").empty());
  trade("NEW1", 2);
  CAF_CHECK(rows_until(subscriber, "NEW1", "2").empty());
  // Taking the star back takes them back as well.
  subscriber.subscribe(R"("AAPL")");
  trade("NEW2", 3);
  trade("NEW1", 4);
  trade("AAPL", 5);
  CAF_CHECK(rows_until(subscriber, "AAPL", "5").empty());
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(w9_a_symbol_to_come_comes_alive_with_its_first_tick) {
  auto subscriber = connect();
  subscriber.subscribe(R"(["LATER"])");
  auto row = subscriber.next_json();
  CAF_CHECK_EQUAL(row.at("symbol").text(), "LATER");
  CAF_CHECK(row.at("price").is_null());
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 5u);
  trade("LATER", 12);
  CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), "12");
}

CAF_TEST(a_thousand_names_are_served) {
  auto subscriber = connect();
  std::string all = "[";
  names expected;
  for (int i = 0; i < 1000; ++i) {
    auto name = "S" + std::to_string(i);
    all += std::string{i ? "," : ""} + "\"" + name + "\"";
    expected.insert(name);
  }
  subscriber.subscribe(all + "]");
  CAF_CHECK(next_symbols(subscriber, 1000) == expected);
}

// It was more than 64 KiB, which a message could have at most.
CAF_TEST(a_thousand_of_the_longest_names_are_served_as_workspace_sends_them) {
  auto subscriber = connect();
  std::string all;
  names expected;
  for (int i = 0; i < 1000; ++i) {
    auto name = std::to_string(1000 + i);
    name.resize(64, 'X');
    all += std::string{i ? "," : ""} + '"' + name + '"';
    expected.insert(name);
  }
  auto message = R"({"type":"params","params":{"symbol":[)" + all + "]}}";
  CAF_CHECK_EQUAL(message.size(), 67'039u);
  subscriber.send_text(message);
  CAF_CHECK(next_symbols(subscriber, 1000) == expected);
}

CAF_TEST(two_subscribers_do_not_share_their_sets) {
  auto first = connect();
  auto second = connect();
  first.subscribe(R"("AAPL")");
  second.subscribe(R"("MSFT")");
  next_symbols(first, 1);
  next_symbols(second, 1);
  trade("AAPL", 1);
  trade("MSFT", 2);
  CAF_CHECK(rows_until(first, "AAPL", "1").empty());
  CAF_CHECK(rows_until(second, "MSFT", "2").empty());
  CAF_CHECK(first.close().empty());
  CAF_CHECK(second.close().empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
