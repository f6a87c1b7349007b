#define CAF_SUITE node.hostile_start

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "console_program.hpp"
#include "identity.hpp"
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

/// Runs a program that must not start, and must not start again either.
std::string refusal_of(strings args) {
  node_process node{node_options{.args = std::move(args)}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 2);
  CAF_CHECK_EQUAL(node.standard_output(), "");
  CAF_MESSAGE(node.standard_error());
  return node.standard_error();
}

/// Files of a node that speaks TLS to others.
struct files {
  temp_directory directory;
  identity authority;
  identity own{&authority};

  std::string put(const std::string& name, const std::string& text,
                  mode_t mode = 0600) const {
    auto path = directory.path() + '/' + name;
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  /// A node of a cluster that has that key.
  strings in_cluster(const std::string& key) const {
    return {"--market.feed=none",
            example_symbols(),
            "--cluster.join=127.0.0.1:7781",
            "--cluster.tls-ca=" + put("ca.pem", authority.cert(), 0644),
            "--cluster.tls-cert=" + put("cert.pem", own.cert(), 0644),
            "--cluster.tls-key=" + key};
  }

  strings with_https(const std::string& key) const {
    return {"--market.feed=none", example_symbols(),
            "--http.tls-cert=" + put("https.pem", own.cert(), 0644),
            "--http.tls-key=" + key};
  }
};

/// A widgets file whose one live_grid has that wsEndpoint and these params.
std::string widgets(const std::string& ws_endpoint, const std::string& params,
                    const std::string& row_id = "symbol") {
  return R"({"w":{"name":"W","description":"w","type":"live_grid",
    "endpoint":"rows","wsEndpoint":")"
         + ws_endpoint + R"(","params":)" + params
         + R"(,"data":{"wsRowIdColumn":")" + row_id
         + R"(","table":{"columnsDefs":[{"field":"price","headerName":"P"}]}}}})";
}

const char* const good_params =
  R"([{"paramName":"symbol","type":"text","value":"AAPL"}])";

/// What a node with these widgets says at its start.
std::string said_of(const std::string& text) {
  temp_file file{text, ".json"};
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.widgets-file=" + file.path()}};
  node.wait_for_error_text(" started ");
  return node.standard_error();
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto i = text.find(what); i != text.npos; i = text.find(what, i + 1))
    ++n;
  return n;
}

} // namespace

CAF_TEST(a pipe or a device in the place of a file keeps nobody waiting) {
  files at;
  key_files keys;
  keys.add("a", "read");
  auto pipe = at.directory.path() + "/pipe";
  CAF_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
  auto cert = at.put("c.pem", at.own.cert(), 0644);
  auto key = at.put("k.pem", at.own.key());
  auto none = strings{"--market.feed=none"};
  auto joined =
    none
    + strings{"--cluster.join=127.0.0.1:7781", "--cluster.tls-ca=" + cert,
              "--cluster.tls-cert=" + cert, "--cluster.tls-key=" + key};
  auto https =
    none + strings{"--http.tls-cert=" + cert, "--http.tls-key=" + key};
  struct {
    std::string setting;
    strings others;
  } cases[] = {
    {"config-file", none},
    {"http.widgets-file", none},
    {"market.symbols-file", none},
    {"market.sessions-file", none},
    {"replay.file", {"--market.feed=replay"}},
    {"access.keys-file", none},
    {"access.token-secret-file", keys.settings()},
    {"http.tls-cert", https},
    {"http.tls-key", https},
    {"cluster.tls-cert", joined},
    {"cluster.tls-key", joined},
    {"cluster.tls-ca", joined},
  };
  for (const auto& x : cases)
    for (const auto& path :
         {pipe, at.directory.path(), std::string{"/dev/zero"},
          std::string{"/nonexistent/x"}}) {
      // It is made if it is not there, which it cannot be there.
      CAF_MESSAGE(x.setting << ' ' << path);
      auto why = refusal_of(x.others + strings{"--" + x.setting + '=' + path});
      CAF_CHECK(contains(why, path));
    }
}

