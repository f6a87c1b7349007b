#include "livegrid/http/access/origins.hpp"

#include "livegrid/http/message/error_reply.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace livegrid {

origins::origins(std::vector<std::string> allowed, std::vector<std::string> own)
  : allowed_(std::move(allowed)),
    own_(std::move(own)),
    any_(std::find(allowed_.begin(), allowed_.end(), "*") != allowed_.end()) {
  // nop
}

bool origins::allowed(const origin& x) const {
  return !x || any_
         || std::find(allowed_.begin(), allowed_.end(), *x) != allowed_.end();
}

bool origins::is_own(const origin& x, std::string_view host,
                     bool secure) const {
  if (!x || std::find(own_.begin(), own_.end(), *x) != own_.end())
    return true;
  std::string_view from{*x};
  // A page without TLS is none of a node with it.
  for (std::string_view scheme : {"https://", "http://"})
    if (from.starts_with(scheme) && (!secure || scheme == "https://"))
      return !host.empty() && from.substr(scheme.size()) == host;
  return false;
}

void origins::mark(http_reply& to, const origin& x) const {
  auto vary =
    std::find_if(to.headers.begin(), to.headers.end(),
                 [](const auto& header) { return header.first == "Vary"; });
  if (vary == to.headers.end())
    to.headers.emplace_back("Vary", "Origin");
  else
    vary->second += ", Origin";
  if (!x || !allowed(x))
    return;
  // Without credentials: a cookie is for the node's own page alone.
  to.headers.emplace_back("Access-Control-Allow-Origin", *x);
  to.headers.emplace_back("Access-Control-Expose-Headers",
                          "Accept-Encoding, Allow, Date, ETag, Link, "
                          "Retry-After, WWW-Authenticate, X-Total-Rows, "
                          "warnings");
}

http_reply origins::preflight(const origin& x, std::string_view asked_headers,
                              bool private_network) const {
  if (!allowed(x))
    return error_reply(400, "Disallowed CORS origin");
  http_reply result{.status = 200, .body = "OK", .type = "text/plain"};
  auto& headers = result.headers;
  headers.emplace_back("Access-Control-Allow-Methods",
                       "GET, HEAD, POST, OPTIONS");
  headers.emplace_back("Access-Control-Allow-Headers",
                       asked_headers.empty() ? "*" : asked_headers);
  headers.emplace_back("Access-Control-Max-Age", "600");
  if (private_network)
    headers.emplace_back("Access-Control-Allow-Private-Network", "true");
  return result;
}

std::vector<std::string> interface_origins(const settings& values,
                                           std::uint16_t port) {
  std::vector<std::string> result;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0)
    return result;
  auto add = [&](const std::string& host) {
    result.push_back(own_origin(values, host, port));
  };
  for (const auto* x = all; x != nullptr; x = x->ifa_next) {
    if (x->ifa_addr == nullptr)
      continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (x->ifa_addr->sa_family == AF_INET) {
      const auto* at = reinterpret_cast<const sockaddr_in*>(x->ifa_addr);
      if (inet_ntop(AF_INET, &at->sin_addr, text.data(), text.size()))
        add(text.data());
    } else if (x->ifa_addr->sa_family == AF_INET6) {
      const auto* at = reinterpret_cast<const sockaddr_in6*>(x->ifa_addr);
      if (inet_ntop(AF_INET6, &at->sin6_addr, text.data(), text.size()))
        add('[' + std::string{text.data()} + ']');
    }
  }
  freeifaddrs(all);
  return result;
}

} // namespace livegrid
