#define CAF_SUITE node.hostile_sockets

#include <csignal>

#include <atomic>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "key_files.hpp"
#include "metrics_page.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

std::string price_of(node_process& node, const std::string& symbol,
                     const header_list& headers = {}) {
  return node.get("/live_grid_data?symbol=" + symbol, headers)
    .json()
    .at(0)
    .at("price")
    .literal();
}

/// A tick of that many cells of its own, from the first of these on.
std::string tick_of_cells(const std::string& prefix, int n) {
  std::string result = R"({"symbol":"AAPL","price":1)";
  for (int i = 0; i < n; ++i)
    result += ",\"" + prefix + std::to_string(i) + "\":1";
  return result + '}';
}

/// A JSON array of that many names that are no symbols.
std::string unknown_names(const std::string& prefix, int n) {
  std::string result = "[";
  for (int i = 0; i < n; ++i)
    result += (i ? ",\"" : "\"") + prefix + std::to_string(i) + '"';
  return result + ']';
}

/// Ticks of that many symbols, so many of them in one body.
void publish_symbols(node_process& node, int n, int price) {
  constexpr int at_once = 5000;
  for (int i = 0; i < n;) {
    std::string body;
    for (int end = std::min(n, i + at_once); i < end; ++i)
      body += R"({"symbol":"S)" + std::to_string(i) + R"(","price":)"
              + std::to_string(price) + "}\n";
    node.publish(body);
  }
}

