#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livegrid/http/http_request.hpp"

namespace livegrid {

/// Which pages may use this server. Any page that a browser shows can reach a
/// server on loopback, so the browser's word on where a page came from is all
/// there is to go by.
class origins {
public:
  /// @param allowed as `scheme://host[:port]`, or `*` for any.
  explicit origins(std::vector<std::string> allowed);

  /// Whether a request from there may be served; an empty origin (a program,
  /// not a page) always may.
  bool allowed(std::string_view origin) const;

  /// Adds what a browser must see before it shows a page the reply.
  void mark(http_reply& x, std::string_view origin) const;

  /// Answers a preflight request.
  http_reply preflight(std::string_view origin, std::string_view asked_headers,
                       bool private_network) const;

private:
  std::vector<std::string> allowed_;
  bool any_ = false;
};

} // namespace livegrid
