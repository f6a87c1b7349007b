#define CAF_SUITE node.health

#include <sys/resource.h>

#include <csignal>
#include <memory>

#include "metrics_page.hpp"
#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// A widgets file whose one widget has that wsEndpoint, and more in its data.
std::string widget_at(const std::string& ws_endpoint,
                      const std::string& data = "") {
  auto member = ws_endpoint.empty() ? std::string{}
                                    : R"("wsEndpoint":")" + ws_endpoint + "\",";
  return R"({"w":{"name":"W","description":"w","type":"live_grid",
    "endpoint":"my_rows",)"
         + member + R"("data":{)" + data
         + R"("table":{"columnsDefs":[{"field":"price","headerName":"P"}]}}}})";
}

/// Checks that the node has proved that it serves.
json_value check_healthy(node_process& node) {
  auto response = node.get("/health");
  CAF_MESSAGE(response.body);
  CAF_CHECK_EQUAL(response.status, 200);
  auto body = response.json();
  CAF_CHECK_EQUAL(body.at("status").text(), "ok");
  CAF_CHECK(body.at("probe_ms").is_number());
  CAF_CHECK(!body.has("detail"));
  return body;
}

/// Asks again until something else than `status` is answered.
http_response ask_while(http_client& client, std::string_view target,
                        int status) {
  auto deadline = clock::now() + patience;
  auto result = client.request("GET", target);
  while (result.status == status && clock::now() < deadline)
    result = client.request("GET", target);
  return result;
}

/// How many probes have got their row.
double num_probes(node_process& node) {
  return metrics_page{node}.at(
    R"(livegrid_websocket_closes_total{endpoint="probe",code="1000"})");
}

} // namespace

CAF_TEST(a_node_is_healthy_with_each_feed) {
  temp_file recording{"ts_ms,symbol,price\n1700000000000,X,12.5\n", ".csv"};
  for (const auto& args :
       {strings{"--market.feed=simulator"}, strings{"--market.feed=none"},
        strings{"--market.feed=replay", "--replay.file=" + recording.path()}}) {
    CAF_MESSAGE(args[0]);
    node_process node{args};
    check_healthy(node);
    auto ready = node.get("/ready");
    CAF_CHECK_EQUAL(ready.status, 200);
    CAF_CHECK_EQUAL(ready.body, R"({"status":"ready"})");
  }
}

CAF_TEST(a_node_without_symbols_is_healthy_and_stays_without) {
  temp_file none{"[]", ".json"};
  node_process node{
    strings{"--market.feed=none", "--market.symbols-file=" + none.path()}};
  CAF_CHECK_EQUAL(check_healthy(node).at("symbols").literal(), "0");
  CAF_CHECK_EQUAL(node.get("/symbols").body, "[]");
}

CAF_TEST(widgets_of_ones_own_are_asked_where_they_are) {
  struct {
    const char* ws_endpoint;
    const char* data;
  } cases[] = {
    {"my/rows_ws", R"("wsRowIdColumn":"symbol",)"},
    {"/my_ws?cells=changed&interval=60000&batch=array",
     R"("wsRowIdColumn":"symbol",)"},
    {"tape", ""},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.ws_endpoint);
    temp_file widgets{widget_at(x.ws_endpoint, x.data), ".json"};
    node_process node{strings{"--market.feed=none", example_symbols(),
                              "--http.widgets-file=" + widgets.path()}};
    check_healthy(node);
  }
}

CAF_TEST(without_subscribers_there_is_nothing_to_prove) {
  temp_file widgets{widget_at(""), ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + widgets.path()}};
  auto response = node.get("/health");
  CAF_CHECK_EQUAL(response.status, 200);
  CAF_CHECK(!response.json().has("probe_ms"));
  CAF_CHECK_EQUAL(num_probes(node), 0);
}

CAF_TEST(a_node_that_listens_everywhere_finds_itself) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.address=0.0.0.0", "--access.open"}};
  check_healthy(node);
}

