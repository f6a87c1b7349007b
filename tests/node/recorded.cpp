#define CAF_SUITE node.recorded

#include <algorithm>
#include <cmath>
#include <map>

#include "node_process.hpp"
#include "recording.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

void check_row(const json_value& row, const recorded_tick& x) {
  CAF_CHECK_EQUAL(row.at("symbol").text(), x.symbol);
  CAF_CHECK_EQUAL(row.at("date").literal(), "2023-11-14");
  CAF_CHECK_EQUAL(row.at("price").literal(), money(x.cents));
  CAF_CHECK_EQUAL(row.at("volume").literal(), std::to_string(x.day_volume));
  CAF_CHECK_EQUAL(row.at("change").literal(), money(x.cents - x.prev_close));
  auto fraction = static_cast<double>(x.cents - x.prev_close)
                  / static_cast<double>(x.prev_close);
  CAF_CHECK_LESS(std::abs(row.at("change_percent").number() - fraction),
                 0.5000001e-6);
}

/// Checks that GET agrees with the end of the recording.
void check_end(node_process& node, const std::vector<recorded_tick>& ticks) {
  auto rows = node.rows("AAPL,MSFT,GOOGL,AMZN,TSLA");
  auto last = last_of(ticks);
  for (std::size_t i = 0; i < 5; ++i)
    check_row(rows.at(i), last[recorded_symbols[i]]);
}

/// Replays a file; reads until the last price of each symbol was seen, checks
/// that prices never go back in time.
void check_replay(const std::string& content, const char* suffix,
                  const std::vector<recorded_tick>& ticks,
                  strings more = {"--replay.speed=0"}) {
  temp_file file{content, suffix};
  strings args{"--market.feed=replay", "--replay.file=" + file.path()};
  args.insert(args.end(), more.begin(), more.end());
  node_process node{args};
  CAF_CHECK(node.startup_line().find(" feed=replay ") != std::string::npos);
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"(["AAPL","MSFT","GOOGL","AMZN","TSLA"])");
  auto last = last_of(ticks);
  std::map<std::string, double> volume;
  while (!last.empty()) {
    auto row = subscriber.next_json();
    auto symbol = row.at("symbol").text();
    // The first row may be the built-in state, before the replay began.
    if (!row.at("date").is_null()) {
      CAF_CHECK_GREATER(row.at("volume").number(), volume[symbol]);
      volume[symbol] = row.at("volume").number();
    }
    auto x = last.find(symbol);
    CAF_REQUIRE(x != last.end());
    if (row.at("price").literal() == money(x->second.cents)) {
      check_row(row, x->second);
      last.erase(x);
    }
  }
  check_end(node, ticks);
  // At the end the node goes on serving, and takes ticks.
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  node.publish(R"({"symbol":"AAPL","price":1})");
  CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), "1");
}

} // namespace

CAF_TEST(posted_in_batches_every_update_arrives_in_order) {
  auto ticks = recording(5'000, 20);
  node_process node{strings{"--market.feed=none", example_symbols()}};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"(["AAPL","MSFT","GOOGL","AMZN","TSLA"])");
  for (int i = 0; i < 5; ++i)
    subscriber.next_text();
  http_client publisher{node.port()};
  for (std::size_t begin = 0; begin < ticks.size(); begin += 100) {
    auto end = std::min(begin + 100, ticks.size());
    std::map<std::string, std::vector<const recorded_tick*>> expected;
    std::string body = "[";
    for (auto i = begin; i < end; ++i) {
      body += (i == begin ? "" : ",") + as_json(ticks[i]);
      expected[ticks[i].symbol].push_back(&ticks[i]);
    }
    auto answer = publisher.request("POST", "/ticks", {}, body + "]");
    CAF_REQUIRE_EQUAL(answer.status, 200);
    std::map<std::string, std::size_t> seen;
    for (auto i = begin; i < end; ++i) {
      auto row = subscriber.next_json();
      auto symbol = row.at("symbol").text();
      auto k = seen[symbol]++;
      CAF_REQUIRE_LESS(k, expected[symbol].size());
      check_row(row, *expected[symbol][k]);
    }
  }
  check_end(node, ticks);
  CAF_CHECK(subscriber.close().empty());
}

CAF_TEST(a_csv_file_is_replayed_as_fast_as_possible) {
  auto ticks = recording(5'000, 20);
  check_replay(as_csv(ticks), ".csv", ticks);
}

CAF_TEST(a_csv_file_with_crlf_and_no_last_line_feed_is_replayed) {
  auto ticks = recording(100, 20);
  std::string text;
  for (auto c : as_csv(ticks))
    text += c == '\n' ? "\r\n" : std::string(1, c);
  text.resize(text.size() - 2);
  check_replay(text, ".csv", ticks);
}

CAF_TEST(speed_60_plays_a_minute_a_second) {
  // Two minutes of record.
  auto ticks = recording(1'200, 100);
  auto begin = clock::now();
  check_replay(as_csv(ticks), ".csv", ticks, {"--replay.speed=60"});
  CAF_CHECK(clock::now() - begin > std::chrono::milliseconds{1500});
}

CAF_TEST(an_ndjson_file_is_replayed) {
  auto ticks = recording(2'000, 20);
  check_replay(as_ndjson(ticks), ".ndjson", ticks);
}

CAF_TEST(gzipped_files_are_replayed) {
  auto ticks = recording(2'000, 20);
  check_replay(gzipped(as_csv(ticks)), ".csv.gz", ticks);
  check_replay(gzipped(as_ndjson(ticks)), ".ndjson.gz", ticks);
}
