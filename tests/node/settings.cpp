#define CAF_SUITE node.settings

#include <csignal>
#include <regex>

#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// Runs a program that must not start; checks code and message.
void check_refusal(node_options options, int code, std::string_view named) {
  node_process node{std::move(options)};
  CAF_CHECK_EQUAL(node.wait_for_exit(), code);
  CAF_CHECK(contains(node.standard_error(), named));
  CAF_CHECK_EQUAL(node.standard_output(), "");
}

/// A port that was free a moment ago.
std::uint16_t free_port() {
  return port_holder{}.port();
}

} // namespace

CAF_TEST(a_wrong_setting_is_refused_with_2_and_named) {
  struct {
    const char* arg;
    const char* named;
  } cases[] = {
    {"--http.prot=1", "http.prot"},
    {"--nonsense", "nonsense"},
    {"--http.port=70000", "http.port"},
    {"--http.port=-1", "http.port"},
    {"--http.port=abc", "http.port"},
    {"--http.max-body=lots", "http.max-body"},
    {"--http.max-connections=0", "http.max-connections"},
    {"--ws.max-message=-5", "ws.max-message"},
    {"--ws.ping-interval=soon", "ws.ping-interval"},
    {"--market.feed=bloomberg", "market.feed"},
    {"--market.max-symbols=x", "market.max-symbols"},
    {"--replay.speed=-1", "replay.speed"},
    {"--replay.loop=perhaps", "replay.loop"},
    {"--http.widgets-file=/nonexistent/w.json", "/nonexistent/w.json"},
    {"--market.symbols-file=/nonexistent/s.json", "/nonexistent/s.json"},
    {"--config-file=/nonexistent/l.ini", "/nonexistent/l.ini"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.arg);
    check_refusal({.args = {x.arg}}, 2, x.named);
  }
}

CAF_TEST(a_replay_without_a_readable_file_is_refused) {
  check_refusal({.args = {"--market.feed=replay"}}, 2, "replay.file");
  check_refusal(
    {.args = {"--market.feed=replay", "--replay.file=/nonexistent/t.csv"}}, 2,
    "/nonexistent/t.csv");
}

CAF_TEST(a_bad_widgets_file_is_refused_and_named) {
  for (auto text : {"", "nonsense", "[]", R"({"w":5})",
                    R"({"w":{"name":"W","type":"live_grid"}})"}) {
    CAF_MESSAGE(text);
    temp_file file{text, ".json"};
    check_refusal({.args = {"--http.widgets-file=" + file.path()}}, 2,
                  file.path());
  }
}

CAF_TEST(a_bad_symbols_file_is_refused_and_named) {
  for (auto text : {"", "{}", R"([{"price":1}])", R"([{"symbol":"a*b"}])",
                    R"([{"symbol":"A","price":-1e19}])"}) {
    CAF_MESSAGE(text);
    temp_file file{text, ".json"};
    check_refusal({.args = {"--market.symbols-file=" + file.path()}}, 2,
                  file.path());
  }
}

CAF_TEST(the_environment_sets_what_the_command_line_does_not) {
  auto port = free_port();
  node_process node{
    node_options{.args = {"--console.port=0"},
                 .env = {{"LIVEGRID_HTTP_PORT", std::to_string(port)},
                         {"LIVEGRID_MARKET_FEED", "none"},
                         {"LIVEGRID_MARKET_MAX_SYMBOLS", "1"}},
                 .free_ports = false}};
  node.wait_until_listening();
  CAF_CHECK_EQUAL(node.port(), port);
  CAF_CHECK(contains(node.startup_line(), " feed=none "));
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"ONE","price":1})").status, 200);
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"TWO","price":1})").status, 422);
}

CAF_TEST(the_command_line_wins_over_the_environment) {
  node_process node{
    node_options{.args = {"--market.feed=none", example_symbols()},
                 .env = {{"LIVEGRID_HTTP_PORT", "1"},
                         {"LIVEGRID_MARKET_FEED", "simulator"}}}};
  node.wait_until_listening();
  CAF_CHECK(contains(node.startup_line(), " feed=none "));
}

CAF_TEST(a_bad_environment_variable_is_refused_and_named) {
  check_refusal({.args = {"--console.port=0"},
                 .env = {{"LIVEGRID_HTTP_PORT", "many"}},
                 .free_ports = false},
                2, "http.port");
}

CAF_TEST(an_unknown_environment_variable_is_a_warning) {
  node_process node{
    node_options{.args = {"--market.feed=none", example_symbols()},
                 .env = {{"LIVEGRID_SERVICE_HOST", "10.0.0.1"}}}};
  node.wait_until_listening();
  node.wait_for_error_text("LIVEGRID_SERVICE_HOST");
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
}

CAF_TEST(a_config_file_is_read_and_loses_against_all_else) {
  temp_file file{"[http]\nport=0\nmax-body=\"64KiB\"\n"
                 "[console]\nport=0\n"
                 "[market]\nfeed=\"simulator\"\nmax-symbols=1\n",
                 ".ini"};
  node_process node{node_options{.args = {"--config-file=" + file.path()},
                                 .env = {{"LIVEGRID_MARKET_FEED", "none"}},
                                 .free_ports = false}};
  node.wait_until_listening();
  CAF_CHECK(contains(node.startup_line(), " feed=none "));
  CAF_CHECK_EQUAL(node.post(std::string(70'000, ' ')).status, 413);
  node.publish(R"({"symbol":"ONE","price":1})");
  CAF_CHECK_EQUAL(node.post(R"({"symbol":"TWO","price":1})").status, 422);
}

CAF_TEST(an_unknown_setting_in_a_config_file_is_refused) {
  temp_file unknown{"[http]\nprot=0\n", ".ini"};
  check_refusal({.args = {"--config-file=" + unknown.path()}}, 2, "prot");
  temp_file broken{"[http\nport=", ".ini"};
  check_refusal({.args = {"--config-file=" + broken.path()}}, 2, broken.path());
}

CAF_TEST(sizes_and_spans_carry_units) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.max-body=2KiB", "--ws.ping-interval=200ms",
                            "--ws.send-buffer=64KiB"}};
  CAF_CHECK_EQUAL(node.post(std::string(2049, ' ')).status, 413);
  CAF_CHECK_EQUAL(node.post(std::string(2048, ' ')).status, 400);
  ws_client subscriber{node.port(), "/live_grid_ws"};
  auto ping = subscriber.next();
  CAF_REQUIRE(ping.has_value());
  CAF_CHECK(ping->code == opcode::ping);
}

CAF_TEST(a_symbols_file_says_with_what_the_market_begins) {
  temp_file file{R"([{"symbol":"EURUSD","price":1.1,"prev_close":1,
                      "volume":7,"market_cap":9},{"symbol":"B"},"C"])",
                 ".json"};
  node_process node{
    strings{"--market.feed=none", "--market.symbols-file=" + file.path()}};
  CAF_CHECK(contains(node.startup_line(), " symbols=3 "));
  auto rows = node.rows("EURUSD");
  CAF_CHECK_EQUAL(rows.at(0).at("change").literal(), "0.1");
  CAF_CHECK_EQUAL(rows.at(0).at("change_percent").literal(), "0.1");
  CAF_CHECK_EQUAL(rows.at(0).at("volume").literal(), "7");
  CAF_CHECK_EQUAL(rows.at(0).at("market_cap").literal(), "9");
  CAF_CHECK(node.rows("C").at(0).at("price").is_null());
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 3u);
}
