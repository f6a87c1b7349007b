#define CAF_SUITE node.access

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "console_program.hpp"
#include "key_files.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture {
  key_files keys;
  std::string reader = keys.add("reader", "read", "AAPL,MS*");
  std::string publisher = keys.add("publisher", "publish", "AAPL,NEW*");
  std::string all = keys.add("all", "read,publish,operate");
  node_process node{keys.settings()};

  /// The token that /widgets.json hands out to that key.
  std::string token_of(const std::string& secret) {
    auto widgets = node.get("/widgets.json", with_key(secret)).json();
    auto url = widgets.items().at(0).at("wsEndpoint").text();
    return url.substr(url.find("token=") + 6);
  }

  int upgrade(std::string_view target, header_list headers) {
    auto more = handshake_headers();
    headers.insert(headers.end(), more.begin(), more.end());
    return handshake(node.port(), target, headers).status;
  }

  /// Whoever has this is let in, to see the rows that a reader may.
  void check_good(const std::string& target, const header_list& headers) {
    CAF_CHECK_EQUAL(node.get(target, headers).status, 200);
  }

  void check_bad(const std::string& target, const header_list& headers,
                 int status) {
    auto answer = node.get(target, headers);
    CAF_CHECK_EQUAL(answer.status, status);
    CAF_CHECK(answer.json().at("detail").is_string());
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_access_tests, fixture)

CAF_TEST(everything but the probes needs a key) {
  for (auto path :
       {"/", "/widgets.json", "/apps.json", "/symbols", "/docs",
        "/live_grid_data", "/metrics", "/openapi.json", "/nowhere", "/ticks"}) {
    CAF_MESSAGE(path);
    auto answer = node.get(path);
    CAF_CHECK_EQUAL(answer.status, 401);
    CAF_CHECK_EQUAL(answer.json().at("detail").text(), "API key required");
    CAF_CHECK(answer.has("WWW-Authenticate"));
    check_bad(path, with_key("reader.wrong"), 403);
    check_bad(path, with_key(reader + "x"), 403);
    check_bad(path, with_key("nobody." + reader.substr(7)), 403);
  }
  CAF_CHECK_EQUAL(node.post("{}").status, 401);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws", {}), 401);
  CAF_CHECK_EQUAL(upgrade("/ticks", {}), 401);
  // These do, and the node's own probe of itself.
  CAF_CHECK_EQUAL(node.get("/ready").status, 200);
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  // What a browser asks first has no key.
  http_client client{node.port()};
  CAF_CHECK_EQUAL(client
                    .request("OPTIONS", "/widgets.json",
                             {{"Origin", "https://pro.openbb.co"},
                              {"Access-Control-Request-Method", "GET"},
                              {"Access-Control-Request-Headers", "x-api-key"}})
                    .status,
                  200);
  // A page that may read gets the error, too.
  CAF_CHECK_EQUAL(
    node.get("/widgets.json", {{"Origin", "https://pro.openbb.co"}})
      .header("Access-Control-Allow-Origin"),
    "https://pro.openbb.co");
}

CAF_TEST(a key is taken wherever it may be sent) {
  check_good("/symbols", with_key(reader));
  check_good("/symbols", {{"x-api-key", reader}});
  check_good("/symbols", {{"Authorization", "Bearer " + reader}});
  check_good("/symbols", {{"Authorization", "bearer  " + reader}});
  check_good("/symbols?api_key=" + reader, {});
  check_good("/symbols?X-API-KEY=" + reader, {});
  check_bad("/symbols", {{"Authorization", "Basic " + reader}}, 401);
  check_bad("/symbols", {{"Authorization", reader}}, 401);
  check_bad("/symbols?key=" + reader, {}, 401);
  // The header counts.
  check_bad("/symbols?api_key=" + reader, with_key("reader.x"), 403);
  check_good("/symbols?api_key=x.y", with_key(reader));
}

CAF_TEST(a scope is good for what it says) {
  struct {
    const char* path;
    int reader, publisher, all;
  } cases[] = {{"/symbols", 200, 403, 200},
               {"/live_grid_data", 200, 403, 200},
               {"/widgets.json", 200, 403, 200},
               {"/metrics", 403, 403, 200}};
  for (auto& c : cases) {
    CAF_MESSAGE(c.path);
    CAF_CHECK_EQUAL(node.get(c.path, with_key(reader)).status, c.reader);
    CAF_CHECK_EQUAL(node.get(c.path, with_key(publisher)).status, c.publisher);
    CAF_CHECK_EQUAL(node.get(c.path, with_key(all)).status, c.all);
  }
  auto tick = R"({"symbol":"AAPL","price":1})";
  CAF_CHECK_EQUAL(node.post(tick, with_key(reader)).status, 403);
  CAF_CHECK_EQUAL(node.post(tick, with_key(publisher)).status, 200);
  CAF_CHECK_EQUAL(upgrade("/ticks", with_key(reader)), 403);
  CAF_CHECK_EQUAL(upgrade("/ticks", with_key(publisher)), 101);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws", with_key(publisher)), 403);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws", with_key(reader)), 101);
}

