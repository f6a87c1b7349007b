#define CAF_SUITE node.startup

#include <csignal>
#include <map>
#include <regex>
#include <sstream>

#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

constexpr const char* all_settings[] = {"http.address",
                                        "http.port",
                                        "http.widgets-file",
                                        "http.max-body",
                                        "http.allowed-origins",
                                        "http.max-connections",
                                        "ws.max-message",
                                        "ws.ping-interval",
                                        "ws.send-buffer",
                                        "market.feed",
                                        "market.symbols-file",
                                        "market.sessions-file",
                                        "market.max-symbols",
                                        "simulator.symbols",
                                        "replay.file",
                                        "replay.speed",
                                        "replay.loop",
                                        "console.address",
                                        "console.port",
                                        "log.level",
                                        "log.format"};

/// Runs a program that must not start; checks code and message.
void check_refusal(node_options options, int code, std::string_view named) {
  node_process node{std::move(options)};
  CAF_CHECK_EQUAL(node.wait_for_exit(), code);
  CAF_CHECK(contains(node.standard_error(), named));
  CAF_CHECK_EQUAL(node.standard_output(), "");
}

void check_drain(int signal) {
  // An hour between updates holds the last row back until the drain.
  node_process node{strings{"--market.feed=none", example_symbols()}};
  ws_client subscriber{node.port(), "/live_grid_ws?interval=60000"};
  subscriber.subscribe(R"(["AAPL"])");
  CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), "150");
  node.publish(R"([{"symbol":"AAPL","price":151},
                   {"symbol":"AAPL","price":152.5}])");
  auto begin = clock::now();
  node.signal(signal);
  strings rows;
  CAF_CHECK_EQUAL(subscriber.wait_for_close(&rows), 1001);
  CAF_REQUIRE(!rows.empty());
  CAF_CHECK_EQUAL(json_value::parse(rows.back()).at("price").literal(),
                  "152.5");
  subscriber.socket().close();
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  CAF_CHECK(clock::now() - begin < std::chrono::seconds{5});
}

} // namespace

CAF_TEST(the_startup_line_names_the_real_ports) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  std::regex form{R"(livegrid \d+\.\d+\.\d+ listening on )"
                  R"(http://127\.0\.0\.1:([1-9]\d*) symbols=5 feed=none )"
                  R"(console=127\.0\.0\.1:([1-9]\d*))"};
  CAF_MESSAGE(node.startup_line());
  CAF_CHECK(std::regex_match(node.startup_line(), form));
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  // The console's port must be open as well by then.
  auto line = node.startup_line();
  auto port = std::atoi(line.c_str() + line.rfind(':') + 1);
  tcp_socket{static_cast<std::uint16_t>(port)};
}

CAF_TEST(the_simulator_is_the_default_feed) {
  node_process node{strings{}};
  CAF_CHECK(contains(node.startup_line(), " symbols=37 feed=simulator "));
  node_process example{strings{"--simulator.symbols=5"}};
  CAF_CHECK(contains(example.startup_line(), " symbols=5 feed=simulator "));
}

CAF_TEST(without_the_simulator_nothing_is_invented) {
  node_process node{strings{"--market.feed=none"}};
  CAF_CHECK(contains(node.startup_line(), " symbols=0 feed=none "));
  CAF_CHECK_EQUAL(node.get("/live_grid_data?symbol=*").body, "[]");
}

CAF_TEST(the_first_real_tick_takes_the_place_of_all_that_is_simulated) {
  node_process node{strings{}};
  auto row = [&] {
    return node.get("/live_grid_data?symbol=AAPL&with=source").json().at(0);
  };
  CAF_CHECK_EQUAL(row().at("source").text(), "simulator");
  CAF_CHECK(!row().at("market_cap").is_null());
  node.publish(R"({"symbol":"AAPL","price":189.41})");
  CAF_CHECK_EQUAL(row().at("source").text(), "post");
  CAF_CHECK_EQUAL(row().at("price").literal(), "189.41");
  for (const auto* gone : {"change", "change_percent", "volume", "market_cap"})
    CAF_CHECK(row().at(gone).is_null());
}

