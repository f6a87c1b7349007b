#define CAF_SUITE actors.settings.setting_check

#include <functional>
#include <string>
#include <string_view>

#include "livegrid/actors/settings/setting_check.hpp"
#include "livegrid/actors/settings/settings.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using change = std::function<void(settings&)>;

/// What is wrong with settings that differ so from the defaults; nothing if
/// they go together.
std::string fault(const change& differ) {
  settings x;
  differ(x);
  return check_together(x).value_or("");
}

/// Settings of one node of several.
settings& clustered(settings& x) {
  x.cluster.etcd = "http://127.0.0.1:2379";
  return x;
}

/// Whether the fault is told of that setting first, and says these words.
bool names(const std::string& why, std::string_view setting,
           std::string_view words) {
  return why.starts_with(std::string{setting} + ": ")
         && why.find(words) != std::string::npos;
}

} // namespace

CAF_TEST(the defaults go together) {
  CAF_CHECK_EQUAL(fault([](auto&) {}), "");
  CAF_CHECK_EQUAL(fault([](auto& x) { clustered(x); }), "");
}

CAF_TEST(a recording needs a file) {
  CAF_CHECK_EQUAL(fault([](auto& x) { x.market.feed = "replay"; }),
                  "replay.file: needed with market.feed=replay");
  CAF_CHECK_EQUAL(fault([](auto& x) {
                    x.market.feed = "replay";
                    x.replay.file = "a.csv";
                  }),
                  "");
}

CAF_TEST(two ports of one address must differ) {
  auto same = [](std::string http, std::string console, std::uint16_t port) {
    return fault([&](settings& x) {
      x.access.open = true;
      x.http.address = http;
      x.console.address = console;
      x.http.port = x.console.port = port;
    });
  };
  const std::string why = "console.port: 81 is http.port as well; one of them "
                          "must differ";
  CAF_CHECK_EQUAL(same("127.0.0.1", "127.0.0.1", 81), why);
  CAF_CHECK_EQUAL(same("0.0.0.0", "127.0.0.1", 81), why);
  CAF_CHECK_EQUAL(same("::", "127.0.0.1", 81), why);
  CAF_CHECK_EQUAL(same("127.0.0.1", "127.0.0.2", 81), "");
  CAF_CHECK_EQUAL(same("127.0.0.1", "127.0.0.1", 0), "");
  CAF_CHECK_EQUAL(
    fault([](auto& x) { clustered(x).cluster.port = x.console.port; }),
    "cluster.port: 7780 is console.port as well; one of them "
    "must differ");
  CAF_CHECK_EQUAL(fault([](auto& x) { x.cluster.port = x.console.port; }), "");
}

CAF_TEST(a node alone has all roles) {
  for (bool owns : {true, false}) {
    auto half = [&](settings& x) {
      x.node.owns_symbols = owns;
      x.node.serves_http = !owns;
    };
    CAF_CHECK(names(fault(half), "node.roles", "a node alone has both"));
    CAF_CHECK_EQUAL(fault([&](auto& x) { half(clustered(x)); }), "");
    CAF_CHECK_EQUAL(fault([&](auto& x) {
                      half(x);
                      x.cluster.join = "127.0.0.1:7781";
                    }),
                    "");
  }
}

CAF_TEST(one list says who is there) {
  CAF_CHECK_EQUAL(fault([](auto& x) { clustered(x).cluster.join = "a:1"; }),
                  "cluster.join: either this or cluster.etcd says who is "
                  "there");
}

CAF_TEST(a user of etcd comes with one password) {
  auto access = [](std::string user, std::string file, std::string password) {
    return fault([&](settings& x) {
      auto& c = clustered(x).cluster;
      c.etcd_user = user;
      c.etcd_password_file = file;
      c.etcd_password = password;
    });
  };
  CAF_CHECK_EQUAL(access("u", "f", ""), "");
  CAF_CHECK_EQUAL(access("u", "", "p"), "");
  CAF_CHECK(names(access("u", "", ""), "cluster.etcd-user",
                  "comes with cluster.etcd-password-file"));
  CAF_CHECK_EQUAL(access("", "f", ""), "cluster.etcd-password-file: comes with "
                                       "cluster.etcd-user");
  CAF_CHECK_EQUAL(access("", "", "p"), "cluster.etcd-password-file: comes with "
                                       "cluster.etcd-user");
  // What is said never repeats a password.
  auto both = access("u", "f", "geheim");
  CAF_CHECK(names(both, "cluster.etcd-password-file", "either this or"));
  CAF_CHECK_EQUAL(both.find("geheim"), std::string::npos);
}

