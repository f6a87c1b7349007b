#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// How a node shows etcd who it is, and how it knows that it speaks with etcd.
struct etcd_access {
  /// As whom it logs in; empty if it does not.
  std::string user;

  /// Never logged, nor shown to the operator.
  std::string password;

  // PEM files of TLS; empty where they are not needed.
  std::string ca;
  std::string cert;
  std::string key;

  /// Whether an endpoint without a scheme is one of TLS.
  bool wants_tls() const noexcept {
    return !ca.empty() || !cert.empty();
  }
};

/// Reads what the settings say, and the password's file.
/// @returns that, or what is wrong, with the setting's name.
expected<etcd_access, std::string> read_etcd_access(const settings& x);

/// What is wrong with one of etcd's client URLs, or empty if nothing is. Says
/// nothing of what may be a secret in it.
std::string endpoint_fault(std::string_view url);

/// Splits `http://a:2379,https://b:2379/,c:2379`, blanks and a slash at the end
/// of each allowed.
/// @param tls whether one without a scheme begins with `https://`.
/// @returns the URLs, as `http://a:2379`, or what is wrong with one.
expected<std::vector<std::string>, std::string>
parse_endpoints(std::string_view text, bool tls = false);

} // namespace livegrid
