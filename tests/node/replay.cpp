#define CAF_SUITE node.replay

#include <csignal>

#include "node_process.hpp"
#include "recording.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

void check_no_start(const std::string& content, const char* suffix) {
  temp_file file{content, suffix};
  node_process node{node_options{
    .args = {"--market.feed=replay", "--replay.file=" + file.path()}}};
  CAF_CHECK_NOT_EQUAL(node.wait_for_exit(), 0);
  CAF_CHECK(node.standard_error().find(file.path()) != std::string::npos);
}

} // namespace

CAF_TEST(other_columns_and_units_of_time_are_understood) {
  struct {
    const char* header;
    const char* row;
  } cases[] = {
    {"ts_s,symbol,price", "1700000000,X,12.5"},
    {"ts_us,symbol,price", "1700000000000000,X,12.5"},
    {"ts_ns,price,symbol", "1700000000000000000,12.5,X"},
    {"time,symbol,price", "2023-11-14T22:13:20Z,X,12.5"},
    {"symbol,unknown,price,ts_ms,prev_close,volume,bid",
     "X,what,12.5,1700000000000,10,7,12.4"},
    {"symbol,price,ts_ms,size", "X,12.5,1700000000000,3"},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.header);
    temp_file file{std::string{x.header} + "\n" + x.row + "\n", ".csv"};
    node_process node{strings{"--market.feed=replay", "--replay.speed=0",
                              "--replay.file=" + file.path()}};
    ws_client subscriber{node.port(), "/live_grid_ws"};
    subscriber.subscribe(R"("X")");
    auto row = subscriber.next_json();
    while (row.at("price").is_null())
      row = subscriber.next_json();
    CAF_CHECK_EQUAL(row.at("price").literal(), "12.5");
    CAF_CHECK_EQUAL(row.at("date").literal(), "2023-11-14");
    if (std::string_view{x.header}.find("prev_close") != std::string::npos) {
      CAF_CHECK_EQUAL(row.at("change").literal(), "2.5");
      CAF_CHECK_EQUAL(row.at("volume").literal(), "7");
    }
    if (std::string_view{x.header}.find("size") != std::string::npos)
      CAF_CHECK_EQUAL(row.at("volume").literal(), "3");
  }
}

CAF_TEST(a_bad_row_is_named_with_its_line_and_left_out) {
  temp_file file{"ts_ms,symbol,price\n"
                 "1700000000000,X,1\n"
                 "1700000000001,X,minus one\n"
                 "1700000000002,a*b,3\n"
                 "1700000000003,X,4\n",
                 ".csv"};
  node_process node{strings{"--market.feed=replay", "--replay.speed=0",
                            "--replay.file=" + file.path()}};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("X")");
  while (subscriber.next_json().at("price").literal() != "4")
    ;
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 1u);
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  // The header is line 1.
  for (auto line : {"3", "4"}) {
    CAF_MESSAGE("line " << line);
    auto named = "replay_bad_row file=\"" + file.path() + "\" line=" + line;
    CAF_CHECK(node.standard_error().find(named + ' ') != std::string::npos);
  }
}

CAF_TEST(a_file_without_a_good_row_is_an_error) {
  check_no_start("", ".csv");
  check_no_start("ts_ms,symbol,price\n", ".csv");
  check_no_start("ts_ms,symbol,price\n1700000000000,X,zero\n", ".csv");
  check_no_start("nothing,of,interest\n1,2,3\n", ".csv");
  check_no_start("{\"symbol\":\"A\"}\n", ".ndjson");
  check_no_start("not gzip at all", ".csv.gz");
}

CAF_TEST(a_loop_starts_over) {
  temp_file file{"ts_ms,symbol,price\n"
                 "1700000000000,X,1\n"
                 "1700000000100,X,2\n"
                 "1700000000200,X,3\n",
                 ".csv"};
  node_process node{strings{"--market.feed=replay", "--replay.loop=true",
                            "--replay.speed=1",
                            "--replay.file=" + file.path()}};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("X")");
  int rounds = 0;
  std::string before;
  while (rounds < 3) {
    auto price = subscriber.next_json().at("price").literal();
    rounds += before == "3" && price == "1";
    if (before == "1" || before == "2")
      CAF_CHECK_EQUAL(price, std::to_string(std::stoi(before) + 1));
    before = price;
  }
}

CAF_TEST(a_loop_as_fast_as_possible_leaves_the_node_responsive) {
  temp_file file{as_csv(recording(100, 20)), ".csv"};
  node_process node{strings{"--market.feed=replay", "--replay.loop=true",
                            "--replay.speed=0",
                            "--replay.file=" + file.path()}};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("AAPL")");
  for (int i = 0; i < 50; ++i) {
    subscriber.next_text();
    CAF_CHECK_EQUAL(node.get("/live_grid_data").status, 200);
  }
}
