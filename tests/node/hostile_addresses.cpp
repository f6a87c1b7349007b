#define CAF_SUITE node.hostile_addresses

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "key_files.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// A client that comes from that address.
http_client from(const char* address, const node_process& node) {
  return http_client{tcp_socket{"127.0.0.1", node.port(), 0, address}};
}

/// The status that a fresh connection from there gets.
int status_from(const char* address, const node_process& node,
                std::string_view target) {
  auto client = from(address, node);
  return client.request("GET", target).status;
}

std::vector<http_client> idle(std::size_t n, const char* address,
                              const node_process& node) {
  std::vector<http_client> result;
  for (std::size_t i = 0; i < n; ++i) {
    result.emplace_back(from(address, node));
    CAF_CHECK_EQUAL(result.back().request("GET", "/ready").status, 200);
  }
  return result;
}
} // namespace

CAF_TEST(a proxy may write the address of its client as it likes) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--access.open",
                            "--http.trusted-proxies=127.0.0.1"}};
  auto note = [&](const std::string& forwarded) {
    node.get("/live_grid_data?symbol=%", {{"X-Forwarded-For", forwarded}});
  };
  struct {
    const char* forwarded;
    const char* peer;
  } cases[] = {
    {"198.51.100.1:4711", "198.51.100.1"},
    {"203.0.113.9, [2001:db8::2]:80 ", "2001:db8::2"},
    {"[2001:db8::3]", "2001:db8::3"},
    {"198.51.100.4, ", "198.51.100.4"},
    {"\"198.51.100.5:1\"", "198.51.100.5"},
    {"::ffff:198.51.100.6", "198.51.100.6"},
  };
  for (auto& x : cases) {
    note(x.forwarded);
    node.wait_for_error_text("peer=\"" + std::string{x.peer} + "\"");
  }
  CAF_CHECK(!contains(node.standard_error(), "X-Forwarded-For"));
  note("198.51.100.7, unknown");
  node.wait_for_error_text("what=\"X-Forwarded-For\"");
  node.wait_for_error_text("7 other bytes: the client is taken for the proxy");
}

CAF_TEST(a client that says who it is may do no more) {
  key_files keys;
  auto settings = keys.settings();
  keys.add("reader", "read");
  settings.emplace_back("--http.trusted-proxies=127.0.0.1");
  node_process node{settings};
  // Whoever is on the proxy's host may write what he likes.
  for (auto who : {"127.0.0.1", "::1", "0.0.0.0", "127.0.0.1, 127.0.0.1"})
    for (auto path : {"/symbols", "/metrics", "/live_grid_data"})
      CAF_CHECK_EQUAL(
        node
          .get(path, {{"X-Forwarded-For", who}, {"X-Forwarded-Proto", "https"}})
          .status,
        401);
}

CAF_TEST(one address takes some of the places and not all) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.max-connections=12",
                            "--access.address-connections=3", "--access.open"}};
  // Of a WebSocket and of HTTP, two of these.
  auto two = idle(2, "127.0.0.2", node);
  auto viewer = std::make_unique<ws_client>(
    tcp_socket{"127.0.0.1", node.port(), 0, "127.0.0.2"}, "/live_grid_ws");
  auto client = from("127.0.0.2", node);
  auto refused = client.request("GET", "/symbols");
  CAF_CHECK_EQUAL(refused.status, 429);
  CAF_CHECK_EQUAL(refused.header("Retry-After"), "1");
  CAF_CHECK_EQUAL(refused.header("Connection"), "close");
  CAF_CHECK(contains(refused.body, "connections of an address"));
  CAF_CHECK(refused.has("Date"));
  auto headers = handshake_headers();
  CAF_CHECK_EQUAL(
    from("127.0.0.2", node).request("GET", "/live_grid_ws", headers).status,
    429);
  node.wait_for_error_text("limited peer=\"127.0.0.2:");
  // What it has still works, and so does everybody else.
  CAF_CHECK_EQUAL(two[0].request("GET", "/symbols").status, 200);
  CAF_CHECK_EQUAL(status_from("127.0.0.3", node, "/symbols"), 200);
  CAF_CHECK_EQUAL(status_from("127.0.0.3", node, "/health"), 200);
  // A monitor of that address is answered, and no more than a few.
  CAF_CHECK_EQUAL(status_from("127.0.0.2", node, "/health"), 200);
  viewer.reset();
  wait_until("room for one more",
             [&] { return status_from("127.0.0.2", node, "/symbols") == 200; });
}

