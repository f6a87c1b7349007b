#include "livegrid/http/routes/request_reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "livegrid/http/access/forwarded.hpp"
#include "livegrid/http/connection/http_input.hpp"
#include "livegrid/http/health/self_probe.hpp"

namespace livegrid {

namespace {

/// The client's own address where a proxy that is trusted asks for it.
void look_behind_proxy(http_request& into, const request_head& head,
                       const address_ranges& proxies) {
  if (!proxies.contains(into.address))
    return;
  if (head.has("x-forwarded-proto"))
    into.secure = head.field("x-forwarded-proto") == "https";
  // Some proxies add a line of their own behind the client's.
  auto forwarded = head.list("x-forwarded-for", ",");
  auto client = find_client(into.address, forwarded, proxies);
  if (client.address != into.address)
    into.peer = into.address = std::move(client.address);
  into.unreadable_client = std::move(client.unreadable);
}

void read_target(http_request& into, std::string_view target) {
  // A proxy's form of a request line (RFC 9112, 3.2.2).
  for (std::string_view scheme : {"http://", "https://"})
    if (target.starts_with(scheme)) {
      auto i = target.find_first_of("/?", scheme.size());
      target.remove_prefix(std::min(i, target.size()));
    }
  auto end = std::min(target.find('?'), target.size());
  into.path = target.substr(0, end);
  if (into.path.empty())
    into.path = "/";
  into.query = target.substr(std::min(end + 1, target.size()));
}

} // namespace

http_request read_request(const request_head& head, const http_input& from,
                          const address_ranges& proxies, bool keys,
                          bool secure) {
  constexpr std::string_view comma = ", ";
  http_request result;
  result.method = head.method == "HEAD" ? "GET" : head.method;
  read_target(result, head.target);
  result.http_1_0 = head.http_1_0;
  result.host = head.field("host");
  result.origin = from.origin();
  result.accept = head.list("accept", comma);
  result.accept_encoding = head.list("accept-encoding", comma);
  result.content_encoding = head.list("content-encoding", comma);
  result.if_none_match = head.list("if-none-match", comma);
  result.user_agent = head.field("user-agent");
  // A browser that offers one wants it confirmed.
  result.protocols = head.list("sec-websocket-protocol", comma);
  if (keys) {
    result.api_key = head.field("x-api-key");
    result.authorization = head.field("authorization");
    result.cookie = head.list("cookie", "; ");
  }
  if (head.has("upgrade")) {
    result.upgrade = head.list("upgrade", comma);
    result.connection = head.list("connection", comma);
    result.websocket_version = head.field("sec-websocket-version");
    result.websocket_key = head.field("sec-websocket-key");
  }
  if (result.method == "OPTIONS") {
    result.asked_headers = head.list("access-control-request-headers", comma);
    result.asks_private_network =
      head.has("access-control-request-private-network");
  }
  result.probe_proof = head.field(self_probe::proof_header);
  result.peer = from.peer();
  result.address = from.address();
  result.secure = secure;
  look_behind_proxy(result, head, proxies);
  return result;
}

} // namespace livegrid