struct fixture {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--log.level=warning"}};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(hostile_sockets_tests, fixture)

// -- publishers ---------------------------------------------------------------

CAF_TEST(a publisher of rubbish is answered a hundred times and closed) {
  ws_client publisher{node.port(), "/ticks"};
  std::string all;
  for (int i = 0; i < 500; ++i)
    all += to_bytes({.payload = "rubbish"});
  publisher.socket().send(all);
  strings answers;
  CAF_CHECK_EQUAL(publisher.wait_for_close(&answers), 1008);
  CAF_CHECK_EQUAL(answers.size(), 101u);
  for (const auto& x : answers)
    CAF_CHECK(json_value::parse(x).has("detail"));
  // What came behind it was not looked at.
  CAF_CHECK_EQUAL(
    metrics_page{node}.at("livegrid_bad_input_total{kind=\"tick_malformed\"}"),
    101.);
}

CAF_TEST(what one publisher is refused without end keeps nobody waiting) {
  key_files keys;
  auto added =
    keys.run({"add", "greedy", "--scopes=publish", "--limits=ticks:1"});
  auto greedy = added.last_line();
  auto modest = keys.add("modest", "read,publish");
  auto args = keys.settings();
  args.emplace_back("--log.level=error");
  node_process guarded{args};
  ws_client flood{guarded.port(), "/ticks", with_key(greedy)};
  constexpr int times = 20'000;
  auto one = to_bytes({.payload = R"({"symbol":"A","price":1})"});
  std::thread sender{[&] {
    std::string some;
    for (int i = 0; i < 100; ++i)
      some += one;
    for (int i = 0; i < times; i += 100)
      flood.socket().send(some);
  }};
  // Its answers are read as they come, and others are served meanwhile.
  auto taken = 0;
  auto refused = 0;
  for (int i = 0; i < times; ++i) {
    if (i % 1000 == 0)
      CAF_CHECK_EQUAL(
        guarded
          .post(R"({"symbol":"B","price":)" + std::to_string(i + 1) + '}',
                with_key(modest))
          .status,
        200);
    auto answer = flood.next_json();
    ++(answer.has("accepted") ? taken : refused);
  }
  sender.join();
  CAF_CHECK_GREATER(refused, taken);
  CAF_CHECK_EQUAL(price_of(guarded, "B", with_key(modest)), "19001");
}

CAF_TEST(a number beyond all others ends only the count of who sent it) {
  constexpr const char* last =
    R"({"symbol":"X","price":1,"seq":9223372036854775807})";
  key_files keys;
  auto bad = with_key(keys.add("bad", "publish"));
  auto good = with_key(keys.add("good", "read,publish"));
  node_process guarded{keys.settings()};
  CAF_CHECK_EQUAL(guarded.post(last, bad).status, 200);
  CAF_CHECK_EQUAL(
    guarded.post(R"({"symbol":"X","price":2,"seq":1})", good).status, 200);
  CAF_CHECK_EQUAL(price_of(guarded, "X", good), "2");
  // A repeat of its own is one, on whichever way it comes.
  ws_client socket{guarded.port(), "/ticks", good};
  socket.send_text(R"({"symbol":"X","price":3,"seq":1})");
  CAF_CHECK_EQUAL(socket.next_text(), R"({"accepted":1})");
  CAF_CHECK_EQUAL(price_of(guarded, "X", good), "2");
  socket.send_text(R"({"symbol":"X","price":4,"seq":2})");
  socket.next_text();
  CAF_CHECK_EQUAL(price_of(guarded, "X", good), "4");
}

CAF_TEST(publishers without keys are told apart while they are there) {
  constexpr const char* last =
    R"({"symbol":"X","price":1,"seq":9223372036854775807})";
  ws_client bad{node.port(), "/ticks"};
  std::optional<ws_client> good;
  good.emplace(node.port(), "/ticks");
  bad.send_text(last);
  bad.next_text();
  good->send_text(R"({"symbol":"X","price":2,"seq":5})");
  good->next_text();
  CAF_CHECK_EQUAL(price_of(node, "X"), "2");
  CAF_CHECK_EQUAL(node.post(last).status, 200);
  good->send_text(R"({"symbol":"X","price":3,"seq":6})");
  good->next_text();
  CAF_CHECK_EQUAL(price_of(node, "X"), "3");
  // Who comes back goes on where it was.
  good->close();
  good.emplace(node.port(), "/ticks");
  good->send_text(R"({"symbol":"X","price":4,"seq":6})");
  good->next_text();
  CAF_CHECK_EQUAL(price_of(node, "X"), "3");
}

CAF_TEST(nobody can make all the symbols that there may be) {
  key_files keys;
  auto bad = with_key(keys.add("bad", "publish"));
  auto good = with_key(keys.add("good", "publish"));
  auto args = keys.settings();
  args.emplace_back("--market.max-symbols=45");
  node_process guarded{args};
  auto make = [&](const std::string& name, const header_list& by) {
    return guarded.post(R"({"symbol":")" + name + R"(","price":1})", by).status;
  };
  auto made = 0;
  while (made < 45 && make("B" + std::to_string(made), bad) == 200)
    ++made;
  // Five were there.
  CAF_CHECK_EQUAL(made, 29);
  for (int i = 0; i < 11; ++i)
    CAF_CHECK_EQUAL(make("G" + std::to_string(i), good), 200);
  auto full = guarded.post(R"({"symbol":"G11","price":1})", good);
  CAF_CHECK_EQUAL(full.status, 422);
  CAF_CHECK(contains(full.body, "as many symbols as it may"));
  // What there is goes on for everybody.
  CAF_CHECK_EQUAL(make("B0", bad), 200);
}

CAF_TEST(nobody can take all the cells of a symbol) {
  key_files keys;
  auto bad = with_key(keys.add("bad", "publish"));
  auto good = with_key(keys.add("good", "publish"));
  node_process guarded{keys.settings()};
  CAF_CHECK_EQUAL(guarded.post(tick_of_cells("b", 48), bad).status, 200);
  auto refused = guarded.post(tick_of_cells("c", 1), bad);
  CAF_CHECK_EQUAL(refused.status, 422);
  CAF_CHECK(contains(refused.body, "is kept for publishers"));
  CAF_CHECK_EQUAL(guarded.post(tick_of_cells("g", 16), good).status, 200);
  CAF_CHECK_EQUAL(guarded.post(tick_of_cells("b", 48), bad).status, 200);
}

CAF_TEST(posts under way are answered when the node is told to stop) {
  std::atomic<int> taken{0};
  std::atomic<int> faults{0};
  std::vector<std::thread> publishers;
  for (int i = 0; i < 16; ++i)
    publishers.emplace_back([&, i] {
      std::string body = "[";
      for (int k = 0; k < 500; ++k)
        body += (k ? "," : "") + std::string{R"({"symbol":"P)"}
                + std::to_string(500 * i + k) + R"(","price":1})";
      body += ']';
      auto bytes = request_bytes("POST", "/ticks", {}, body);
      http_client client{node.port()};
      for (;;) {
        if (!client.send(bytes))
          return;
        auto answer = client.try_read();
        if (!answer)
          return;
        ++(answer->status == 200 ? taken : faults);
      }
    });
  wait_until("some ticks", [&] { return taken > 50; });
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  for (auto& x : publishers)
    x.join();
  CAF_CHECK_EQUAL(faults.load(), 0);
}