CAF_TEST(certificates come with their keys) {
  auto etcd = [](std::string cert, std::string key) {
    return fault([&](settings& x) {
      clustered(x).cluster.etcd_cert = cert;
      x.cluster.etcd_key = key;
    });
  };
  CAF_CHECK_EQUAL(etcd("c", "k"), "");
  for (auto& why : {etcd("c", ""), etcd("", "k")})
    CAF_CHECK_EQUAL(why, "cluster.etcd-cert: comes with cluster.etcd-key");
  auto http = [](std::string cert, std::string key) {
    return fault([&](settings& x) {
      x.http.tls_cert = cert;
      x.http.tls_key = key;
    });
  };
  CAF_CHECK_EQUAL(http("c", "k"), "");
  for (auto& why : {http("c", ""), http("", "k")})
    CAF_CHECK_EQUAL(why, "http.tls-cert: comes with http.tls-key");
  for (unsigned given = 0; given < 8; ++given) {
    auto why = fault([&](settings& x) {
      auto& c = clustered(x).cluster;
      c.tls_cert = given & 1 ? "c" : "";
      c.tls_key = given & 2 ? "k" : "";
      c.tls_ca = given & 4 ? "a" : "";
    });
    CAF_CHECK_EQUAL(why, given == 0 || given == 7
                           ? ""
                           : "cluster.tls-cert: comes with cluster.tls-key "
                             "and cluster.tls-ca");
  }
}

CAF_TEST(nodes meet within this host or with certificates or on a word) {
  auto at = [](std::string address, const change& more) {
    return fault([&](settings& x) {
      clustered(x).cluster.address = address;
      more(x);
    });
  };
  auto nothing = [](settings&) {};
  auto trusted = [](settings& x) { x.cluster.trusted_network = true; };
  auto secure = [](settings& x) {
    x.cluster.tls_cert = x.cluster.tls_key = x.cluster.tls_ca = "f";
  };
  for (auto address : {"127.0.0.9", "::1"})
    CAF_CHECK_EQUAL(at(address, nothing), "");
  for (auto address : {"192.0.2.1", "2001:db8::1"}) {
    CAF_CHECK(names(at(address, nothing), "cluster.address",
                    std::string{address} + " is not a loopback address"));
    CAF_CHECK_EQUAL(at(address, trusted), "");
    CAF_CHECK_EQUAL(at(address, secure), "");
  }
  // Nobody can reach these, whoever is trusted.
  for (auto address : {"0.0.0.0", "::"})
    for (const auto& more : {change{trusted}, change{secure}})
      CAF_CHECK(names(at(address, more), "cluster.address",
                      "is no address that another node can reach"));
}

CAF_TEST(whoever may be reached by others needs keys or a word) {
  auto served = [](std::string address, std::string proxies,
                   const change& more) {
    return fault([&](settings& x) {
      x.http.address = address;
      x.http.trusted_proxies = proxies;
      more(x);
    });
  };
  auto nothing = [](settings&) {};
  auto open = [](settings& x) { x.access.open = true; };
  auto keys = [](settings& x) { x.access.keys_file = "k.json"; };
  CAF_CHECK(names(served("192.0.2.1", "", nothing), "http.address",
                  "192.0.2.1 is not a loopback address, and without "
                  "access.keys-file"));
  CAF_CHECK(names(served("127.0.0.1", "10.0.0.0/8", nothing),
                  "http.trusted-proxies", "without access.keys-file"));
  for (const auto& more : {change{open}, change{keys}}) {
    CAF_CHECK_EQUAL(served("192.0.2.1", "", more), "");
    CAF_CHECK_EQUAL(served("127.0.0.1", "10.0.0.0/8,::1", more), "");
    CAF_CHECK(names(served("127.0.0.1", "10.0.0.0/33", more),
                    "http.trusted-proxies", "'10.0.0.0/33'"));
  }
}
