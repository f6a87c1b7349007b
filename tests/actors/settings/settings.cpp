#define CAF_SUITE actors.settings.settings

#include "livegrid/actors/settings/settings.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "parse_settings.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

// Each of these differs from the default and is given in its shown form.
const std::vector<value_case> one_of_each{
  {"http.address", "127.0.0.5", "127.0.0.5"},
  {"http.port", "0", "0"},
  {"http.widgets-file", "/a b/widgets.json", "/a b/widgets.json"},
  {"http.max-body", "64MiB", "64MiB"},
  {"http.allowed-origins", "https://a.example, http://b.example:81",
   "https://a.example, http://b.example:81"},
  {"http.max-buffered", "4MiB", "4MiB"},
  {"http.max-rows", "500", "500"},
  {"http.max-connections", "1", "1"},
  {"access.keys-file", "keys.json", "keys.json"},
  {"access.open", "true", "true"},
  {"access.token-secret-file", "t.secret", "t.secret"},
  {"access.address-connections", "10", "10"},
  {"access.address-symbols", "50", "50"},
  {"access.address-upgrades", "5", "5"},
  {"access.address-requests", "100", "100"},
  {"access.address-ticks", "1000", "1000"},
  {"access.address-bad-messages", "10", "10"},
  {"access.token-lifetime", "12h", "12h"},
  {"ws.max-message", "128", "128"},
  {"ws.ping-interval", "500ms", "500ms"},
  {"ws.send-buffer", "16MiB", "16MiB"},
  {"market.feed", "none", "none"},
  {"market.symbols-file", "s.json", "s.json"},
  {"market.sessions-file", "d.json", "d.json"},
  {"market.order", "time", "time"},
  {"market.max-symbols", "10000000", "10000000"},
  {"simulator.symbols", "5", "5"},
  {"replay.file", "t.csv.gz", "t.csv.gz"},
  {"replay.speed", "0.5", "0.5"},
  {"replay.loop", "true", "true"},
  {"console.address", "::1", "::1"},
  {"console.port", "65535", "65535"},
  {"console.socket", "/a b/console.sock", "/a b/console.sock"},
  {"node.name", "node-1.a_B", "node-1.a_B"},
  {"cluster.name", "prod", "prod"},
  {"cluster.address", "::1", "::1"},
  {"cluster.port", "1", "1"},
  {"cluster.etcd", "http://a:2379,http://b:2379",
   "http://a:2379,http://b:2379"},
  {"cluster.join", "a:7781,b:7781", "a:7781,b:7781"},
  {"cluster.tls-cert", "cert.pem", "cert.pem"},
  {"cluster.tls-key", "key.pem", "key.pem"},
  {"cluster.tls-ca", "ca.pem", "ca.pem"},
  {"cluster.ttl", "10s", "10s"},
  {"cluster.trusted-network", "true", "true"},
  {"log.level", "debug", "debug"},
  {"log.format", "json", "json"},
};

} // namespace

CAF_TEST(nothing given means the defaults) {
  auto x = parsed({});
  CAF_CHECK_EQUAL(changes(x.values), "");
  CAF_CHECK(x.warnings.empty());
  CAF_CHECK(x.wants == wish::run);
  CAF_CHECK(parse_settings(0, nullptr, nullptr));
  CAF_CHECK_EQUAL(x.values.http.port, 7779);
  CAF_CHECK_EQUAL(x.values.http.max_body, 1048576u);
  CAF_CHECK_EQUAL(x.values.http.allowed_origins.size(), 5u);
  CAF_CHECK(x.values.ws.ping_interval == std::chrono::seconds{20});
}

CAF_TEST(a node of several has a part of the roles) {
  const std::string etcd = "--cluster.etcd=http://127.0.0.1:2379";
  CAF_CHECK_EQUAL(changes(parsed({etcd, "--node.roles=http"}).values),
                  "node.roles=http\ncluster.etcd=http://127.0.0.1:2379\n");
  CAF_CHECK(
    parsed({etcd, "--node.roles=http,symbols"}).values.node.serves_http);
  CAF_CHECK(contains(error_of({"--node.roles=symbols"}),
                     "node.roles: a node alone has both"));
  CAF_CHECK(contains(error_of({etcd, "--cluster.address=192.168.1.5"}),
                     "set cluster.trusted-network"));
  CAF_CHECK(contains(
    error_of({etcd, "--cluster.trusted-network", "--cluster.address=0.0.0.0"}),
    "is no address that another node can reach"));
  CAF_CHECK(contains(error_of({etcd, "--cluster.port=7780"}),
                     "cluster.port: 7780 is console.port as well"));
  parsed({etcd, "--cluster.trusted-network", "--cluster.address=192.168.1.5"});
}

