#define CAF_SUITE node.handshake

#include <algorithm>

#include "node_process.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

/// Handshake headers with some of them replaced; an empty value removes one.
header_list with(const header_list& changes) {
  auto result = handshake_headers();
  for (auto& [key, value] : changes) {
    auto same = [&, k = key](auto& h) { return h.first == k; };
    result.erase(std::remove_if(result.begin(), result.end(), same),
                 result.end());
    if (!value.empty())
      result.emplace_back(key, value);
  }
  return result;
}

struct fixture {
  node_process node{
    std::vector<std::string>{"--market.feed=none", example_symbols()}};

  http_response shake(const header_list& headers,
                      std::string_view method = "GET") {
    return handshake(node.port(), "/live_grid_ws", headers, method);
  }
};

constexpr const char* subscription = R"({"params":{"symbol":"AAPL"}})";

} // namespace

CAF_TEST_FIXTURE_SCOPE(handshake_tests, fixture)

CAF_TEST(a_good_handshake_is_answered_as_rfc_6455_says) {
  auto response = shake(handshake_headers());
  CAF_CHECK_EQUAL(response.status, 101);
  CAF_CHECK_EQUAL(response.header("Sec-WebSocket-Accept"),
                  "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  auto upgrade = response.header("Upgrade");
  CAF_CHECK(upgrade == "websocket" || upgrade == "WebSocket");
  auto connection = response.header("Connection");
  CAF_CHECK(connection == "Upgrade" || connection == "upgrade");
  CAF_CHECK(!response.has("Content-Length"));
}

CAF_TEST(header_values_may_be_written_in_other_ways) {
  for (auto& headers :
       {with({{"Upgrade", "WebSocket"}}), with({{"Upgrade", "WEBSOCKET"}}),
        with({{"Connection", "keep-alive, Upgrade"}}),
        with({{"Connection", "upgrade"}}),
        with({{"Connection", "Upgrade,keep-alive"}}),
        with({{"Sec-WebSocket-Protocol", "chat, superchat"}}),
        with({{"Sec-WebSocket-Extensions", "permessage-deflate"}})}) {
    auto response = shake(headers);
    CAF_CHECK_EQUAL(response.status, 101);
    CAF_CHECK(!response.has("Sec-WebSocket-Protocol"));
    CAF_CHECK(!response.has("Sec-WebSocket-Extensions"));
  }
}

CAF_TEST(faults_are_answered_with_400_or_426) {
  struct {
    const char* name;
    header_list headers;
    int status;
  } cases[] = {
    {"no key", with({{"Sec-WebSocket-Key", ""}}), 400},
    {"short key", with({{"Sec-WebSocket-Key", "c2hvcnQ="}}), 400},
    {"long key",
     with({{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSBpcyBsb25n"}}), 400},
    {"a key that is no base64",
     with({{"Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!=="}}), 400},
    {"old version", with({{"Sec-WebSocket-Version", "8"}}), 426},
    {"new version", with({{"Sec-WebSocket-Version", "14"}}), 426},
    {"no number", with({{"Sec-WebSocket-Version", "x"}}), 426},
    {"no Upgrade", with({{"Upgrade", ""}}), 426},
    {"another upgrade", with({{"Upgrade", "h2c"}}), 426},
    {"neither", with({{"Upgrade", ""}, {"Connection", ""}}), 426},
  };
  for (auto& x : cases) {
    CAF_MESSAGE(x.name);
    auto response = shake(x.headers);
    CAF_CHECK_EQUAL(response.status, x.status);
    CAF_CHECK(response.json().at("detail").is_string());
    if (x.status == 426) {
      CAF_CHECK_EQUAL(response.header("Upgrade"), "websocket");
      CAF_CHECK_EQUAL(response.header("Sec-WebSocket-Version"), "13");
    }
  }
}

CAF_TEST(an_upgrade_that_connection_does_not_name_is_refused) {
  for (auto value : {"", "keep-alive", "close"}) {
    auto status = shake(with({{"Connection", value}})).status;
    CAF_CHECK(status == 400 || status == 426);
  }
}

CAF_TEST(no_version_at_all_is_refused) {
  auto status = shake(with({{"Sec-WebSocket-Version", ""}})).status;
  CAF_CHECK(status == 400 || status == 426);
}

CAF_TEST(only_get_upgrades) {
  CAF_CHECK_EQUAL(shake(handshake_headers(), "POST").status, 405);
  CAF_CHECK_EQUAL(shake(handshake_headers(), "PUT").status, 405);
}

CAF_TEST(http_1_0_does_not_upgrade) {
  http_client client{node.port()};
  std::string request = "GET /live_grid_ws HTTP/1.0\r\n";
  for (auto& [key, value] : handshake_headers())
    request += key + ": " + value + "\r\n";
  client.send(request + "\r\n");
  auto response = client.try_read();
  CAF_CHECK(!response || response->status >= 400);
}

CAF_TEST(an_upgrade_elsewhere_is_no_upgrade) {
  CAF_CHECK_EQUAL(
    handshake(node.port(), "/nowhere", handshake_headers()).status, 404);
  auto status = handshake(node.port(), "/health", handshake_headers()).status;
  CAF_CHECK_NOT_EQUAL(status, 101);
}

CAF_TEST(a_connection_can_be_upgraded_after_other_requests) {
  http_client client{node.port()};
  CAF_CHECK_EQUAL(client.request("GET", "/health").status, 200);
  CAF_CHECK_EQUAL(client.request("GET", "/live_grid_ws").status, 426);
  CAF_CHECK_EQUAL(
    client.request("GET", "/live_grid_ws", handshake_headers()).status, 101);
  ws_client subscriber{std::move(client)};
  subscriber.send_text(subscription);
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(frames_sent_right_behind_the_request_count) {
  for (auto& bytes : {to_bytes({.payload = subscription}),
                      to_bytes({.payload = "early", .code = opcode::ping})
                        + to_bytes({.payload = subscription})}) {
    http_client client{node.port()};
    client.send(request_bytes("GET", "/live_grid_ws", handshake_headers())
                + bytes);
    CAF_CHECK_EQUAL(client.read().status, 101);
    ws_client subscriber{std::move(client)};
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
  }
}

CAF_TEST(half_a_frame_behind_the_request_is_completed) {
  auto frame = to_bytes({.payload = subscription});
  for (std::size_t cut = 1; cut < frame.size(); cut += 5) {
    http_client client{node.port()};
    client.send(request_bytes("GET", "/live_grid_ws", handshake_headers())
                + frame.substr(0, cut));
    CAF_CHECK_EQUAL(client.read().status, 101);
    client.send(frame.substr(cut));
    ws_client subscriber{std::move(client)};
    CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
  }
}

CAF_TEST(requests_before_and_with_the_upgrade_in_one_write) {
  http_client client{node.port()};
  client.send(request_bytes("GET", "/health")
              + request_bytes("GET", "/live_grid_ws", handshake_headers())
              + to_bytes({.payload = subscription}));
  CAF_CHECK_EQUAL(client.read().status, 200);
  CAF_CHECK_EQUAL(client.read().status, 101);
  ws_client subscriber{std::move(client)};
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST(a_handshake_may_come_byte_by_byte) {
  http_client client{node.port()};
  client.socket().send_bytewise(
    request_bytes("GET", "/live_grid_ws", handshake_headers())
    + to_bytes({.payload = subscription}));
  CAF_CHECK_EQUAL(client.read().status, 101);
  ws_client subscriber{std::move(client)};
  CAF_CHECK_EQUAL(subscriber.next_json().at("symbol").text(), "AAPL");
}

CAF_TEST_FIXTURE_SCOPE_END()
