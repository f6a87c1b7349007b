#include "livegrid/http/cluster/etcd_access.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/http/tls/tls_context.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_endpoints = 8;
constexpr std::size_t max_endpoint = 300;
constexpr std::string_view http = "http://";
constexpr std::string_view https = "https://";

std::string fault_of_host(std::string_view text) {
  constexpr std::string_view allowed{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "0123456789.-_:[]"};
  if (text.empty())
    return "names no host";
  if (text.find_first_not_of(allowed) != text.npos)
    return "has a character that no host's name has";
  auto colon = text.rfind(':');
  if (colon == text.npos || text.ends_with(']'))
    return "has no port; etcd's is 2379";
  if (colon == 0)
    return "names no host";
  auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  auto end = digits.data() + digits.size();
  auto [last, ec] = std::from_chars(digits.data(), end, port);
  if (ec != std::errc{} || last != end || port == 0)
    return "has a port that is none of 1 to 65535";
  return {};
}

/// Whether the files of TLS are good, or what is wrong, with the setting.
expected<void, std::string> check_files(const etcd_access& x) {
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> ctx{
    SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (!ctx)
    return unexpected{"cluster.etcd-ca: no TLS: " + tls_reason()};
  if (!x.ca.empty())
    if (auto fine = check_pem_file(x.ca); !fine)
      return unexpected{"cluster.etcd-ca: " + fine.error()};
  if (!x.ca.empty()
      && SSL_CTX_load_verify_locations(ctx.get(), x.ca.c_str(), nullptr) != 1)
    return unexpected{"cluster.etcd-ca: " + x.ca + ": " + tls_reason()};
  if (x.cert.empty())
    return {};
  if (auto fine = check_pem_file(x.cert); !fine)
    return unexpected{"cluster.etcd-cert: " + fine.error()};
  if (SSL_CTX_use_certificate_chain_file(ctx.get(), x.cert.c_str()) != 1)
    return unexpected{"cluster.etcd-cert: " + x.cert + ": " + tls_reason()};
  auto key = read_tls_key(x.key);
  if (!key)
    return unexpected{"cluster.etcd-key: " + key.error()};
  if (SSL_CTX_use_PrivateKey(ctx.get(), key->get()) != 1
      || SSL_CTX_check_private_key(ctx.get()) != 1)
    return unexpected{"cluster.etcd-key: " + x.key + ": " + tls_reason()};
  return {};
}

} // namespace

expected<etcd_access, std::string> read_etcd_access(const settings& x) {
  const auto& c = x.cluster;
  etcd_access result{.user = c.etcd_user,
                     .password = c.etcd_password,
                     .ca = c.etcd_ca,
                     .cert = c.etcd_cert,
                     .key = c.etcd_key};
  if (!c.etcd_password_file.empty()) {
    auto held = read_private_file(c.etcd_password_file);
    if (!held)
      return unexpected{"cluster.etcd-password-file: " + held.error()};
    // With or without a line feed it is the same.
    result.password = trimmed(*held);
    if (result.password.empty())
      return unexpected{"cluster.etcd-password-file: " + c.etcd_password_file
                        + ": is empty"};
  }
  if (auto fine = check_files(result); !fine)
    return unexpected{std::move(fine).error()};
  return result;
}

std::string endpoint_fault(std::string_view url) {
  if (url.empty())
    return "is empty";
  if (url.size() > max_endpoint)
    return "is longer than " + std::to_string(max_endpoint) + " bytes";
  auto rest = url;
  if (rest.starts_with(http))
    rest.remove_prefix(http.size());
  else if (rest.starts_with(https))
    rest.remove_prefix(https.size());
  else
    return "begins with neither http:// nor https://";
  if (rest.find('@') != rest.npos)
    return "holds a user; say it with cluster.etcd-user and "
           "cluster.etcd-password-file";
  if (rest.find_first_of("?#") != rest.npos)
    return "has a query, which etcd's client URLs do not";
  if (rest.find('/') != rest.npos)
    return "has a path, which etcd's client URLs do not";
  return fault_of_host(rest);
}

expected<std::vector<std::string>, std::string>
parse_endpoints(std::string_view text, bool tls) {
  auto result = split_list(text);
  if (result.empty())
    result.emplace_back();
  for (std::size_t i = 0; i < result.size(); ++i) {
    auto& one = result[i];
    // Credentials have no business there, and are not repeated.
    auto named = one.find('@') == one.npos
                   ? quote(std::string{cut_text(one, 80)})
                   : std::string{"one of them"};
    if (one.size() > http.size() && one.ends_with('/'))
      one.pop_back();
    if (!one.empty() && one.find("://") == one.npos)
      one.insert(0, tls ? https : http);
    if (auto why = endpoint_fault(one); !why.empty())
      return unexpected{named + ' ' + why};
    if (i == max_endpoints)
      return unexpected{"names over " + std::to_string(max_endpoints)
                        + " endpoints"};
  }
  return result;
}

} // namespace livegrid
