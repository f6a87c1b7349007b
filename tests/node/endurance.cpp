#define CAF_SUITE node.endurance

#include <map>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

constexpr std::size_t mib = 1024 * 1024;

struct fixture {
  node_process node{strings{"--market.feed=none", example_symbols()}};

  void check_alive() {
    CAF_REQUIRE(node.running());
    CAF_CHECK_EQUAL(node.get("/health").status, 200);
    ws_client subscriber{node.port(), "/live_grid_ws"};
    subscriber.subscribe(R"("MSFT")");
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "MSFT");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(endurance_tests, fixture)

CAF_TEST(resets_while_rows_flow_harm_nobody) {
  http_client publisher{node.port()};
  ws_client other{node.port(), "/live_grid_ws"};
  other.subscribe(R"("AAPL")");
  other.next_text();
  std::string body;
  for (int i = 0; i < 100; ++i)
    body += R"({"symbol":"AAPL","price":)" + std::to_string(i + 1) + "}\n";
  for (int round = 0; round < 50; ++round) {
    ws_client victim{node.port(), "/live_grid_ws"};
    victim.subscribe(R"("*")");
    victim.next_text();
    publisher.send(request_bytes("POST", "/ticks", {}, body));
    victim.next_text();
    victim.socket().reset();
    CAF_CHECK_EQUAL(publisher.read().status, 200);
    for (int i = 0; i < 100; ++i)
      CAF_REQUIRE_EQUAL(other.next_json().at("price").literal(),
                        std::to_string(i + 1));
  }
  check_alive();
}

CAF_TEST(a_stalled_reader_slows_nobody_and_costs_no_memory) {
  constexpr int batches = 1000;
  constexpr int batch = 200;
  const char* symbols[] = {"AAPL", "MSFT", "GOOGL", "AMZN", "TSLA"};
  ws_client stalled{node.port(), "/live_grid_ws", {}, 4096};
  stalled.subscribe(R"("*")");
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("*")");
  for (int i = 0; i < 5; ++i)
    reader.next_text();
  http_client publisher{node.port()};
  auto before = node.resident();
  std::map<std::string, int> last;
  int price = 0;
  for (int round = 0; round < batches; ++round) {
    std::string body;
    for (int i = 0; i < batch; ++i, ++price)
      body += std::string{R"({"symbol":")"} + symbols[price % 5]
              + R"(","price":)" + std::to_string(price + 1) + "}\n";
    CAF_REQUIRE_EQUAL(publisher.request("POST", "/ticks", {}, body).status,
                      200);
    for (int i = 0; i < batch; ++i) {
      auto row = reader.next_json();
      auto& known = last[row.at("symbol").text()];
      auto now = static_cast<int>(row.at("price").number());
      if (known > 0)
        CAF_REQUIRE_EQUAL(now, known + 5);
      known = now;
    }
  }
  CAF_CHECK_EQUAL(price, batches * batch);
  CAF_CHECK_LESS(node.resident(), before + 64 * mib);
  // What waited is the newest of each, behind what the kernel already had.
  std::map<std::string, double> seen;
  std::size_t bytes = 0;
  std::size_t current = 0;
  while (current < 5) {
    auto text = stalled.next_text();
    bytes += text.size();
    auto row = json_value::parse(text);
    auto symbol = row.at("symbol").text();
    auto now = row.at("price").number();
    // The state before the first tick is no price of the sequence.
    if (row.at("date").is_null())
      continue;
    if (now <= seen[symbol])
      CAF_ERROR(symbol << " went from " << seen[symbol] << " to " << now);
    seen[symbol] = now;
    current += now == last[symbol];
  }
  CAF_CHECK_LESS(bytes, mib);
  CAF_CHECK(stalled.close().empty());
}

CAF_TEST(subscribers_that_come_and_go_leave_no_memory_behind) {
  auto churn = [this] {
    for (int i = 0; i < 1000; ++i) {
      ws_client client{node.port(), "/live_grid_ws"};
      client.subscribe(R"("*")");
      client.next_text();
      if (i % 2)
        client.socket().reset();
    }
  };
  churn();
  auto before = node.resident();
  churn();
  churn();
  CAF_CHECK_LESS(node.resident(), before + 32 * mib);
  check_alive();
}

CAF_TEST(names_that_never_trade_leave_no_memory_behind) {
  ws_client client{node.port(), "/live_grid_ws"};
  auto round_of_names = [&](int round) {
    std::string all = "[";
    for (int i = 0; i < 1000; ++i)
      all += std::string{i ? "," : ""} + "\"R" + std::to_string(round) + "N"
             + std::to_string(i) + "\"";
    client.subscribe(all + "]");
    for (int i = 0; i < 1000; ++i)
      client.next_text();
  };
  for (int round = 0; round < 10; ++round)
    round_of_names(round);
  auto before = node.resident();
  for (int round = 10; round < 110; ++round)
    round_of_names(round);
  CAF_CHECK_LESS(node.resident(), before + 32 * mib);
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 5u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a_node_out_of_descriptors_recovers) {
  node_process node{node_options{
    .args = {"--market.feed=none", example_symbols()}, .max_descriptors = 128}};
  node.wait_until_listening();
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_text();
  http_client publisher{node.port()};
  for (int round = 0; round < 2; ++round) {
    std::vector<http_client> crowd;
    for (int i = 0; i < 300; ++i) {
      crowd.emplace_back(node.port());
      crowd.back().send(request_bytes("GET", "/symbols"));
    }
    CAF_CHECK_EQUAL(crowd.front().read().status, 200);
    // Those who were there go on as before.
    auto price = std::to_string(round + 1);
    auto tick = R"({"symbol":"AAPL","price":)" + price + "}";
    CAF_CHECK_EQUAL(publisher.request("POST", "/ticks", {}, tick).status, 200);
    CAF_CHECK_EQUAL(subscriber.next_json().at("price").literal(), price);
    CAF_REQUIRE(node.running());
    crowd.clear();
    int status = 0;
    for (auto end = clock::now() + patience;
         status != 200 && clock::now() < end;) {
      http_client late{node.port()};
      late.send(request_bytes("GET", "/symbols"));
      auto response = late.try_read();
      status = response ? response->status : 0;
    }
    CAF_CHECK_EQUAL(status, 200);
  }
}