CAF_TEST(etcd is asked as a user whose password is shown nowhere) {
  const std::string etcd = "--cluster.etcd=http://127.0.0.1:2379";
  const std::string user = "--cluster.etcd-user=live";
  const std::string file = "--cluster.etcd-password-file=f";
  const strings secret{"LIVEGRID_CLUSTER_ETCD_PASSWORD=geheim"};
  auto x = parsed({etcd, user}, secret);
  CAF_CHECK_EQUAL(x.values.cluster.etcd_password, "geheim");
  CAF_CHECK(x.warnings.empty());
  CAF_CHECK(!contains(changes(x.values), "geheim"));
  parsed({etcd, user, file});
  CAF_CHECK(contains(error_of({etcd, user}), "cluster.etcd-user: comes with"));
  CAF_CHECK(contains(error_of({etcd, file}), "comes with cluster.etcd-user"));
  CAF_CHECK(
    contains(error_of({etcd, user, file}, secret), "either this or LIVEGRID"));
  CAF_CHECK(contains(error_of({etcd, "--cluster.etcd-cert=c"}),
                     "cluster.etcd-cert: comes with cluster.etcd-key"));
}

CAF_TEST(others than this host need keys or an explicit word) {
  for (auto address : {"192.168.1.5", "0.0.0.0", "::"}) {
    auto other = std::string{"--http.address="} + address;
    CAF_CHECK(contains(error_of({other}), "without access.keys-file"));
    parsed({other, "--access.open"});
    parsed({other, "--access.keys-file=k.json"});
  }
  parsed({"--http.address=::1"});
  CAF_CHECK(contains(error_of({"--http.trusted-proxies=127.0.0.1"}),
                     "without access.keys-file"));
  parsed({"--http.trusted-proxies=127.0.0.1", "--access.open"});
  CAF_CHECK(contains(error_of({"--http.trusted-proxies=10.0.0.0/99"}),
                     "http.trusted-proxies: '10.0.0.0/99'"));
}

CAF_TEST(every setting can come from every source) {
  // node.roles, http.trusted-proxies, http.tls-cert and http.tls-key do not go
  // without others, nor do the five of cluster.etcd-: they have tests of their
  // own.
  CAF_REQUIRE_EQUAL(one_of_each.size() + 9, all_settings().size());
  for (const auto& c : one_of_each) {
    CAF_MESSAGE(c.name);
    auto want = c.name + '=' + c.shown + '\n';
    auto split = c.name.find('.');
    auto group = c.name.substr(0, split);
    auto key = c.name.substr(split + 1);
    CAF_CHECK_EQUAL(changes(parsed({"--" + c.name + '=' + c.given}).values),
                    want);
    CAF_CHECK_EQUAL(changes(parsed({"--" + c.name, c.given}).values), want);
    auto variable = variable_of(c.name) + '=' + c.given;
    CAF_CHECK_EQUAL(changes(parsed({}, {variable}).values), want);
    for (const auto& text : {'[' + group + "]\n" + key + " = " + c.given + '\n',
                             c.name + "=\"" + c.given + '"'}) {
      temp_file file{text};
      CAF_CHECK_EQUAL(changes(parsed({"--config-file", file.path()}).values),
                      want);
      CAF_CHECK_EQUAL(
        changes(parsed({}, {"LIVEGRID_CONFIG_FILE=" + file.path()}).values),
        want);
    }
  }
}

CAF_TEST(a certificate and its key come together) {
  CAF_CHECK(contains(error_of({"--http.tls-cert=c.pem"}), "with http.tls-key"));
  CAF_CHECK(contains(error_of({"--http.tls-key=k.pem"}), "with http.tls-key"));
  auto x = parsed({"--http.tls-cert=c.pem", "--http.tls-key=k.pem"}).values;
  CAF_CHECK_EQUAL(changes(x), "http.tls-cert=c.pem\nhttp.tls-key=k.pem\n");
  auto origins = own_origins(x, 443);
  CAF_CHECK_EQUAL(origins.front(), "https://127.0.0.1");
  origins = own_origins(x, 80);
  CAF_CHECK_EQUAL(origins.front(), "https://127.0.0.1:80");
}