CAF_TEST(a token in the URL opens a WebSocket and nothing else) {
  auto token = token_of(reader);
  CAF_CHECK(!contains(token, reader.substr(7)));
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + token, {}), 101);
  CAF_CHECK_EQUAL(upgrade("/ticks?token=" + token_of(all), {}), 403);
  CAF_CHECK_EQUAL(node.get("/metrics?token=" + token_of(all)).status, 403);
  // It gives no other one: it would never end.
  CAF_CHECK(!contains(node.get("/widgets.json?token=" + token).body, "token="));
  // Without a change of one character that would be noticed.
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == '2' ? '3' : '2';
    if (forged != token)
      CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + forged, {}), 403);
  }
  for (auto bad : {"x", "1.reader", "1.reader.1", "1.reader.99999999999.",
                   "1.reader.99999999999.AAAA", "...", "1..1.x"})
    CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + std::string{bad}, {}),
                    403);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + std::string(5000, 'a'), {}),
                  403);
  // A key that is made anew under the name is another one.
  keys.revoke("reader");
  auto again = keys.add("reader", "read");
  wait_until("the new key", [&] {
    return node.get("/symbols", with_key(again)).status == 200;
  });
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + token, {}), 403);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws?token=" + token_of(again), {}), 101);
}

CAF_TEST(a browser gets a cookie and an address without the secret) {
  header_list html{{"Accept", "text/html"}};
  auto told = node.get("/", html);
  CAF_CHECK_EQUAL(told.status, 401);
  CAF_CHECK(contains(told.body, "/?api_key="));
  CAF_CHECK(told.has("Content-Security-Policy"));
  CAF_CHECK_EQUAL(node.get("/?api_key=a.b", html).status, 403);
  auto answer = node.get("/?p.symbol=AAPL&API_KEY=" + reader + "&x=1", html);
  CAF_CHECK_EQUAL(answer.status, 303);
  CAF_CHECK_EQUAL(answer.header("Location"), "./?p.symbol=AAPL&x=1");
  CAF_CHECK(!contains(answer.header("Location"), reader.substr(7)));
  auto cookie = answer.header("Set-Cookie");
  for (auto part : {"HttpOnly", "SameSite=Strict", "Path=/"})
    CAF_CHECK(contains(cookie, part));
  CAF_CHECK(!contains(cookie, reader.substr(7)));
  cookie = cookie.substr(0, cookie.find(';'));
  header_list jar{{"Cookie", "other=1; " + cookie + "; more=2"}};
  check_good("/symbols", jar);
  CAF_CHECK_EQUAL(node.get("/", {{"Accept", "text/html"}, jar[0]}).status, 200);
  CAF_CHECK_EQUAL(upgrade("/live_grid_ws", jar), 101);
  // Another page could make a browser send it.
  CAF_CHECK_EQUAL(node.post("{}", jar).status, 403);
}

CAF_TEST(the subprotocol bearer carries a key and is confirmed) {
  auto headers = handshake_headers();
  headers.emplace_back("Sec-WebSocket-Protocol", "bearer, " + reader);
  auto answer = handshake(node.port(), "/live_grid_ws", headers);
  CAF_CHECK_EQUAL(answer.status, 101);
  CAF_CHECK_EQUAL(answer.header("Sec-WebSocket-Protocol"), "bearer");
  headers.back().second = "bearer, reader.wrong";
  CAF_CHECK_EQUAL(handshake(node.port(), "/live_grid_ws", headers).status, 403);
  headers.back().second = reader;
  CAF_CHECK_EQUAL(handshake(node.port(), "/live_grid_ws", headers).status, 401);
}