CAF_TEST(one address takes not all of what is reserved either) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.max-connections=4",
                            "--access.address-connections=2", "--access.open"}};
  auto a = idle(2, "127.0.0.2", node);
  auto b = idle(2, "127.0.0.3", node);
  // These say nothing, and would have a reserved place for 5 s each.
  std::vector<tcp_socket> silent;
  std::string told;
  for (int i = 0; i < 8; ++i)
    silent.emplace_back("127.0.0.1", node.port(), 0, "127.0.0.2");
  // Those beyond its half are told so at once.
  wait_until("some of them to be refused", [&] {
    for (auto& x : silent)
      if (x.readable(std::chrono::milliseconds{0}))
        x.read_some(told);
    return contains(told, " 429 ");
  });
  CAF_CHECK_EQUAL(status_from("127.0.0.4", node, "/metrics"), 200);
  CAF_CHECK_EQUAL(status_from("127.0.0.4", node, "/ready"), 200);
}

CAF_TEST(a client of a proxy has its own share and the proxy any number) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--access.address-connections=2", "--access.open",
                            "--http.trusted-proxies=127.0.0.1"}};
  auto many = idle(10, "127.0.0.1", node);
  auto upgrade = [&](const char* client) {
    auto headers = handshake_headers();
    headers.emplace_back("X-Forwarded-For", client);
    auto result = std::make_unique<http_client>(node.port());
    auto status = result->request("GET", "/live_grid_ws", headers).status;
    return std::pair{std::move(result), status};
  };
  auto first = upgrade("198.51.100.1:1");
  auto second = upgrade("198.51.100.1:2");
  CAF_CHECK_EQUAL(first.second, 101);
  CAF_CHECK_EQUAL(second.second, 101);
  CAF_CHECK_EQUAL(upgrade("198.51.100.1").second, 429);
  CAF_CHECK_EQUAL(upgrade("198.51.100.2").second, 101);
  // A network of IPv6 is one client.
  auto third = upgrade("[2001:db8::1]:1");
  auto fourth = upgrade("2001:db8::2");
  CAF_CHECK_EQUAL(fourth.second, 101);
  CAF_CHECK_EQUAL(upgrade("2001:db8::3").second, 429);
  CAF_CHECK_EQUAL(upgrade("2001:db8:0:1::3").second, 101);
  first.first.reset();
  wait_until("room for one more",
             [&] { return upgrade("198.51.100.1").second == 101; });
}

CAF_TEST(what needs no key is limited by address all the same) {
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--access.address-requests=5"}};
  auto limited = [&](std::string_view method, std::string_view target) {
    http_client client{node.port()};
    for (int i = 0; i < 500; ++i)
      if (client.request(method, target).status == 429)
        return true;
    return false;
  };
  CAF_CHECK(limited("GET", "/symbols"));
  // A monitor is no victim of what others at its address do.
  CAF_CHECK_EQUAL(node.get("/ready").status, 200);
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  CAF_CHECK(limited("GET", "/ready"));
  CAF_CHECK(limited("GET", "/health"));
  wait_until("a moment of rest", [&] {
    return fetch(node.port(), "OPTIONS", "/ticks").status != 429;
  });
  CAF_CHECK(limited("OPTIONS", "/ticks"));
  CAF_CHECK(limited("OPTIONS", "/nowhere"));
}
