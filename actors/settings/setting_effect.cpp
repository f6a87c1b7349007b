#include "livegrid/actors/settings/setting_effect.hpp"

#include <string_view>

#include "livegrid/actors/prices/source.hpp"
#include "livegrid/actors/settings/setting.hpp"

namespace livegrid {

namespace {

/// Settings that count only under a condition.
struct conditional {
  bool count; ///< whether that is so
  std::vector<std::string_view> names;
  std::string why;
};

/// The settings of each source of ticks, which are those of its group.
std::vector<conditional> settings_of_feeds(const settings& x) {
  std::vector<conditional> result;
  for (const auto& source : known_sources) {
    if (!source.chosen)
      continue;
    std::string name{source.name};
    result.push_back(
      {x.market.feed == name,
       {},
       "market.feed is " + x.market.feed + "; set market.feed=" + name});
    for (const auto& one : all_settings())
      if (one.name.starts_with(name + '.'))
        result.back().names.push_back(one.name);
  }
  return result;
}

std::vector<conditional> conditionals(const settings& x) {
  auto has_keys = !x.access.keys_file.empty();
  auto result = settings_of_feeds(x);
  std::vector<conditional> others{
    {x.market.symbols_file.empty() || x.market.feed != source::simulator.name(),
     {"simulator.symbols"},
     "market.symbols-file says which symbols there are; leave out one of them"},
    {has_keys,
     {"access.token-secret-file", "access.token-lifetime"},
     "there are no tokens without keys; set access.keys-file"},
    {!has_keys,
     {"access.open"},
     "everybody needs a key with access.keys-file; leave out one of them"},
    {!has_keys,
     {"access.address-symbols", "access.address-upgrades",
      "access.address-ticks", "access.address-bad-messages"},
     "it is for who has no key, who may do nothing with access.keys-file; "
     "limit keys with 'livegrid key add --limits'"},
    {x.cluster.used(),
     {"node.name", "cluster.name", "cluster.address", "cluster.port",
      "cluster.ttl", "cluster.tls-cert", "cluster.tls-key", "cluster.tls-ca"},
     "the node is alone; set cluster.etcd or cluster.join"},
    {!x.cluster.etcd.empty(),
     {"cluster.etcd-user", "cluster.etcd-password-file", "cluster.etcd-ca",
      "cluster.etcd-cert", "cluster.etcd-key"},
     "no etcd is asked; set cluster.etcd"},
    {x.cluster.used() && !x.cluster.secure(),
     {"cluster.trusted-network"},
     x.cluster.used() ? "with cluster.tls-cert nobody is believed without a "
                        "certificate; leave out one of them"
                      : "the node is alone; set cluster.etcd or cluster.join"},
  };
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

} // namespace

std::vector<idle_setting> settings_without_effect(const settings& x) {
  const settings defaults;
  std::vector<idle_setting> result;
  for (const auto& group : conditionals(x))
    for (auto name : group.names)
      if (const auto* one = find_setting(name);
          !group.count && one != nullptr && one->get(x) != one->get(defaults))
        result.push_back({std::string{name}, group.why});
  return result;
}

} // namespace livegrid