CAF_TEST(a key sees its symbols and no others) {
  node_process& n = node;
  auto rows = n.get("/live_grid_data?symbol=AAPL,TSLA,MSFT", with_key(reader));
  CAF_CHECK_EQUAL(rows.json().size(), 2u);
  CAF_CHECK(contains(rows.header("warnings"), "TSLA"));
  CAF_CHECK(!contains(rows.header("warnings"), "AAPL"));
  auto none = n.get("/live_grid_data?symbol=TSLA", with_key(reader));
  CAF_CHECK_EQUAL(none.status, 403);
  CAF_CHECK(contains(none.body, "TSLA"));
  CAF_CHECK_EQUAL(n.get("/live_grid_data", with_key(reader)).json().size(), 0u);
  CAF_CHECK_EQUAL(
    n.get("/live_grid_data?symbol=*", with_key(reader)).json().size(), 2u);
  CAF_CHECK_EQUAL(n.get("/symbols", with_key(reader)).json().size(), 2u);
  CAF_CHECK_EQUAL(n.get("/symbols", with_key(all)).json().size(), 5u);
  CAF_CHECK(
    !n.get("/live_grid_data?symbol=AAPL", with_key(reader)).has("warnings"));
}

CAF_TEST(a subscription to others is refused symbol by symbol) {
  ws_client viewer{node.port(), "/live_grid_ws", with_key(reader)};
  viewer.subscribe(R"(["TSLA","AAPL","GOOGL"])");
  std::string refused;
  std::string row;
  while (refused.empty() || row.empty()) {
    auto text = viewer.next_text();
    (contains(text, "\"price\"") ? row : refused) = text;
  }
  CAF_CHECK(contains(row, "AAPL"));
  CAF_CHECK(contains(refused, "TSLA"));
  CAF_CHECK(contains(refused, "GOOGL"));
  CAF_CHECK(!contains(refused, "AAPL"));
  // All of it is all that it may see, of what is to come, too.
  viewer.subscribe(R"("*")");
  CAF_CHECK(contains(viewer.next_text(), "MSFT"));
  auto publish = [&](const char* symbol, int price) {
    auto answer = node.post("{\"symbol\":\"" + std::string{symbol}
                              + "\",\"price\":" + std::to_string(price) + '}',
                            with_key(all));
    CAF_CHECK_EQUAL(answer.status, 200);
  };
  publish("TSLA", 1);
  publish("NEW", 2);
  publish("MSNEW", 3);
  publish("AAPL", 4);
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "MSNEW");
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "AAPL");
  for (const auto& text : viewer.close())
    CAF_CHECK(!contains(text, "price"));
}

CAF_TEST(a publisher publishes its symbols only) {
  auto post = [&](const char* body) {
    return node.post(body, with_key(publisher));
  };
  CAF_CHECK_EQUAL(post(R"({"symbol":"NEW1","price":1})").status, 200);
  auto refused =
    post(R"([{"symbol":"AAPL","price":7},{"symbol":"MSFT","price":1}])");
  CAF_CHECK_EQUAL(refused.status, 403);
  CAF_CHECK(contains(refused.body, "MSFT"));
  // Nothing of it is half done.
  auto row = node.get("/live_grid_data?symbol=AAPL", with_key(all)).json();
  CAF_CHECK_NOT_EQUAL(row.at(0).at("price").number(), 7);
  ws_client socket{node.port(), "/ticks", with_key(publisher)};
  socket.send_text(R"({"symbol":"MSFT","price":1})");
  CAF_CHECK(contains(socket.next_text(), "MSFT"));
  socket.send_text(R"({"symbol":"AAPL","price":1})");
  CAF_CHECK(contains(socket.next_text(), "accepted"));
}

CAF_TEST(a revoked key is shut out within a second and its sockets closed) {
  ws_client by_key{node.port(), "/live_grid_ws", with_key(reader)};
  ws_client by_token{node.port(), "/live_grid_ws?token=" + token_of(reader)};
  ws_client other{node.port(), "/live_grid_ws", with_key(all)};
  ws_client ticks{node.port(), "/ticks", with_key(publisher)};
  keys.revoke("reader");
  CAF_CHECK_EQUAL(by_key.wait_for_close(), 1008);
  CAF_CHECK_EQUAL(by_token.wait_for_close(), 1008);
  check_bad("/symbols", with_key(reader), 403);
  node.wait_for_error_text("key_revoked key=\"reader\"");
  keys.revoke("publisher");
  CAF_CHECK_EQUAL(ticks.wait_for_close(), 1008);
  keys.add("fresh", "read");
  node.wait_for_error_text("key_added key=\"fresh\"");
  // The others notice nothing.
  other.subscribe(R"("AAPL")");
  CAF_CHECK(contains(other.next_text(), "AAPL"));
}