// -- pings --------------------------------------------------------------------

CAF_TEST(of many pings at once the last one is answered) {
  for (auto target : {"/live_grid_ws", "/ticks"}) {
    ws_client client{node.port(), target};
    constexpr int times = 5000;
    std::string all;
    for (int i = 1; i <= times; ++i)
      all += to_bytes({.payload = std::to_string(i), .code = opcode::ping});
    client.socket().send(all);
    auto pongs = 0;
    std::string last;
    while (last != std::to_string(times)) {
      auto x = client.next();
      CAF_REQUIRE(x.has_value());
      CAF_REQUIRE(x->code == opcode::pong);
      last = x->payload;
      ++pongs;
    }
    // One for some of them that were read together.
    CAF_CHECK_LESS(pongs, times / 10);
  }
}

CAF_TEST(clients that ping as fast as they can leave the node well) {
  std::atomic<bool> done{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&, i] {
      ws_client client{node.port(), i % 2 ? "/ticks" : "/live_grid_ws"};
      std::string some;
      for (int k = 0; k < 2000; ++k)
        some += to_bytes({.payload = "", .code = opcode::ping});
      std::string in;
      while (!done && client.socket().send(some))
        while (client.socket().readable(std::chrono::milliseconds{0})
               && client.socket().read_some(in))
          in.clear();
    });
  for (int i = 0; i < 20; ++i) {
    CAF_CHECK_EQUAL(node.get("/health").status, 200);
    node.publish(R"({"symbol":"AAPL","price":)" + std::to_string(i + 1) + '}');
  }
  done = true;
  for (auto& x : clients)
    x.join();
  CAF_CHECK_EQUAL(price_of(node, "AAPL"), "20");
}

// -- subscribers --------------------------------------------------------------

