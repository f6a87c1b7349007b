#include "livegrid/actors/settings/setting_check.hpp"

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/actors/settings/setting.hpp"

namespace livegrid {

namespace {

/// Whether a user comes with a password, and a certificate with its key: to ask
/// etcd takes both or neither.
complaint check_etcd(const settings& x) {
  const auto& c = x.cluster;
  auto has_password = !c.etcd_password_file.empty() || !c.etcd_password.empty();
  if (!c.etcd_password_file.empty() && !c.etcd_password.empty())
    return "cluster.etcd-password-file: either this or "
           "LIVEGRID_CLUSTER_ETCD_PASSWORD holds the password";
  if (!c.etcd_user.empty() && !has_password)
    return "cluster.etcd-user: comes with cluster.etcd-password-file, or with "
           "the variable LIVEGRID_CLUSTER_ETCD_PASSWORD";
  if (c.etcd_user.empty() && has_password)
    return "cluster.etcd-password-file: comes with cluster.etcd-user";
  if (c.etcd_cert.empty() != c.etcd_key.empty())
    return "cluster.etcd-cert: comes with cluster.etcd-key";
  return std::nullopt;
}

} // namespace

complaint check_together(const settings& x) {
  if (x.market.feed == "replay" && x.replay.file.empty())
    return "replay.file: needed with market.feed=replay";
  auto everywhere = x.http.address == "0.0.0.0" || x.http.address == "::";
  if (x.console.port != 0 && x.console.port == x.http.port
      && (everywhere || x.console.address == x.http.address))
    return "console.port: " + std::to_string(x.console.port)
           + " is http.port as well; one of them must differ";
  if (x.cluster.used()) {
    const auto& c = x.cluster;
    if (!c.etcd.empty() && !c.join.empty())
      return "cluster.join: either this or cluster.etcd says who is there";
    if (auto why = check_etcd(x))
      return why;
    if (c.tls_cert.empty() != c.tls_key.empty()
        || c.tls_cert.empty() != c.tls_ca.empty())
      return "cluster.tls-cert: comes with cluster.tls-key and cluster.tls-ca";
    if (!c.secure() && !c.trusted_network && !is_loopback(c.address))
      return "cluster.address: " + c.address
             + " is not a loopback address: the nodes' protocol knows no "
               "access "
               "control and trusts what it reads; give the nodes certificates "
               "(cluster.tls-cert), or set cluster.trusted-network if nobody "
               "but the cluster's nodes can reach it";
    if (x.cluster.address == "0.0.0.0" || x.cluster.address == "::")
      return "cluster.address: " + x.cluster.address
             + " is no address that another node can reach";
    if (x.cluster.port == x.console.port
        && x.cluster.address == x.console.address)
      return "cluster.port: " + std::to_string(x.cluster.port)
             + " is console.port as well; one of them must differ";
  } else if (!x.node.owns_symbols || !x.node.serves_http) {
    return "node.roles: a node alone has both; cluster.etcd makes it one of "
           "several";
  }
  if (x.http.tls_cert.empty() != x.http.tls_key.empty())
    return "http.tls-cert: comes with http.tls-key";
  auto proxies = address_ranges::parse(x.http.trusted_proxies);
  if (!proxies)
    return "http.trusted-proxies: " + proxies.error();
  auto unguarded = x.access.keys_file.empty() && !x.access.open;
  if (unguarded && !x.http.trusted_proxies.empty())
    return "http.trusted-proxies: whoever the proxy serves may see and publish "
           "everything without access.keys-file; make keys with 'livegrid key "
           "add', or set access.open if that is what you want";
  if (unguarded && !is_loopback(x.http.address))
    return "http.address: " + x.http.address
           + " is not a loopback address, and without access.keys-file "
             "everybody there may see and publish everything; make keys with "
             "'livegrid key add', or set access.open if that is what you want";
  return std::nullopt;
}

} // namespace livegrid