CAF_TEST(those_who_ask_at_once_share_a_probe) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  std::vector<std::unique_ptr<http_client>> clients;
  for (int i = 0; i < 50; ++i)
    clients.push_back(std::make_unique<http_client>(node.port()));
  for (auto& client : clients)
    client->send(request_bytes("GET", "/health"));
  for (auto& client : clients)
    CAF_CHECK_EQUAL(client->read().status, 200);
  // One, but for a machine that takes seconds for fifty requests.
  CAF_CHECK_GREATER_OR_EQUAL(num_probes(node), 1);
  CAF_CHECK_LESS(num_probes(node), 25);
}

CAF_TEST(a_probe_is_no_subscriber_to_others) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  CAF_CHECK_EQUAL(check_healthy(node).at("subscribers").literal(), "0");
  ws_client subscriber{node.port(), "/live_grid_ws"};
  subscriber.subscribe(R"("AAPL")");
  subscriber.next_text();
  CAF_CHECK_EQUAL(check_healthy(node).at("subscribers").literal(), "1");
  subscriber.close();
  // Lines come in order: one of the probe would be before this one.
  node.wait_for_error_text("subscriber_closed");
  auto log = node.standard_error();
  CAF_CHECK_EQUAL(log.find("subscriber_closed"),
                  log.rfind("subscriber_closed"));
  CAF_CHECK(!contains(log, "health"));
}

CAF_TEST(a_probe_is_not_counted_as_a_subscriber) {
  for (auto address : {"127.0.0.1", "0.0.0.0"}) {
    node_process node{strings{"--market.feed=none", example_symbols(),
                              "--access.open",
                              "--http.address=" + std::string{address}}};
    check_healthy(node);
    metrics_page page{node};
    for (auto* name :
         {"livegrid_subscribers", "livegrid_subscribers_opened_total",
          "livegrid_subscribers_closed_total", "livegrid_rows_published_total",
          "livegrid_rows_delivered_total"})
      CAF_CHECK_EQUAL(page.at(name), 0);
    for (const auto& [series, value] : page.series())
      if (series.starts_with("livegrid_websocket_closes_total"))
        CAF_CHECK_EQUAL(
          value,
          contains(series, "probe") && contains(series, "\"1000\"") ? 1 : 0);
    // Whoever only says that it is the probe is a subscriber.
    ws_client other{
      node.port(), "/live_grid_ws", {{"User-Agent", "livegrid-health"}}};
    other.subscribe(R"("AAPL")");
    other.next_text();
    CAF_CHECK_EQUAL(metrics_page{node}.at("livegrid_subscribers"), 1);
  }
}

CAF_TEST(a_full_node_is_not_healthy) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.max-connections=2"}};
  http_client client{node.port()};
  CAF_CHECK_EQUAL(ask_while(client, "/health", 503).status, 200);
  {
    ws_client last{node.port(), "/live_grid_ws"};
    auto response = client.request("GET", "/health");
    CAF_CHECK_EQUAL(response.status, 503);
    CAF_CHECK_EQUAL(response.json().at("status").text(), "full");
    CAF_CHECK(response.json().at("detail").is_string());
    CAF_CHECK_EQUAL(client.request("GET", "/ready").status, 200);
  }
  CAF_CHECK_EQUAL(ask_while(client, "/health", 503).status, 200);
}