CAF_TEST(an expired key is shut out as a revoked one) {
  auto text = keys.read();
  auto in_a_moment = std::time(nullptr) + 2;
  char time[32];
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ",
                std::gmtime(&in_a_moment));
  auto at = text.find("\"created\"", text.find("\"reader\""));
  text.insert(at, "\"expires\": \"" + std::string{time} + "\", ");
  ws_client viewer{node.port(), "/live_grid_ws", with_key(reader)};
  keys.write(text);
  node.wait_for_error_text("key_changed key=\"reader\"");
  CAF_CHECK_EQUAL(viewer.wait_for_close(), 1008);
  check_bad("/symbols", with_key(reader), 403);
  CAF_CHECK_EQUAL(node.get("/symbols", with_key(all)).status, 200);
}

CAF_TEST(a broken file of keys locks nobody out and lets nobody in) {
  keys.write("{\"keys\": [");
  node.wait_for_error_text("keys_unreadable");
  check_good("/symbols", with_key(reader));
  check_bad("/symbols", with_key("x.y"), 403);
}

CAF_TEST(no secret is written down) {
  auto token = token_of(reader);
  ws_client viewer{node.port(), "/live_grid_ws?token=" + token};
  node.get("/nowhere?api_key=" + reader);
  node.get("/symbols?api_key=wrong." + reader.substr(7));
  node.get("/live_grid_data?symbol=TSLA&api_key=" + reader);
  auto metrics = node.get("/metrics", with_key(all)).body;
  viewer.close();
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  for (const auto& text :
       {node.standard_error(), node.standard_output(), metrics, keys.read()}) {
    CAF_CHECK(!contains(text, reader.substr(7)));
    CAF_CHECK(!contains(text, all.substr(4)));
    CAF_CHECK(!contains(text, token.substr(token.rfind('.'))));
  }
  CAF_CHECK(contains(metrics, "kind=\"access\""));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(without keys only this host is served) {
  for (auto address : {"0.0.0.0", "::", "192.0.2.1"}) {
    node_process refused{
      node_options{.args = {"--market.feed=none", example_symbols(),
                            "--http.address=" + std::string{address}}}};
    CAF_CHECK_EQUAL(refused.wait_for_exit(), 2);
    CAF_CHECK(contains(refused.standard_error(), "access.keys-file"));
  }
  node_process open{strings{"--market.feed=none", example_symbols(),
                            "--http.address=0.0.0.0", "--access.open"}};
  CAF_CHECK_EQUAL(open.get("/symbols").status, 200);
  key_files keys;
  keys.add("a", "read");
  auto settings = keys.settings();
  settings.emplace_back("--http.address=0.0.0.0");
  node_process closed{settings};
  CAF_CHECK_EQUAL(closed.get("/symbols").status, 401);
}

CAF_TEST(the console needs a key that may operate) {
  key_files keys;
  auto boss = keys.add("boss", "operate");
  auto reader = keys.add("reader", "read");
  node_process node{keys.settings()};
  auto line = node.startup_line();
  auto where = "--node=" + line.substr(line.find("console=") + 8);
  auto ask = [&](strings more, const std::string& command) {
    more.insert(more.begin(), where);
    more.insert(more.end(), {"-c", command});
    auto run = run_console(more);
    return std::make_pair(run.exit_code, run.output + run.errors);
  };
  auto refused = ask({}, "status");
  CAF_CHECK_EQUAL(refused.first, 1);
  CAF_CHECK(contains(refused.second, "--key-file"));
  auto with = [&](const std::string& secret) {
    temp_file file{secret + '\n'};
    ::chmod(file.path().c_str(), 0600);
    return ask({"--key-file=" + file.path()}, "status");
  };
  CAF_CHECK_EQUAL(with(boss).first, 0);
  CAF_CHECK_EQUAL(with(reader).first, 1);
  CAF_CHECK(contains(with(reader).second, "may not operate"));
  CAF_CHECK_EQUAL(with("boss.wrong").first, 1);
  temp_file open{boss};
  ::chmod(open.path().c_str(), 0644);
  CAF_CHECK_EQUAL(ask({"--key-file=" + open.path()}, "status").first, 2);
  // What an operator changes is written down, with his name.
  ::setenv("LIVEGRID_KEY", boss.c_str(), 1);
  auto done = ask({}, "log debug");
  ::unsetenv("LIVEGRID_KEY");
  CAF_CHECK_EQUAL(done.first, 0);
  node.wait_for_error_text(R"(operator_did key="boss" command="log debug")");
  node.wait_for_error_text("operator_refused key=\"reader\"");
  CAF_CHECK(!contains(node.standard_error(), boss.substr(5)));
  keys.revoke("boss");
  wait_until("the key to be gone", [&] { return with(boss).first == 1; });
}