CAF_TEST(standard_output_gets_one_line_only) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  node.publish(R"({"symbol":"AAPL","price":1})");
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  CAF_CHECK_EQUAL(node.standard_output(), node.startup_line() + "\n");
}

CAF_TEST(standard_error_gets_one_line_an_event) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  auto text = node.standard_error();
  CAF_CHECK(text.empty() || text.back() == '\n');
  CAF_CHECK(!contains(text, "\n\n"));
}

CAF_TEST(standard_error_gets_json_if_asked_to) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--log.format=json"}};
  CAF_CHECK_EQUAL(node.post("{\"symbol\":\"\n\xFF\"}").status, 400);
  CAF_CHECK_EQUAL(node.post(R"([{"symbol":"\"},\n{","price":1}])").status, 422);
  ws_client subscriber{node.port(), "/live_grid_ws"};
  for (int i = 0; i < 30; ++i)
    subscriber.subscribe(R"("a \u2028 b")");
  // A node that is told to stop reads no more of what has come.
  for (int i = 0; i < 30; ++i)
    subscriber.next_text();
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  std::istringstream lines{node.standard_error()};
  std::map<std::string, double> told;
  for (std::string line; std::getline(lines, line);) {
    CAF_MESSAGE(line);
    auto x = json_value::parse(line);
    CAF_CHECK(joined(x.keys()).starts_with("time,level,event"));
    auto keys = joined(x.keys());
    auto only_counts = keys == "time,level,event,left_out"
                       || keys == "time,level,event,peer,left_out";
    told[x.at("event").text()] +=
      (only_counts ? 0 : 1)
      + (x.has("left_out") ? x.at("left_out").number() : 0);
  }
  CAF_CHECK_EQUAL(told["started"], 1);
  CAF_CHECK_EQUAL(told["ticks_refused"], 2);
  CAF_CHECK_EQUAL(told["bad_message"], 30);
  CAF_CHECK_EQUAL(told["subscriber_closed"], 1);
  CAF_CHECK_EQUAL(told["stopping"], 1);
}

CAF_TEST(version_is_printed) {
  node_process node{node_options{.args = {"--version"}, .free_ports = false}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  CAF_CHECK(
    std::regex_search(node.standard_output(), std::regex{R"(\d+\.\d+\.\d+)"}));
}

CAF_TEST(help_lists_every_setting_with_its_default) {
  node_process node{node_options{.args = {"--help"}, .free_ports = false}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  auto text = node.standard_output();
  for (auto name : all_settings) {
    CAF_MESSAGE(name);
    CAF_CHECK(contains(text, name));
  }
  for (auto value :
       {"127.0.0.1", "7779", "7780", "20000", "simulator", "100000", "20s"}) {
    CAF_MESSAGE(value);
    CAF_CHECK(contains(text, value) || contains(text, "20 s"));
  }
}

CAF_TEST(a_port_in_use_ends_with_1_and_its_address) {
  port_holder taken;
  auto port = std::to_string(taken.port());
  check_refusal(
    {.args = {"--http.port=" + port, "--console.port=0"}, .free_ports = false},
    1, "127.0.0.1:" + port);
  check_refusal(
    {.args = {"--http.port=0", "--console.port=" + port}, .free_ports = false},
    1, "127.0.0.1:" + port);
}

CAF_TEST(sigterm_drains_and_ends_with_0) {
  check_drain(SIGTERM);
}

CAF_TEST(sigint_drains_and_ends_with_0) {
  check_drain(SIGINT);
}

CAF_TEST(a_drain_does_not_wait_for_clients_that_say_nothing) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  tcp_socket silent{node.port()};
  http_client half{node.port()};
  half.send("GET /health HT");
  ws_client deaf{node.port(), "/live_grid_ws"};
  deaf.subscribe(R"("*")");
  deaf.next_text();
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(std::chrono::seconds{5}), 0);
}