CAF_TEST(a key of TLS that others may read or that asks for a password is refused) {
  files at;
  auto open = at.put("open.pem", at.own.key(), 0644);
  auto locked = at.put("locked.pem", at.own.key("secret"));
  auto other = at.put("other.pem", identity{}.key());
  struct {
    std::string path;
    const char* why;
  } cases[] = {{open, "others may read"},
               {locked, "without a password"},
               {other, other.c_str()}};
  for (const auto& x : cases) {
    auto why = refusal_of(at.in_cluster(x.path));
    CAF_CHECK(contains(why, x.why));
    CAF_CHECK(contains(why, "cluster.tls"));
    why = refusal_of(at.with_https(x.path));
    CAF_CHECK(contains(why, "http.tls"));
    CAF_CHECK(contains(why, x.path));
  }
}

CAF_TEST(a key that lives too long does not spoil the file of keys) {
  key_files keys;
  keys.add("a", "read");
  CAF_CHECK_EQUAL(
    keys.run({"add", "b", "--scopes=read", "--expires=999999d"}).exit_code, 2);
  CAF_CHECK_EQUAL(
    keys.run({"add", "b", "--scopes=read", "--expires=80000d"}).exit_code, 0);
  CAF_CHECK_EQUAL(keys.run({"revoke", "a"}).exit_code, 0);
}

CAF_TEST(a certificate without an end is no end of the node) {
  // RFC 5280 writes it as the year 9999, beyond a clock of nanoseconds.
  constexpr long centuries = 250'000'000'000;
  files at;
  identity lasting{nullptr, centuries};
  node_process node{
    strings{"--market.feed=none", example_symbols(),
            "--http.tls-cert=" + at.put("c.pem", lasting.cert(), 0644),
            "--http.tls-key=" + at.put("k.pem", lasting.key())}};
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
  CAF_CHECK(!contains(node.standard_error(), "certificate_expired"));
}

CAF_TEST(a node lives although its standard descriptors are closed) {
  const auto* program = std::getenv("LIVEGRID_PROGRAM");
  CAF_REQUIRE(program != nullptr);
  auto port = port_holder{}.port();
  temp_file log{""};
  child_process node{{"sh", "-c", R"(exec "$@" <&- >&- 2>&-)", "sh", program,
                      "--http.port=" + std::to_string(port), "--console.port=0",
                      "--market.feed=none", example_symbols()},
                     log.path()};
  // Nothing can say that it listens.
  auto deadline = clock::now() + patience;
  auto reached = [&] {
    auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto ok = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    ::close(fd);
    return ok;
  };
  while (!reached())
    if (clock::now() > deadline)
      CAF_FAIL("the node does not listen");
  for (int i = 0; i < 50; ++i)
    CAF_CHECK_EQUAL(fetch(port, "POST", "/ticks", {}, "nonsense").status, 400);
  CAF_CHECK_EQUAL(fetch(port, "GET", "/health").status, 200);
  auto console = run_console({"--node=127.0.0.1:1", "-c", "status"});
  CAF_CHECK_EQUAL(console.exit_code, 3);
}

CAF_TEST(the console lives without them too) {
  child_process console{{"sh", "-c",
                         R"("$0" --node=127.0.0.1:1 -c status <&- >&- 2>&-; )"
                         "echo $?",
                         console_program()}};
  CAF_CHECK_EQUAL(console.read_line(), "3");
}

CAF_TEST(a hang up does not end a node without a word) {
  auto has_terminal = [] {
    auto fd = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0)
      ::close(fd);
    return fd >= 0;
  }();
  node_process node{strings{"--market.feed=none", example_symbols()}};
  ws_client viewer{node.port(), "/live_grid_ws"};
  viewer.subscribe(R"("AAPL")");
  viewer.next_text();
  for (auto signal : {SIGUSR1, SIGUSR2, SIGPIPE})
    node.signal(signal);
  node.signal(SIGHUP);
  if (has_terminal) {
    CAF_CHECK_EQUAL(viewer.wait_for_close(), 1001);
    CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
    CAF_CHECK(contains(node.standard_error(), "stopping signal=\"SIGHUP\""));
    return;
  }
  node.wait_for_error_text("signal_changes_nothing signal=\"SIGHUP\"");
  node.publish(R"({"symbol":"AAPL","price":7})");
  CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 7);
  node.signal(SIGTERM);
  CAF_CHECK_EQUAL(viewer.wait_for_close(), 1001);
  CAF_CHECK_EQUAL(node.wait_for_exit(), 0);
}