CAF_TEST(later sources win) {
  temp_file file{"http.port=1\nhttp.port=2\nws.max-message=1KiB\n"
                 "market.max-symbols=5"};
  auto config = "--config-file=" + file.path();
  CAF_CHECK_EQUAL(parsed({config}).values.http.port, 2);
  strings environment{"LIVEGRID_HTTP_PORT=3", "LIVEGRID_WS_MAX_MESSAGE=2KiB"};
  CAF_CHECK_EQUAL(parsed({config}, environment).values.http.port, 3);
  auto x = parsed({config, "--http.port=4", "--http.port=5"}, environment);
  CAF_CHECK_EQUAL(x.values.http.port, 5);
  CAF_CHECK_EQUAL(x.values.ws.max_message, 2048u);
  CAF_CHECK_EQUAL(x.values.market.max_symbols, 5u);
  // The command line's file replaces the environment's, which is not read.
  x = parsed({config}, {"LIVEGRID_CONFIG_FILE=/nowhere/at.all"});
  CAF_CHECK_EQUAL(x.values.http.port, 2);
}

CAF_TEST(a switch may stand alone) {
  CAF_CHECK(parsed({"--replay.loop"}).values.replay.loop);
  auto x = parsed({"--replay.loop", "--http.port=1"}).values;
  CAF_CHECK(x.replay.loop);
  CAF_CHECK_EQUAL(x.http.port, 1);
  CAF_CHECK(
    !parsed({"--replay.loop", "--replay.loop", "off"}).values.replay.loop);
  CAF_CHECK(contains(error_of({"--replay.loop", "x"}), "argument \"x\""));
}

CAF_TEST(a bad value is an error even where a later one overrides it) {
  temp_file file{"http.port=x"};
  auto config = "--config-file=" + file.path();
  CAF_CHECK(contains(error_of({config, "--http.port=1"}), ":1: http.port: "));
  CAF_CHECK(contains(error_of({"--http.port=1"}, {"LIVEGRID_HTTP_PORT=x"}),
                     "http.port"));
}

CAF_TEST(unknown settings are errors) {
  CAF_CHECK(contains(error_of({"--http.prot=1"}), "\"--http.prot\""));
  CAF_CHECK(contains(error_of({"--http"}), "\"--http\""));
  CAF_CHECK(contains(error_of({"--"}), "unknown setting \"--\""));
  CAF_CHECK(contains(error_of({"-p"}), "unexpected argument \"-p\""));
  CAF_CHECK(contains(error_of({"7779"}), "unexpected argument \"7779\""));
  CAF_CHECK(contains(error_of({"a\x1b[2J\n"}), "argument \"a?[2J?\""));
  CAF_CHECK_EQUAL(error_of({"--http.port"}), "--http.port: needs a value");
  CAF_CHECK_EQUAL(error_of({"--http.port", "--replay.loop"}),
                  "--http.port: needs a value");
  const std::vector<value_case> cases{
    {"key", "[http]\nprot=1",
     ":2: unknown setting http.prot; did you mean http.port?"},
    {"key of another group", "[http]\nfeed=none",
     ":2: unknown setting http.feed"},
    {"whole name in a section", "[http]\nhttp.port=1",
     ":2: unknown setting http.http.port"},
    {"key without a section", "port=1",
     ":1: unknown setting port; did you mean http.port?"},
    {"section", "\n[htpt]\n", ":2: unknown section [htpt]"},
    {"beginning of a section", "[htt]\n", ":1: unknown section [htt]"},
    {"config-file", "config-file=a", ":1: unknown setting config-file"},
    {"no INI", "[http]\nport 1", ":2: a setting is written as name = value"},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.name);
    temp_file file{c.given};
    CAF_CHECK_EQUAL(error_of({"--config-file", file.path()}),
                    file.path() + c.shown);
  }
}

