#define CAF_SUITE node.hostile_answers

#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <zlib.h>

#include "identity.hpp"
#include "key_files.hpp"
#include "metrics_page.hpp"
#include "ws_client.hpp"

#include "caf/test/unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

header_list with_key(const std::string& secret) {
  return {{"X-API-KEY", secret}};
}

/// Whether that is a date as RFC 9110 has it.
bool is_date(const std::string& x) {
  return x.size() == 29 && x.ends_with(" GMT") && x.substr(3, 2) == ", ";
}

/// Checks what all answers have.
void check_common(const http_response& x) {
  CAF_MESSAGE(x.status);
  CAF_CHECK(is_date(x.header("Date")));
  CAF_CHECK_EQUAL(x.header("X-Content-Type-Options"), "nosniff");
  CAF_CHECK_EQUAL(x.header("Cache-Control"), "no-store");
}

std::string gzip(const std::string& text) {
  z_stream x{};
  if (::deflateInit2(&x, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    give_up("no zlib");
  std::string result(::deflateBound(&x, text.size()), '\0');
  x.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  x.avail_in = static_cast<uInt>(text.size());
  x.next_out = reinterpret_cast<Bytef*>(result.data());
  x.avail_out = static_cast<uInt>(result.size());
  ::deflate(&x, Z_FINISH);
  result.resize(x.total_out);
  ::deflateEnd(&x);
  return result;
}

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

CAF_TEST(every answer says when it was made and what it is) {
  node_process node{strings{"--market.feed=none", "--http.max-body=1KiB"}};
  check_common(node.get("/"));
  check_common(node.get("/symbols"));
  check_common(node.get("/metrics"));
  check_common(node.get("/nowhere"));
  check_common(node.get("/live_grid_ws"));
  check_common(node.get("/live_grid_data?symbol=%"));
  check_common(node.post("{}"));
  check_common(fetch(node.port(), "PUT", "/ticks"));
  check_common(fetch(node.port(), "OPTIONS", "/ticks",
                     {{"Origin", "https://pro.openbb.co"}}));
  // What the gate refuses, too.
  check_common(node.post(std::string(2000, ' ')));
  auto raw = [&](std::string_view bytes) {
    http_client client{node.port()};
    client.send(bytes);
    return client.read();
  };
  check_common(raw("rubbish\r\n\r\n"));
  check_common(raw("GET /" + std::string(70'000, 'x') + " HTTP/1.1\r\n"));
}

CAF_TEST(a page may read what it has to) {
  node_process node{strings{"--market.feed=none", "--http.max-body=1KiB"}};
  header_list page{{"Origin", "https://pro.openbb.co"}};
  for (const auto& x : {node.get("/symbols", page), node.get("/nowhere", page),
                        node.post(std::string(2000, ' '), page)}) {
    auto shown = x.header("Access-Control-Expose-Headers");
    for (auto name : {"warnings", "Retry-After", "ETag", "WWW-Authenticate",
                      "Date", "Link"})
      CAF_CHECK(contains(shown, name));
    // The page's cookie is not for others.
    CAF_CHECK(!x.has("Access-Control-Allow-Credentials"));
  }
  CAF_CHECK(!node.get("/symbols", {{"Origin", "https://evil.example"}})
               .has("Access-Control-Expose-Headers"));
}

CAF_TEST(a zipped body is as good as a plain one and no way around the limit) {
  node_process node{strings{"--market.feed=none", "--http.max-body=4KiB"}};
  auto post = [&](const std::string& body, const char* coding) {
    return node.post(body, {{"Content-Encoding", coding}});
  };
  auto tick = R"({"symbol":"AAPL","price":7})";
  CAF_CHECK_EQUAL(post(gzip(tick), "gzip").status, 200);
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").number(), 7);
  CAF_CHECK_EQUAL(post(tick, "identity").status, 200);
  CAF_CHECK_EQUAL(post(gzip(std::string(4097, ' ')), "gzip").status, 413);
  CAF_CHECK_EQUAL(post(gzip(std::string(2'000'000, '[')), "gzip").status, 413);
  CAF_CHECK_EQUAL(post(tick, "gzip").status, 400);
  auto whole = gzip(tick);
  CAF_CHECK_EQUAL(post(whole.substr(0, whole.size() - 1), "gzip").status, 400);
  for (auto coding : {"br", "deflate", "gzip, gzip"}) {
    auto answer = post(whole, coding);
    CAF_CHECK_EQUAL(answer.status, 415);
    CAF_CHECK_EQUAL(answer.header("Accept-Encoding"), "gzip");
    CAF_CHECK(answer.json().at("detail").is_string());
  }
  node.wait_for_error_text("the only Content-Encoding is gzip");
  // Two lines are one list.
  auto twice = node.post(
    whole, {{"Content-Encoding", "gzip"}, {"Content-Encoding", "br"}});
  CAF_CHECK_EQUAL(twice.status, 415);
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").number(), 7);
}

CAF_TEST(no cache keeps what a key has shown) {
  key_files keys;
  auto reader = keys.add("reader", "read");
  node_process node{keys.settings()};
  for (auto path : {"/symbols", "/widgets.json", "/live_grid_data", "/nowhere",
                    "/openapi.json", "/apps.json", "/"})
    check_common(node.get(path, with_key(reader)));
  check_common(node.get("/symbols"));
  check_common(node.get("/symbols", with_key("x.y")));
  auto page = node.get("/", {{"X-API-KEY", reader}, {"Accept", "text/html"}});
  check_common(page);
  // The program of the page is the same for all, but not for all to have.
  auto at = page.body.find("assets/");
  if (at != std::string::npos) {
    auto file = page.body.substr(at, page.body.find('"', at) - at);
    auto kept = node.get("/" + file, with_key(reader)).header("Cache-Control");
    CAF_CHECK(contains(kept, "private"));
    CAF_CHECK(!contains(kept, "public"));
  }
}

CAF_TEST(a key in the address is taken in every spelling and out again) {
  key_files keys;
  auto reader = keys.add("reader", "read");
  node_process node{keys.settings()};
  header_list html{{"Accept", "text/html"}};
  for (auto name : {"api_key", "api%5Fkey", "api%5fkey", "API%5FKEY",
                    "%61pi_key", "x%2Dapi-key", "X-Api-Key"}) {
    CAF_MESSAGE(name);
    auto query = std::string{name} + '=' + reader;
    CAF_CHECK_EQUAL(node.get("/symbols?" + query).status, 200);
    auto answer = node.get("/?a=1&" + query + "&p.symbol=A%26B", html);
    CAF_CHECK_EQUAL(answer.status, 303);
    CAF_CHECK_EQUAL(answer.header("Location"), "./?a=1&p.symbol=A%26B");
    check_common(answer);
  }
  // Twice is once too often.
  auto answer =
    node.get("/?api_key=" + reader + "&api%5Fkey=" + reader + "&b", html);
  CAF_CHECK_EQUAL(answer.header("Location"), "./?b");
}

CAF_TEST(the cookie of the page counts for the page alone) {
  key_files keys;
  auto reader = keys.add("reader", "read");
  node_process node{keys.settings()};
  auto given = node.get("/?api_key=" + reader, {{"Accept", "text/html"}})
                 .header("Set-Cookie");
  auto cookie = given.substr(0, given.find(';'));
  CAF_CHECK(!contains(given, "__Host-"));
  auto host = "localhost:" + std::to_string(node.port());
  auto get = [&](const std::string& origin) {
    header_list headers{{"Host", host}, {"Cookie", cookie}};
    if (!origin.empty())
      headers.emplace_back("Origin", origin);
    return node.get("/symbols", headers).status;
  };
  auto upgrade = [&](const std::string& origin) {
    auto headers = handshake_headers();
    headers.emplace_back("Cookie", cookie);
    headers.emplace_back("Origin", origin);
    return handshake(node.port(), "/live_grid_ws", headers).status;
  };
  auto own = "http://127.0.0.1:" + std::to_string(node.port());
  CAF_CHECK_EQUAL(get(""), 200);
  CAF_CHECK_EQUAL(get("http://" + host), 200);
  CAF_CHECK_EQUAL(get(own), 200);
  CAF_CHECK_EQUAL(upgrade(own), 101);
  // Browsers send it for these, which may use the node with a key of theirs.
  for (auto origin : {"http://localhost:3000", "http://localhost:1420",
                      "https://pro.openbb.co"}) {
    CAF_MESSAGE(origin);
    CAF_CHECK_EQUAL(get(origin), 401);
    CAF_CHECK_EQUAL(upgrade(origin), 401);
    CAF_CHECK_EQUAL(
      node.get("/symbols", {{"X-API-KEY", reader}, {"Origin", origin}}).status,
      200);
  }
  CAF_CHECK_EQUAL(get("http://evil.example"), 401);
  CAF_CHECK_EQUAL(get("null"), 401);
  node.wait_for_error_text("the page's cookie, from another page");
}

CAF_TEST(with TLS browsers are held to it and the cookie to the host) {
  temp_directory directory;
  identity of;
  auto cert = directory.path() + "/cert.pem";
  auto key = directory.path() + "/key.pem";
  std::ofstream{cert} << of.cert();
  std::ofstream{key} << of.key();
  ::chmod(key.c_str(), 0600);
  key_files keys;
  auto reader = keys.add("reader", "read");
  auto settings = keys.settings();
  settings.emplace_back("--http.tls-cert=" + cert);
  settings.emplace_back("--http.tls-key=" + key);
  node_process node{settings};
  for (const auto& x : {node.get("/ready"), node.get("/symbols"),
                        node.get("/symbols", with_key(reader))})
    CAF_CHECK(contains(x.header("Strict-Transport-Security"), "max-age="));
  // It would be for all that the user's own machine serves.
  CAF_CHECK(!node.get("/ready", {{"Host", "localhost:7779"}})
               .has("Strict-Transport-Security"));
  auto given = node.get("/?api_key=" + reader, {{"Accept", "text/html"}})
                 .header("Set-Cookie");
  CAF_CHECK(given.starts_with("__Host-"));
  CAF_CHECK(contains(given, "; Secure"));
  CAF_CHECK(contains(given, "; Path=/;"));
  CAF_CHECK(!contains(given, "Domain"));
  auto cookie = given.substr(0, given.find(';'));
  CAF_CHECK_EQUAL(node.get("/symbols", {{"Cookie", cookie}}).status, 200);
  // Anybody could have set that one.
  CAF_CHECK_EQUAL(node.get("/symbols", {{"Cookie", cookie.substr(7)}}).status,
                  401);
  node_process plain{strings{"--market.feed=none"}};
  CAF_CHECK(!plain.get("/ready").has("Strict-Transport-Security"));
}

CAF_TEST(a proxy may write the address of its client as it likes) {
  node_process node{strings{"--market.feed=none", "--access.open",
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
  node_process node{strings{"--market.feed=none", "--http.max-connections=12",
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
  check_common(refused);
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
  node_process node{strings{"--market.feed=none", "--http.max-connections=4",
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
  node_process node{strings{"--market.feed=none",
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
  node_process node{
    strings{"--market.feed=none", "--access.address-requests=5"}};
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

CAF_TEST(a probe that would end the node is told that it lives) {
  node_process node{strings{"--market.feed=none"}};
  for (auto target : {"/ready?alive", "/ready?x=1&alive=1", "/ready?%61live"}) {
    auto answer = node.get(target);
    CAF_CHECK_EQUAL(answer.status, 200);
    CAF_CHECK_EQUAL(answer.json().at("status").text(), "alive");
  }
  CAF_CHECK_EQUAL(node.get("/ready?a").json().at("status").text(), "ready");
}
