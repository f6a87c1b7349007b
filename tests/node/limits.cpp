#define CAF_SUITE node.limits

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "key_files.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// A key with limits.
std::string add(key_files& keys, const std::string& name,
                const std::string& limits) {
  auto done =
    keys.run({"add", name, "--scopes=read,publish", "--limits=" + limits});
  if (done.exit_code != 0)
    give_up("no key: " + done.error);
  return done.last_line();
}

int upgrade(node_process& node, header_list headers) {
  auto more = handshake_headers();
  headers.insert(headers.end(), more.begin(), more.end());
  return handshake(node.port(), "/live_grid_ws", headers).status;
}

} // namespace

CAF_TEST(requests of a key beyond its limit are answered 429) {
  key_files keys;
  auto few = add(keys, "few", "requests:3");
  auto many = add(keys, "many", "requests:1000");
  node_process node{keys.settings()};
  std::optional<http_response> refused;
  // As fast as they are answered, far more than three a second.
  for (int i = 0; i < 100 && !refused; ++i)
    if (auto answer = node.get("/symbols", with_key(few)); answer.status != 200)
      refused = answer;
  CAF_REQUIRE(refused);
  CAF_CHECK_EQUAL(refused->status, 429);
  CAF_CHECK_EQUAL(refused->header("Retry-After"), "1");
  CAF_CHECK(contains(refused->body, "requests a second of the key"));
  CAF_CHECK_EQUAL(node.get("/symbols", with_key(many)).status, 200);
  // The operator sees who it was.
  node.wait_for_error_text("limited peer=\"127.0.0.1:");
  node.wait_for_error_text("key few");
  // It is not for ever.
  wait_until("the key to be served again",
             [&] { return node.get("/symbols", with_key(few)).status == 200; });
}

CAF_TEST(sockets of a key beyond its limit are refused until one is closed) {
  key_files keys;
  auto two = add(keys, "two", "connections:2");
  node_process node{keys.settings()};
  std::optional<ws_client> first;
  first.emplace(node.port(), "/live_grid_ws", with_key(two));
  ws_client second{node.port(), "/live_grid_ws", with_key(two)};
  CAF_CHECK_EQUAL(upgrade(node, with_key(two)), 429);
  first->close();
  first.reset();
  wait_until("room", [&] { return upgrade(node, with_key(two)) == 101; });
}

CAF_TEST(symbols of a key beyond its limit do not count) {
  key_files keys;
  auto two = add(keys, "two", "symbols:2");
  node_process node{keys.settings()};
  ws_client viewer{node.port(), "/live_grid_ws", with_key(two)};
  viewer.subscribe(R"(["AAPL","MSFT","TSLA"])");
  std::string all;
  while (!contains(all, "2 symbols at once") || !contains(all, "MSFT"))
    all += viewer.next_text();
  for (const auto& text : viewer.close())
    all += text;
  CAF_CHECK(contains(all, "AAPL"));
  CAF_CHECK(!contains(all, "TSLA"));
}

CAF_TEST(ticks of a key beyond its limit are refused whole) {
  key_files keys;
  auto ten = add(keys, "ten", "ticks:10");
  node_process node{keys.settings()};
  auto body = [](int n) {
    std::string result;
    for (int i = 0; i < n; ++i)
      result += (i ? "," : "[") + std::string{R"({"symbol":"X","size":1})"};
    return result + ']';
  };
  auto taken = 0;
  auto answer = node.post(body(10), with_key(ten));
  // A second may have gone by before the next one.
  for (; answer.status == 200 && taken < 100; ++taken)
    answer = node.post(body(10), with_key(ten));
  CAF_CHECK_EQUAL(answer.status, 429);
  CAF_CHECK(answer.has("Retry-After"));
  CAF_CHECK_GREATER(taken, 0);
  auto volume = [&] {
    return node.get("/live_grid_data?symbol=X", with_key(ten))
      .json()
      .at(0)
      .at("volume")
      .number();
  };
  CAF_CHECK_EQUAL(volume(), 10 * taken);
  ws_client socket{node.port(), "/ticks", with_key(ten)};
  std::string said;
  for (int i = 0; i < 100 && !contains(said, "limit"); ++i) {
    socket.send_text(body(5));
    said = socket.next_text();
  }
  CAF_CHECK(contains(said, "ticks a second of the key"));
}

CAF_TEST(an address has limits of its own) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--access.address-connections=1",
                            "--access.address-requests=5"}};
  ws_client first{node.port(), "/live_grid_ws"};
  CAF_CHECK_EQUAL(upgrade(node, {}), 429);
  auto refused = 0;
  for (int i = 0; i < 200 && refused == 0; ++i)
    refused = node.get("/symbols").status == 429 ? 1 : 0;
  CAF_CHECK_EQUAL(refused, 1);
  // A monitor is never turned away, nor the node's look at itself.
  CAF_CHECK_EQUAL(node.get("/ready").status, 200);
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
}

