#define CAF_SUITE node.hostile_access

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "console_program.hpp"
#include "key_files.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

strings operator+(strings xs, const strings& more) {
  xs.insert(xs.end(), more.begin(), more.end());
  return xs;
}

/// What comes until the node has answered.
std::string answer_on(int fd) {
  std::string result;
  char chunk[4096];
  while (result.find("\r\n\r\n") == std::string::npos) {
    auto n = ::recv(fd, chunk, sizeof chunk, 0);
    if (n <= 0)
      break;
    result.append(chunk, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return result;
}

/// The answer to a request that comes from that address of loopback.
std::string ask_from(const char* address, std::uint16_t port,
                     const std::string& request) {
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  ::inet_pton(AF_INET, address, &own.sin_addr);
  sockaddr_in peer = own;
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  peer.sin_port = htons(port);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0
      || ::connect(fd, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0)
    give_up("cannot connect from " + std::string{address});
  ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  return answer_on(fd);
}

} // namespace

// -- the probe of the node itself ---------------------------------------------

CAF_TEST(nobody is the probe by saying so) {
  key_files keys;
  keys.add("reader", "read");
  for (const auto& more :
       {strings{}, strings{"--http.trusted-proxies=127.0.0.1"}}) {
    node_process node{keys.settings() + more};
    CAF_CHECK_EQUAL(node.get("/health").status, 200);
    for (const auto& proof :
         {std::string{}, std::string{"x"}, std::string(22, 'A')})
      for (const auto* from : {"", "127.0.0.1", "127.0.0.1, 127.0.0.1"}) {
        header_list headers{{"X-Livegrid-Probe", proof}};
        if (*from != '\0')
          headers.emplace_back("X-Forwarded-For", from);
        for (const auto* path : {"/symbols", "/metrics", "/live_grid_data"})
          CAF_CHECK_EQUAL(node.get(path, headers).status, 401);
        CAF_CHECK_EQUAL(
          node.post(R"({"symbol":"AAPL","price":1})", headers).status, 401);
        auto upgrade = handshake_headers();
        upgrade.insert(upgrade.end(), headers.begin(), headers.end());
        for (const auto* path : {"/live_grid_ws", "/ticks"})
          CAF_CHECK_EQUAL(handshake(node.port(), path, upgrade).status, 401);
      }
  }
}

CAF_TEST(a node proves that it serves wherever it listens and keys change) {
  key_files keys;
  keys.add("reader", "read", "MSFT");
  node_process node{keys.settings()
                    + strings{"--http.address=0.0.0.0",
                              "--http.trusted-proxies=127.0.0.1,10.0.0.0/8"}};
  auto ask = [&] {
    auto answer = node.get("/health");
    CAF_CHECK_EQUAL(answer.status, 200);
    CAF_CHECK(answer.json().at("probe_ms").is_number());
  };
  ask();
  keys.revoke("reader");
  node.wait_for_error_text("key_revoked");
  ask();
}

// -- keys ---------------------------------------------------------------------

CAF_TEST(nobody keeps a key from being revoked by locking what he can read) {
  key_files keys;
  keys.add("a", "read");
  auto folder = ::open(keys.path().substr(0, keys.path().rfind('/')).c_str(),
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto file = ::open(keys.path().c_str(), O_RDONLY | O_CLOEXEC);
  CAF_REQUIRE(folder >= 0 && file >= 0);
  CAF_REQUIRE_EQUAL(::flock(folder, LOCK_EX), 0);
  CAF_REQUIRE_EQUAL(::flock(file, LOCK_EX), 0);
  CAF_CHECK_EQUAL(keys.run({"revoke", "a"}).exit_code, 0);
  ::close(folder);
  ::close(file);
  CAF_MESSAGE("what it locks itself nobody else can open");
  struct stat lock {};
  CAF_REQUIRE_EQUAL(::stat((keys.path() + ".lock").c_str(), &lock), 0);
  CAF_CHECK_EQUAL(lock.st_mode & 0777u, 0600u);
}

CAF_TEST(who waits for another key command is told for whom and not for ever) {
  key_files keys;
  keys.add("a", "read");
  auto fd = ::open((keys.path() + ".lock").c_str(), O_RDWR | O_CLOEXEC);
  CAF_REQUIRE(fd >= 0);
  struct flock all {};
  all.l_type = F_WRLCK;
  all.l_whence = SEEK_SET;
  CAF_REQUIRE_EQUAL(::fcntl(fd, F_SETLK, &all), 0);
  CAF_CHECK_EQUAL(keys.run({"list"}).exit_code, 0);
  auto done = keys.run({"revoke", "a"});
  CAF_CHECK_EQUAL(done.exit_code, 1);
  CAF_CHECK(contains(done.error, keys.path() + ".lock: process "
                                   + std::to_string(::getpid())));
  ::close(fd);
  CAF_CHECK_EQUAL(keys.run({"revoke", "a"}).exit_code, 0);
}

CAF_TEST(a widget begins with what its key may see) {
  key_files keys;
  struct {
    std::string symbols;
    std::string value;
    std::string options;
  } cases[] = {
    {"AAPL,MS*", "AAPL", "AAPL,MSFT"},
    {"TSLA,AMZN", "TSLA", "AMZN,TSLA"},
    {"FOO,BAR", "FOO", "FOO,BAR"},
    {"X*", "*", ""},
    {"*", "TSLA", "AAPL,GOOGL,MSFT,AMZN,TSLA"},
  };
  strings secrets;
  for (const auto& x : cases)
    secrets.push_back(
      keys.add("k" + std::to_string(secrets.size()), "read", x.symbols));
  node_process node{keys.settings()};
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    CAF_MESSAGE(cases[i].symbols);
    header_list key{{"X-API-KEY", secrets[i]}};
    auto widget = node.get("/widgets.json", key).json().items().at(0);
    const auto& symbol = widget.at("params").items().at(0);
    strings options;
    for (const auto& x : symbol.at("options").items())
      options.push_back(x.at("value").text());
    auto value = symbol.at("value").text();
    CAF_CHECK_EQUAL(value, cases[i].value);
    CAF_CHECK_EQUAL(joined(options), cases[i].options);
    CAF_CHECK_EQUAL(node.get("/live_grid_data?symbol=" + value, key).status,
                    200);
    for (const auto& x : options)
      CAF_CHECK_EQUAL(node.get("/live_grid_data?symbol=" + x, key).status, 200);
    CAF_MESSAGE("and so it does by the token of the page");
    auto url = widget.at("wsEndpoint").text();
    auto by_token =
      node.get("/widgets.json" + url.substr(url.find('?'))).json();
    CAF_CHECK_EQUAL(
      by_token.items().at(0).at("params").items().at(0).at("value").text(),
      value);
  }
}

// -- the log ------------------------------------------------------------------

CAF_TEST(who tries keys cannot hide another who does) {
  key_files keys;
  keys.add("reader", "read");
  node_process node{keys.settings()};
  auto request =
    request_bytes("GET", "/symbols", {{"X-API-KEY", "reader.wrong"}});
  for (int i = 0; i < 300; ++i)
    CAF_CHECK_EQUAL(
      node.get("/symbols", {{"X-API-KEY", "reader.wrong"}}).status, 403);
  CAF_CHECK(
    ask_from("127.0.0.9", node.port(), request).starts_with("HTTP/1.1 403 "));
  node.wait_for_error_text("access_refused peer=\"127.0.0.9:");
}

CAF_TEST(what nobody sees does not reach the log as it is) {
  node_process node{strings{"--market.feed=none", example_symbols()}};
  const strings marks{"\u202a", "\u202e",     "\u2066", "\u2069", "\u200e",
                      "\u200f", "\u061c",     "\u200b", "\u2060", "\ufeff",
                      "\u00ad", "\U000e0041", "\u0085", "\x1b",   "\x7f"};
  for (const auto& x : marks) {
    // Each has lines of its own: there are ten a second.
    node.publish(R"({"symbol":"AAPL","price":1})");
    node.post(R"({"symbol":"AAPL","price":1,")" + x + R"(evil":1})");
    node.get("/rows" + x + "?x=1");
    // A parser of HTTP lets no others pass.
    auto agent = x.size() > 1 ? "a" + x + "b" : std::string{"ab"};
    ws_client viewer{node.port(), "/live_grid_ws", {{"User-Agent", agent}}};
    viewer.subscribe(R"("A)" + x + R"(B")");
    viewer.next_text();
    viewer.send(
      {.payload = close_payload(1000, "why" + x), .code = opcode::close});
    viewer.wait_for_close();
  }
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
  auto log = node.standard_error();
  CAF_CHECK(contains(log, "\\u202a"));
  for (const auto& x : marks)
    CAF_CHECK(!contains(log, x));
}

// -- times --------------------------------------------------------------------

CAF_TEST(times from 1677 to 2262 are borne) {
  temp_file recording{"time,symbol,price\n"
                      "1677-09-21T00:12:44Z,A,1\n"
                      "9223372036854775807,A,2\n",
                      ".csv"};
  console_fixture at{{"--market.feed=replay",
                      "--replay.file=" + recording.path(),
                      "--replay.speed=1000000"}};
  auto& node = at.node;
  ws_client viewer{node.port(), "/live_grid_ws"};
  viewer.subscribe(R"("AAPL,A")");
  viewer.next_text();
  for (const auto* time : {"9223372036854775807", R"("1677-09-21T00:12:44Z")",
                           R"("2262-04-11T23:47:16.854775807Z")"}) {
    node.publish(R"({"symbol":"AAPL","price":1,"time":)" + std::string{time}
                 + "}");
    CAF_CHECK(!fact(at.answer("symbol AAPL"), "symbol", "source_time").empty());
    at.answer("why " + at.only_subscriber() + " AAPL");
    at.answer("feeds");
  }
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  for (const auto* time :
       {"-9223372036854775808", "9223372036854775808", "20240102",
        R"("1677-01-01")", R"("2262-04-12")", "1e300"})
    CAF_CHECK_EQUAL(
      node
        .post(R"({"symbol":"AAPL","price":1,"time":)" + std::string{time} + "}")
        .status,
      422);
}
