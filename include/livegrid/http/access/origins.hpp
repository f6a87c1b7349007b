#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// Which pages may use this server. Any page that a browser shows can reach a
/// server on loopback, so the browser's word on where a page came from is all
/// there is to go by.
class origins {
public:
  /// @param allowed as `scheme://host[:port]`, or `*` for any.
  /// @param own those of them that are the node's own pages.
  explicit origins(std::vector<std::string> allowed,
                   std::vector<std::string> own = {});

  using origin = std::optional<std::string>;

  /// Whether a request from there may be served; one without an origin (from a
  /// program, not a page) always may.
  bool allowed(const origin& x) const;

  /// Whether a request comes from the node's own page, or from no page: from
  /// one of its origins, or from the one that the client asked, which it knows
  /// by a name of its own or a proxy's.
  /// @param host as the Host header has it.
  /// @param secure whether it has come through TLS.
  bool is_own(const origin& x, std::string_view host, bool secure) const;

  /// Adds what a browser must see before it shows a page the reply.
  void mark(http_reply& to, const origin& x) const;

  /// Answers a preflight request.
  http_reply preflight(const origin& x, std::string_view asked_headers,
                       bool private_network) const;

private:
  std::vector<std::string> allowed_;
  std::vector<std::string> own_;
  bool any_ = false;
};

/// The node's own origins where it listens on every interface: each address of
/// this machine. Names of it are not among them, since a page may give any
/// address a name of its own.
/// @param port where they are served in fact.
std::vector<std::string> interface_origins(const settings& values,
                                           std::uint16_t port);

} // namespace livegrid