CAF_TEST(a file that cannot be read is an error) {
  const strings names{"/nowhere/at.all", "/", "", "/dev/zero"};
  for (const auto& name : names) {
    auto want = "config-file: cannot read \"" + name + '"';
    CAF_CHECK(contains(error_of({"--config-file=" + name}), want));
    CAF_CHECK(contains(error_of({}, {"LIVEGRID_CONFIG_FILE=" + name}), want));
  }
  CAF_CHECK(contains(error_of({"--config-file=/dev/zero"}), "than 1MiB"));
  CAF_CHECK_EQUAL(error_of({"--config-file"}), "--config-file: needs a value");
}

CAF_TEST(variables of other things are warnings) {
  auto x = parsed({}, {"LIVEGRID_PORT=tcp://10.0.0.1:7779", "HTTP_PORT=1",
                       "LIVEGRID_CONFIG_FILE", "LIVEGRID_=1",
                       "livegrid_http_port=1", "LIVEGRID_HTTP_PORT=2"});
  CAF_REQUIRE_EQUAL(x.warnings.size(), 2u);
  CAF_CHECK(contains(x.warnings[0], "LIVEGRID_PORT"));
  CAF_CHECK(contains(x.warnings[1], "LIVEGRID_:"));
  CAF_CHECK_EQUAL(changes(x.values), "http.port=2\n");
}

CAF_TEST(settings that do not go together) {
  struct pair_case {
    strings args;
    std::string error;
  };
  const std::string same = "console.port: 7779 is http.port as well; one of "
                           "them must differ";
  const std::string needed = "replay.file: needed with market.feed=replay";
  const std::vector<pair_case> cases{
    {{"--market.feed=replay"}, needed},
    {{"--market.feed=replay", "--replay.file="}, needed},
    {{"--market.feed=replay", "--replay.file=a"}, ""},
    {{"--console.port=7779"}, same},
    {{"--console.port=7779", "--http.address=0.0.0.0"}, same},
    {{"--console.port=7779", "--http.address=::"}, same},
    {{"--console.port=7779", "--http.address=10.0.0.1", "--access.open"}, ""},
    {{"--console.port=7779", "--console.address=127.0.0.2"}, ""},
    {{"--console.port=0", "--http.port=0"}, ""},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.args.front());
    CAF_CHECK_EQUAL(error_of(c.args), c.error);
  }
}

CAF_TEST(help and version come before anything else) {
  const strings bad{"LIVEGRID_HTTP_PORT=x", "LIVEGRID_CONFIG_FILE=/nowhere"};
  for (const auto& x : {"-h", "--help"}) {
    CAF_CHECK(parsed({x}, bad).wants == wish::help);
    CAF_CHECK(parsed({"--http.prot=1", x, "--version"}).wants == wish::help);
  }
  CAF_CHECK(parsed({"--version", "-h"}, bad).wants == wish::version);
}

CAF_TEST(what is shown reads back as itself) {
  auto all = settings{};
  // These two cannot be together.
  for (const auto& c : one_of_each)
    if (c.name != "cluster.join")
      find_setting(c.name)->set(all, c.given);
  for (const auto& x : {settings{}, all}) {
    strings args;
    for (const auto& [name, value] : dump(x))
      args.push_back("--" + name + '=' + value);
    CAF_CHECK(dump(parsed(args).values) == dump(x));
  }
}

CAF_TEST(origins of the node itself) {
  struct origin_case {
    std::string address;
    std::uint16_t port;
    strings want;
  };
  const std::vector<origin_case> cases{
    {"127.0.0.1", 7779, {"http://127.0.0.1:7779", "http://localhost:7779"}},
    {"127.0.0.1", 80, {"http://127.0.0.1", "http://localhost"}},
    {"::1", 81, {"http://[::1]:81", "http://localhost:81"}},
    {"192.168.1.5", 81, {"http://192.168.1.5:81"}},
    {"2001:db8::1", 81, {"http://[2001:db8::1]:81"}},
    {"0.0.0.0", 81, {"http://127.0.0.1:81", "http://localhost:81"}},
    {"::",
     81,
     {"http://127.0.0.1:81", "http://localhost:81", "http://[::1]:81"}},
  };
  for (const auto& c : cases) {
    CAF_MESSAGE(c.address);
    settings x;
    x.http.address = c.address;
    CAF_CHECK(own_origins(x, c.port) == c.want);
  }
}
