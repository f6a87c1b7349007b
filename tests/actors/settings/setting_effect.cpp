#define CAF_SUITE actors.settings.setting_effect

#include "livegrid/actors/settings/setting_effect.hpp"

#include <functional>
#include <string>
#include <vector>

#include "livegrid/actors/settings/setting.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

using change = std::function<void(settings&)>;

/// The settings that change nothing, each with why.
std::vector<std::string> idle(const change& differ) {
  settings x;
  differ(x);
  std::vector<std::string> out;
  for (auto& y : settings_without_effect(x))
    out.push_back(y.name + ": " + y.why);
  return out;
}

using strings = std::vector<std::string>;

} // namespace

CAF_TEST(what was not set is not told) {
  CAF_CHECK_EQUAL(idle([](auto&) {}), strings{});
  CAF_CHECK_EQUAL(idle([](auto& x) {
                    x.market.feed = "none";
                    x.replay.speed = 1;
                    x.cluster.port = 7781;
                  }),
                  strings{});
}

CAF_TEST(settings of a recording count with a recording) {
  auto set = [](settings& x) {
    x.replay.file = "a.csv";
    x.replay.speed = 2;
    x.replay.loop = true;
  };
  const std::string why = ": market.feed is none; set market.feed=replay";
  CAF_CHECK_EQUAL(
    idle([&](auto& x) {
      set(x);
      x.market.feed = "none";
    }),
    (strings{"replay.file" + why, "replay.speed" + why, "replay.loop" + why}));
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    set(x);
                    x.market.feed = "replay";
                  }),
                  strings{});
}

CAF_TEST(how many symbols are simulated counts where no file says it) {
  auto set = [](settings& x) { x.simulator.symbols = 5; };
  CAF_CHECK_EQUAL(idle(set), strings{});
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    set(x);
                    x.market.symbols_file = "s.json";
                  }),
                  strings{"simulator.symbols: market.symbols-file says which "
                          "symbols there are; leave out one of them"});
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    set(x);
                    x.market.feed = "none";
                    x.market.symbols_file = "s.json";
                  }),
                  strings{"simulator.symbols: market.feed is none; set "
                          "market.feed=simulator"});
}

CAF_TEST(tokens count with keys and what is for others without) {
  auto tokens = [](settings& x) {
    x.access.token_secret_file = "s";
    x.access.token_lifetime = std::chrono::hours{1};
  };
  auto others = [](settings& x) {
    x.access.open = true;
    x.access.address.symbols = 5;
    x.access.address.ticks = 6;
  };
  auto keys = [](settings& x) { x.access.keys_file = "k.json"; };
  const std::string no_keys = ": there are no tokens without keys; set "
                              "access.keys-file";
  CAF_CHECK_EQUAL(idle([&](auto& x) { tokens(x), others(x); }),
                  (strings{"access.token-secret-file" + no_keys,
                           "access.token-lifetime" + no_keys}));
  const std::string limit = ": it is for who has no key, who may do nothing "
                            "with access.keys-file; limit keys with 'livegrid "
                            "key add --limits'";
  CAF_CHECK_EQUAL(idle([&](auto& x) { tokens(x), others(x), keys(x); }),
                  (strings{"access.open: everybody needs a key with "
                           "access.keys-file; leave out one of them",
                           "access.address-symbols" + limit,
                           "access.address-ticks" + limit}));
  // These count for whoever shows no key as well.
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    keys(x);
                    x.access.address.connections = 5;
                    x.access.address.requests = 5;
                  }),
                  strings{});
}

CAF_TEST(settings of a cluster count in one) {
  auto set = [](settings& x) {
    x.node.name = "a";
    x.cluster.ttl = std::chrono::seconds{9};
    x.cluster.etcd_user = "u";
    x.cluster.trusted_network = true;
  };
  const std::string alone = ": the node is alone; set cluster.etcd or "
                            "cluster.join";
  const std::string no_etcd = ": no etcd is asked; set cluster.etcd";
  CAF_CHECK_EQUAL(idle(set),
                  (strings{"node.name" + alone, "cluster.ttl" + alone,
                           "cluster.etcd-user" + no_etcd,
                           "cluster.trusted-network" + alone}));
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    set(x);
                    x.cluster.join = "127.0.0.1:7781";
                  }),
                  strings{"cluster.etcd-user" + no_etcd});
  auto etcd = [&](settings& x) {
    set(x);
    x.cluster.etcd = "http://127.0.0.1:2379";
  };
  CAF_CHECK_EQUAL(idle(etcd), strings{});
  CAF_CHECK_EQUAL(idle([&](auto& x) {
                    etcd(x);
                    x.cluster.tls_cert = "c";
                  }),
                  strings{"cluster.trusted-network: with cluster.tls-cert "
                          "nobody is believed without a certificate; leave out "
                          "one of them"});
}

CAF_TEST(the names are those of settings) {
  settings x;
  x.market.feed = "none";
  x.replay.file = "a.csv";
  x.access.token_secret_file = "s";
  x.cluster.name = "c";
  x.cluster.address = "127.0.0.9";
  x.cluster.port = 1;
  x.cluster.tls_cert = x.cluster.tls_key = x.cluster.tls_ca = "f";
  x.cluster.etcd_password_file = x.cluster.etcd_ca = "f";
  x.cluster.etcd_cert = x.cluster.etcd_key = "f";
  auto all = settings_without_effect(x);
  CAF_CHECK_EQUAL(all.size(), 12u);
  for (auto& y : all)
    CAF_CHECK(find_setting(y.name) != nullptr);
}