CAF_TEST(a_full_node_still_says_how_it_is) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.max-connections=2"}};
  ws_client first{node.port(), "/live_grid_ws"};
  ws_client second{node.port(), "/live_grid_ws"};
  auto ask = [&](std::string_view method, std::string_view target,
                 const header_list& headers = {}) {
    http_client client{node.port()};
    auto response = client.request(method, target, headers);
    CAF_CHECK_EQUAL(response.header("Connection"), "close");
    CAF_CHECK_EQUAL(client.read_to_end(), "");
    return response;
  };
  CAF_CHECK_EQUAL(ask("GET", "/metrics").status, 200);
  CAF_CHECK_EQUAL(ask("GET", "/metrics?x=1").status, 200);
  CAF_CHECK_EQUAL(ask("GET", "/ready").status, 200);
  auto health = ask("GET", "/health");
  CAF_CHECK_EQUAL(health.status, 503);
  CAF_CHECK_EQUAL(health.json().at("status").text(), "full");
  auto refused = [&] {
    return metrics_page{node}.at("livegrid_connections_refused_total");
  };
  CAF_CHECK_EQUAL(refused(), 0);
  auto other = ask("GET", "/symbols");
  CAF_CHECK_EQUAL(other.status, 503);
  CAF_CHECK_EQUAL(other.header("Retry-After"), "1");
  CAF_CHECK(other.json().at("detail").is_string());
  CAF_CHECK_EQUAL(ask("POST", "/ticks").status, 503);
  CAF_CHECK_EQUAL(ask("GET", "/nowhere").status, 503);
  CAF_CHECK_EQUAL(ask("GET", "/live_grid_ws", handshake_headers()).status, 503);
  CAF_CHECK_EQUAL(refused(), 4);
  CAF_MESSAGE("those who come for nothing use up what is reserved");
  std::vector<std::unique_ptr<tcp_socket>> idle;
  for (int i = 0; i < 8; ++i)
    idle.push_back(std::make_unique<tcp_socket>(node.port()));
  auto status = [&] { return node.get("/metrics").status; };
  auto deadline = clock::now() + patience;
  while (status() == 200 && clock::now() < deadline)
    continue;
  CAF_CHECK_EQUAL(status(), 503);
  CAF_MESSAGE("but not for long");
  for (auto& x : idle)
    CAF_CHECK_EQUAL(x->read_to_end(), "");
  deadline = clock::now() + patience;
  while (status() == 503 && clock::now() < deadline)
    continue;
  CAF_CHECK_EQUAL(status(), 200);
}

CAF_TEST(a_dead_listener_shows_while_old_connections_live) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  http_client old{node.port()};
  ws_client subscriber{node.port(), "/live_grid_ws"};
  CAF_CHECK_EQUAL(old.request("GET", "/health").status, 200);
  CAF_MESSAGE("without a descriptor a listener's accept fails");
  rlimit before{};
  CAF_REQUIRE_EQUAL(prlimit(node.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  rlimit none{1, before.rlim_max};
  CAF_REQUIRE_EQUAL(prlimit(node.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  tcp_socket killer{node.port()};
  auto response = ask_while(old, "/health", 200);
  CAF_CHECK_EQUAL(response.status, 503);
  CAF_CHECK_EQUAL(response.json().at("status").text(), "failing");
  CAF_CHECK_EQUAL(response.json().at("detail").text(),
                  "connect: Too many open files");
  CAF_MESSAGE("and RESTinio's accepts no more");
  CAF_REQUIRE_EQUAL(prlimit(node.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  auto detail = response.json().at("detail").text();
  auto deadline = clock::now() + patience;
  while (detail.starts_with("connect") && clock::now() < deadline)
    detail = old.request("GET", "/health").json().at("detail").text();
  CAF_CHECK_EQUAL(detail, "upgrade: timed out after 2000 ms");
  node.wait_for_error_text(R"(why="upgrade: timed out after 2000 ms")");
  CAF_CHECK_EQUAL(old.request("GET", "/ready").status, 200);
  subscriber.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(a_node_that_goes_down_is_neither_healthy_nor_ready) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--ws.send-buffer=4KiB"}};
  http_client health{node.port()};
  http_client ready{node.port()};
  CAF_CHECK_EQUAL(health.request("GET", "/health").status, 200);
  CAF_CHECK_EQUAL(ready.request("GET", "/ready").status, 200);
  CAF_MESSAGE("a subscriber that reads nothing holds up the end");
  ws_client stalled{node.port(), "/live_grid_ws", {}, 4096};
  stalled.subscribe(R"("AAPL")");
  std::string body;
  for (int i = 1; i <= 1000; ++i)
    body += R"({"symbol":"AAPL","price":)" + std::to_string(i) + "}\n";
  while (
    contains(node.get("/metrics").body, "\nlivegrid_rows_merged_total 0\n"))
    node.publish(body);
  ws_client idle{node.port(), "/live_grid_ws"};
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(idle.wait_for_close(), 1001);
  auto response = ready.request("GET", "/ready");
  CAF_CHECK_EQUAL(response.status, 503);
  CAF_CHECK_EQUAL(response.json().at("status").text(), "going down");
  CAF_CHECK(response.json().at("detail").is_string());
  response = health.request("GET", "/health");
  CAF_CHECK_EQUAL(response.status, 503);
  CAF_CHECK_EQUAL(response.json().at("status").text(), "going down");
  CAF_CHECK(response.json().at("detail").is_string());
  stalled.socket().close();
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
}