CAF_TEST(a port that is taken is worth another try and no wrong setting) {
  port_holder taken;
  node_process node{node_options{
    .args = {"--market.feed=none", example_symbols(), "--console.port=0",
             "--http.port=" + std::to_string(taken.port())},
    .free_ports = false}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 1);
}

CAF_TEST(settings without effect are named with the cure) {
  key_files keys;
  keys.add("a", "read");
  temp_file recording{"symbol,price\nA,1\n", ".csv"};
  struct {
    strings args;
    strings names;
    const char* cure;
  } cases[] = {
    {{"--replay.file=" + recording.path(), "--replay.speed=2", "--replay.loop"},
     {"replay.file", "replay.speed", "replay.loop"},
     "market.feed=replay"},
    {{"--access.token-lifetime=1h"}, {"access.token-lifetime"}, "keys-file"},
    {keys.settings() + strings{"--access.open", "--access.address-ticks=5"},
     {"access.open", "access.address-ticks"},
     "access.keys-file"},
    {{"--cluster.name=x", "--node.name=n", "--cluster.trusted-network"},
     {"cluster.name", "node.name", "cluster.trusted-network"},
     "cluster.join"},
  };
  for (const auto& x : cases) {
    node_process node{strings{"--market.feed=none", example_symbols()}
                      + x.args};
    node.wait_for_error_text(" started ");
    auto said = node.standard_error();
    CAF_MESSAGE(said);
    CAF_CHECK_EQUAL(count(said, "setting_without_effect"), x.names.size());
    CAF_CHECK(contains(said, x.cure));
    for (const auto& name : x.names)
      CAF_CHECK_EQUAL(count(said, "setting=\"" + name + '"'), 1u);
  }
  node_process node{strings{"--market.feed=none", example_symbols()}};
  node.wait_for_error_text(" started ");
  for (const auto* event : {"setting_without_effect", "warning widgets"})
    CAF_CHECK(!contains(node.standard_error(), event));
}

CAF_TEST(widgets that cannot work are named with the cure) {
  auto endpoint = [](const std::string& type, const std::string& path) {
    return R"([{"paramName":"symbol","value":"AAPL","type":")" + type
           + R"(","optionsEndpoint":")" + path + R"("}])";
  };
  struct {
    std::string text;
    const char* said; ///< nothing for all is well
  } cases[] = {
    {widgets("ws", good_params), nullptr},
    {widgets("ws?interval=100&batch=array", good_params), nullptr},
    {widgets("ws", endpoint("endpoint", "symbols")), nullptr},
    {widgets("ws", endpoint("endpoint", "/symbols?q=1")), nullptr},
    {widgets("ws", endpoint("endpoint", "https://h/x")), nullptr},
    {widgets("ws", good_params, ""), "wsRowIdColumn"},
    {widgets("ws?cells=changed", good_params), "cells=changed"},
    {widgets("ws?intervall=5", good_params), "intervall"},
    {widgets("ws", endpoint("endpoint", "live/symbology")), "/live/symbology"},
    {widgets("ws", endpoint("endpoint", "rows")), "/rows"},
    {widgets("ws", endpoint("text", "symbols")), R"(\"endpoint\")"},
    {widgets("ws", "[]"), nullptr},
    {widgets("ws", R"([{"paramName":"ticker","value":"A"}])"),
     R"(\"wsSymbolParam\": \"ticker\")"},
    {widgets("ws", R"([{"paramName":"symbol","value":null}])"), "at first"},
  };
  for (const auto& x : cases) {
    auto said = said_of(x.text);
    CAF_MESSAGE(said);
    CAF_CHECK_EQUAL(count(said, "warning widgets"), x.said ? 1u : 0u);
    CAF_CHECK(x.said == nullptr || contains(said, x.said));
  }
}

CAF_TEST(a widget that can never work is refused) {
  for (auto query : {"cells=change", "interval=soon", "batch=yes"}) {
    temp_file file{widgets("ws?" + std::string{query}, good_params), ".json"};
    auto why = refusal_of({"--http.widgets-file=" + file.path()});
    CAF_CHECK(contains(why, file.path()));
    CAF_CHECK(contains(why, "wsEndpoint"));
  }
}