CAF_TEST(what is asked for in the wrong form is answered with the right one) {
  ws_client viewer{node.port(), "/live_grid_ws"};
  for (auto text :
       {R"({"symbol":"AAPL"})", R"({"params":{"Symbol":["AAPL"]}})"}) {
    viewer.send_text(text);
    auto answer = viewer.next_json();
    CAF_CHECK_EQUAL(answer.at("type").text(), "error");
    CAF_CHECK(contains(answer.at("detail").text(),
                       R"({"params":{"symbol":["AAPL","MSFT"]}})"));
  }
  // What Workspace may send is none.
  viewer.send_text(R"({"type":"params","params":{}})");
  viewer.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(all symbols are more than a key may see that may see a few) {
  key_files keys;
  auto added = keys.run({"add", "few", "--scopes=read", "--limits=symbols:3"});
  auto few = with_key(added.last_line());
  node_process guarded{keys.settings()};
  ws_client viewer{guarded.port(), "/live_grid_ws", few};
  viewer.subscribe(R"("MSFT")");
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "MSFT");
  viewer.subscribe(R"("*")");
  CAF_CHECK(contains(viewer.next_json().at("detail").text(),
                     "3 symbols at once: \"*\" stands for 5"));
  // The set stays as it was.
  viewer.subscribe(R"(["AAPL","MSFT"])");
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(names that there are not are counted for all connections together) {
  std::vector<ws_client> viewers;
  for (int i = 0; i < 20; ++i) {
    viewers.emplace_back(node.port(), "/live_grid_ws");
    viewers.back().subscribe(
      unknown_names("X" + std::to_string(i) + '.', 1000));
    // All of these have come.
    for (int k = 0; k < 1000; ++k)
      viewers.back().next_text();
  }
  ws_client one_more{node.port(), "/live_grid_ws"};
  one_more.subscribe(unknown_names("Y.", 10));
  CAF_CHECK(contains(one_more.next_json().at("detail").text(),
                     "over 20000 names without a row"));
  // Who leaves makes room.
  viewers.pop_back();
  wait_until("room", [&] {
    one_more.subscribe(unknown_names("Y.", 10));
    return one_more.next_json().has("symbol");
  });
}

CAF_TEST(who asks for all and reads none of it holds no rows) {
  constexpr int symbols = 8'000;
  publish_symbols(node, symbols, 1);
  std::vector<ws_client> lazy;
  for (int i = 0; i < 20; ++i) {
    lazy.emplace_back(node.port(), "/live_grid_ws", header_list{}, 4096);
    lazy.back().subscribe(R"("*")");
  }
  // One who reads gets all of it, and what changes meanwhile.
  ws_client keen{node.port(), "/live_grid_ws"};
  keen.subscribe(R"("*")");
  std::set<std::string> seen;
  while (seen.size() < symbols + 5)
    seen.insert(keen.next_json().at("symbol").text());
  publish_symbols(node, symbols, 2);
  std::set<std::string> again;
  while (again.size() < symbols) {
    auto row = keen.next_json();
    if (row.at("price").literal() == "2")
      again.insert(row.at("symbol").text());
  }
  // What the sockets had taken before they were full has changed since; of the
  // rest nothing waits.
  metrics_page now{node};
  auto rows = [&](const std::string& what) {
    return now.at("livegrid_rows_" + what + "_total");
  };
  CAF_CHECK_LESS(rows("published") - rows("delivered") - rows("merged")
                   - rows("discarded"),
                 static_cast<double>(lazy.size() * symbols) / 2);
  // The lazy ones read on, and have the latest row of each in the end.
  std::set<std::string> latest;
  while (latest.size() < symbols) {
    auto row = lazy.front().next_json();
    if (row.at("price").literal() == "2")
      CAF_REQUIRE(latest.insert(row.at("symbol").text()).second);
  }
}

CAF_TEST(few closed connections are kept whose clients read nothing) {
  constexpr int clients = 80;
  std::vector<ws_client> lazy;
  for (int i = 0; i < clients; ++i) {
    lazy.emplace_back(node.port(), "/live_grid_ws", header_list{}, 4096);
    lazy.back().subscribe(R"("AAPL")");
  }
  // More than all buffers on the way hold.
  std::string body;
  for (int i = 0; i < 500; ++i)
    body += R"({"symbol":"AAPL","price":)" + std::to_string(i + 1) + "}\n";
  auto merged = [&] {
    return metrics_page{node}.at("livegrid_rows_merged_total");
  };
  wait_until("all to be behind", [&] {
    auto before = merged();
    node.publish(body);
    return merged() - before >= clients * 400;
  });
  std::string rubbish;
  for (int i = 0; i < 101; ++i)
    rubbish += to_bytes({.payload = "rubbish"});
  for (auto& x : lazy)
    x.socket().send(rubbish);
  // Those that may take their close frame yet, and who asks.
  wait_for_metric(node, "livegrid_connections", 64 + 1);
}

CAF_TEST(a tape gets what happens and not what was before) {
  temp_file widgets{R"({"tape": {"name": "Tape", "description": "t",
    "type": "live_grid", "endpoint": "tape_data", "wsEndpoint": "tape_ws",
    "data": {"table": {"columnsDefs": [
      {"field": "symbol", "headerName": "Symbol"},
      {"field": "price", "headerName": "Price"}]}}}})",
                    ".json"};
  node_process taped{strings{"--market.feed=none", example_symbols(),
                             "--http.widgets-file=" + widgets.path()}};
  taped.publish(R"({"symbol":"AAPL","price":1})");
  ws_client viewer{taped.port(), "/tape_ws"};
  ws_client all{taped.port(), "/tape_ws"};
  viewer.subscribe(R"(["AAPL","NEW"])");
  all.subscribe(R"("*")");
  wait_for_metric(taped, "livegrid_subscribers", 2);
  // The first tick of a symbol is one that happens.
  for (auto symbol : {"NEW", "AAPL"})
    for (int price = 10; price < 13; ++price)
      taped.publish(R"({"symbol":")" + std::string{symbol} + R"(","price":)"
                    + std::to_string(price) + '}');
  for (auto* x : {&viewer, &all}) {
    strings got;
    // What of these came before it was subscribed is not sent, so the end of
    // what is sent is known.
    while (got.empty() || got.back() != "AAPL 12") {
      auto row = x->next_json();
      got.push_back(row.at("symbol").text() + ' ' + row.at("price").literal());
    }
    CAF_CHECK_NOT_EQUAL(got.front(), "AAPL 1");
    std::set<std::string> once{got.begin(), got.end()};
    CAF_CHECK_EQUAL(once.size(), got.size());
    CAF_CHECK(!once.contains("AAPL 1"));
    CAF_CHECK(!once.contains("AAPL 150"));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
