#define CAF_SUITE node.hostile_answers

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>

#include "identity.hpp"
#include "key_files.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

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

} // namespace

CAF_TEST(every answer says when it was made and what it is) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--http.max-body=1KiB"}};
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
  check_common(raw("GET /" + std::string(80'000, 'x') + " HTTP/1.1\r\n"));
}

CAF_TEST(a page may read what it has to) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--http.max-body=1KiB"}};
  header_list page{{"Origin", "https://pro.openbb.co"}};
  for (const auto& x : {node.get("/symbols", page), node.get("/nowhere", page),
                        node.post(std::string(2000, ' '), page)}) {
    auto shown = x.header("Access-Control-Expose-Headers");
    for (auto name : {"warnings", "Retry-After", "ETag", "WWW-Authenticate",
                      "Date", "Link", "X-Total-Rows"})
      CAF_CHECK(contains(shown, name));
    // The page's cookie is not for others.
    CAF_CHECK(!x.has("Access-Control-Allow-Credentials"));
  }
  CAF_CHECK(!node.get("/symbols", {{"Origin", "https://evil.example"}})
               .has("Access-Control-Expose-Headers"));
}

CAF_TEST(a zipped body is as good as a plain one and no way around the limit) {
  node_process node{
    strings{"--market.feed=none", example_symbols(), "--http.max-body=4KiB"}};
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
  node_process plain{strings{"--market.feed=none", example_symbols()}};
  CAF_CHECK(!plain.get("/ready").has("Strict-Transport-Security"));
}

CAF_TEST(a probe that would end the node is told that it lives) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  for (auto target : {"/ready?alive", "/ready?x=1&alive=1", "/ready?%61live"}) {
    auto answer = node.get(target);
    CAF_CHECK_EQUAL(answer.status, 200);
    CAF_CHECK_EQUAL(answer.json().at("status").text(), "alive");
  }
  CAF_CHECK_EQUAL(node.get("/ready?a").json().at("status").text(), "ready");
}
