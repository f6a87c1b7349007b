#define CAF_SUITE node.proxies

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

std::string read(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void replace(std::string& text, const std::string& from,
             const std::string& to) {
  auto at = text.find(from);
  if (at == std::string::npos)
    give_up("the configuration has no " + from);
  text.replace(at, from.size(), to);
}

/// What a command prints.
std::string output_of(const std::string& command) {
  auto* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr)
    give_up("cannot run " + command);
  std::string result;
  char block[4096];
  while (auto n = std::fread(block, 1, sizeof block, pipe))
    result.append(block, n);
  ::pclose(pipe);
  return result;
}

bool there(const std::string& program) {
  return !output_of("PATH=$PATH:/usr/sbin command -v " + program).empty();
}

/// A node, and a proxy in front of it with the configuration that we ship.
class fixture {
public:
  node_process node{strings{"--market.feed=none", example_symbols(),
                            "--http.trusted-proxies=127.0.0.1",
                            "--access.open"}};
  temp_directory directory;
  std::uint16_t plain = 0;
  std::uint16_t secure = 0;
  std::optional<child_process> proxy;

  fixture() {
    port_holder one;
    port_holder two;
    plain = one.port();
    secure = two.port();
  }

  std::string file(const std::string& name) const {
    return directory.path() + '/' + name;
  }

  static std::string shipped(const std::string& name) {
    const auto* source = std::getenv("LIVEGRID_SOURCE");
    return read(std::string{source ? source : "."} + "/deploy/" + name);
  }

  void start_nginx() {
    // A shell quotes nothing in these.
    auto made = output_of(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
      "-keyout "
      + file("key.pem") + " -out " + file("cert.pem") + " && echo made");
    if (!contains(made, "made"))
      give_up("no certificate");
    auto site = shipped("nginx/livegrid.conf");
    auto here = [](std::uint16_t port) {
      return "127.0.0.1:" + std::to_string(port);
    };
    replace(site, "127.0.0.1:7779", here(node.port()));
    replace(site, "listen 443 ssl;",
            "listen " + here(secure) + " ssl; listen " + here(plain) + ';');
    replace(site, "/etc/livegrid/cert.pem", file("cert.pem"));
    replace(site, "/etc/livegrid/key.pem", file("key.pem"));
    replace(site, "/var/log/nginx/livegrid.log", file("access.log"));
    replace(site, "/var/log/nginx/livegrid.error.log", file("more.log"));
    std::ofstream{file("site.conf")} << site;
    std::ofstream main{file("nginx.conf")};
    if (::geteuid() == 0)
      main << "user root;\n";
    // One process: a worker would outlive a master that is killed.
    main << "daemon off;\nmaster_process off;\npid " << file("pid")
         << ";\nevents {}\nhttp {\n";
    for (auto x : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      main << x << "_temp_path " << file(x) << ";\n";
    main << "include " << file("site.conf") << ";\n}\n";
    main.close();
    start({"env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "nginx", "-e",
           file("error.log"), "-c", file("nginx.conf")});
  }

  void start_caddy() {
    auto site = shipped("caddy/Caddyfile");
    replace(site, "127.0.0.1:7779", "127.0.0.1:" + std::to_string(node.port()));
    const std::string name = "livegrid.example.com {";
    auto body = site.substr(site.find(name) + name.size());
    std::ofstream out{file("Caddyfile")};
    auto global = site.substr(site.find("\n{") + 2);
    global = global.substr(0, global.find("\n}"));
    out << '{' << global
        << "\n admin off\n auto_https disable_redirects\n"
           " skip_install_trust\n}\nhttp://127.0.0.1:"
        << plain << " {" << body << "\nhttps://localhost:" << secure
        << " {\n tls internal\n"
        << body;
    out.close();
    start({"env", "XDG_DATA_HOME=" + directory.path(),
           "XDG_CONFIG_HOME=" + directory.path(), "HOME=" + directory.path(),
           "caddy", "run", "--adapter", "caddyfile", "--config",
           file("Caddyfile")});
  }

  void start(const strings& command) {
    proxy.emplace(command, file("output"));
    wait_until("the proxy: " + read(file("output")),
               [&] { return curl("/ready") == "200"; });
  }

  /// The status of a request over TLS, from an address that is no proxy's.
  std::string curl(const std::string& path, const std::string& options = {}) {
    return output_of("curl -sk --interface 127.0.0.2 -o " + file("body")
                     + " -w '%{http_code}' " + options + " 'https://localhost:"
                     + std::to_string(secure) + path + '\'');
  }

  void check() {
    // Rows, over TLS that is new enough.
    CAF_CHECK_EQUAL(curl("/live_grid_data?symbol=AAPL"), "200");
    CAF_CHECK(contains(read(file("body")), "\"AAPL\""));
    CAF_CHECK_EQUAL(curl("/symbols", "--tlsv1.3"), "200");
    CAF_CHECK_EQUAL(curl("/symbols", "--tls-max 1.2"), "200");
    CAF_CHECK_EQUAL(curl("/symbols", "--tls-max 1.1"), "000");
    CAF_CHECK_EQUAL(curl("/ticks", R"(-d '{"symbol":"AAPL","price":7}')"),
                    "200");
    // The node knows the client, and not what that says of itself.
    curl("/live_grid_data?symbol=%", "-H 'X-Forwarded-For: 203.0.113.1'");
    node.wait_for_error_text("peer=\"127.0.0.2\"");
    CAF_CHECK(!contains(node.standard_error(), "203.0.113.1"));
    // A WebSocket over TLS, and one of which the rows are looked at.
    CAF_CHECK_EQUAL(
      curl("/live_grid_ws",
           "--http1.1 --max-time 1 -H 'Connection: Upgrade' -H 'Upgrade: "
           "websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: "
           "dGhlIHNhbXBsZSBub25jZQ=='"),
      "101");
    ws_client viewer{plain, "/live_grid_ws"};
    viewer.subscribe(R"("AAPL")");
    CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 7);
    node.publish(R"({"symbol":"AAPL","price":8})");
    CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 8);
    viewer.close();
    // No secret in the proxy's log.
    curl("/symbols?api_key=a.secret");
    CAF_CHECK(!contains(read(file("access.log")), "a.secret"));
    CAF_CHECK(!contains(read(file("output")), "a.secret"));
  }
};

#define SKIP_WITHOUT(program)                                                  \
  if (!there(program)) {                                                       \
    CAF_MESSAGE("skipped: there is no " program);                              \
    return;                                                                    \
  }

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_proxies_tests, fixture)

CAF_TEST(nginx with the settings that we ship) {
  SKIP_WITHOUT("curl")
  SKIP_WITHOUT("openssl")
  SKIP_WITHOUT("nginx")
  start_nginx();
  check();
}

CAF_TEST(Caddy with the settings that we ship) {
  SKIP_WITHOUT("curl")
  SKIP_WITHOUT("caddy")
  start_caddy();
  check();
}

CAF_TEST_FIXTURE_SCOPE_END()