CAF_TEST(upgrades of a key beyond its limit are answered 429) {
  key_files keys;
  auto three = add(keys, "three", "upgrades:3");
  node_process node{keys.settings()};
  auto refused = 0;
  // Bad ones are requests, and nothing else; nor does a flood of them hide from
  // the operator what comes then.
  for (int i = 0; i < 50; ++i)
    CAF_CHECK_EQUAL(node.get("/live_grid_ws", with_key(three)).status, 426);
  for (int i = 0; i < 100 && refused == 0; ++i)
    refused = upgrade(node, with_key(three)) == 429 ? 1 : 0;
  CAF_CHECK_EQUAL(refused, 1);
  node.wait_for_error_text("WebSockets a second of the key: key three");
  CAF_CHECK_EQUAL(node.get("/symbols", with_key(three)).status, 200);
}

CAF_TEST(bad messages of a key beyond its limit end its socket) {
  key_files keys;
  auto five = add(keys, "five", "bad-messages:5");
  auto viewer = add(keys, "viewer", "bad-messages:5");
  auto others = keys.add("others", "read,publish");
  node_process node{keys.settings()};
  constexpr auto reason = "over the limit of bad messages a second of the key";
  for (auto& [target, key] :
       {std::pair{"/live_grid_ws", viewer}, std::pair{"/ticks", five}}) {
    ws_client other{node.port(), target, with_key(others)};
    ws_client socket{node.port(), target, with_key(key)};
    auto sent = 0;
    std::optional<ws_message> end;
    // As fast as they are answered, far more than five a second.
    for (; sent < 1000 && !end; ++sent) {
      socket.send(sent % 2 ? ws_frame{.payload = "rubbish"}
                           : ws_frame{.payload = "x", .code = opcode::binary});
      auto x = socket.next();
      CAF_REQUIRE(x);
      if (x->code == opcode::close)
        end = x;
      else
        CAF_CHECK(contains(x->payload, "detail"));
    }
    CAF_REQUIRE(end);
    CAF_CHECK_GREATER(sent, 4);
    CAF_CHECK_EQUAL(end->close_code(), 1008);
    CAF_CHECK_EQUAL(end->payload.substr(2), reason);
    for (int i = 0; i < 20; ++i)
      other.send_text("rubbish");
    for (int i = 0; i < 20; ++i)
      CAF_CHECK(contains(other.next_text(), "detail"));
  }
  auto status = 0;
  for (int i = 0; i < 1000 && status != 429; ++i)
    status = node.post("rubbish", with_key(five)).status;
  CAF_CHECK_EQUAL(status, 429);
  node.wait_for_error_text("bad messages a second of the key: key five");
  CAF_CHECK_EQUAL(
    node.post(R"({"symbol":"X","price":1})", with_key(five)).status, 200);
}

CAF_TEST(who has no key has the limits of the address) {
  node_process node{
    strings{"--market.feed=none", example_symbols(),
            "--access.address-symbols=2", "--access.address-upgrades=20",
            "--access.address-ticks=10", "--access.address-bad-messages=5"}};
  ws_client viewer{node.port(), "/live_grid_ws"};
  viewer.subscribe(R"(["AAPL","MSFT","TSLA"])");
  std::string all;
  while (!contains(all, "2 symbols at once") || !contains(all, "MSFT"))
    all += viewer.next_text();
  auto status = 0;
  for (int i = 0; i < 100 && status != 429; ++i)
    status =
      node.post(R"([{"symbol":"X","size":1},{"symbol":"Y","size":1}])").status;
  CAF_CHECK_EQUAL(status, 429);
  ws_client bad{node.port(), "/live_grid_ws"};
  for (int i = 0; i < 100; ++i)
    bad.send_text("rubbish");
  CAF_CHECK_EQUAL(bad.wait_for_close(), 1008);
  for (int i = 0; i < 500 && upgrade(node, {}) == 101; ++i)
    ;
  node.wait_for_error_text("WebSockets a second of an address");
}

CAF_TEST(a trusted proxy says for whom it asks and nobody else does) {
  auto note = [](node_process& node, const std::string& forwarded) {
    auto headers = header_list{};
    if (!forwarded.empty())
      headers.emplace_back("X-Forwarded-For", forwarded);
    node.get("/live_grid_data?symbol=%", headers);
  };
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--access.open",
                            "--http.trusted-proxies=127.0.0.0/8,10.0.0.0/8"}};
  note(node, "198.51.100.7");
  node.wait_for_error_text("peer=\"198.51.100.7\"");
  // The client's own word is not believed, nor what is no address.
  note(node, "203.0.113.1, 198.51.100.8, 10.1.2.3");
  node.wait_for_error_text("peer=\"198.51.100.8\"");
  note(node, "203.0.113.1, 2001:db8::1");
  node.wait_for_error_text("peer=\"2001:db8::1\"");
  // Nor a line of the client's in front of the proxy's.
  node.get("/live_grid_data?symbol=%", {{"X-Forwarded-For", "203.0.113.1"},
                                        {"X-Forwarded-For", "198.51.100.9"}});
  node.wait_for_error_text("peer=\"198.51.100.9\"");
  note(node, "203.0.113.1, nonsense");
  note(node, "203.0.113.9");
  node.wait_for_error_text("peer=\"203.0.113.9\"");
  CAF_CHECK(!contains(node.standard_error(), "203.0.113.1\""));
  CAF_CHECK(!contains(node.standard_error(), "nonsense"));
  node_process alone{strings{"--market.feed=none", example_symbols()}};
  note(alone, "198.51.100.7");
  alone.wait_for_error_text("bad_input");
  CAF_CHECK(!contains(alone.standard_error(), "198.51.100.7"));
}
