#include "livegrid/http/access/forwarded.hpp"

#include <algorithm>

#include <asio/ip/address.hpp>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Whether that is a port, or what stands for one (RFC 7239, 6).
bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5
         && std::all_of(text.begin(), text.end(),
                        [](char c) { return c >= '0' && c <= '9'; });
}

/// The address without what some proxies put around it; empty if that is not
/// put as it should.
std::string_view bare(std::string_view x) noexcept {
  if (x.starts_with('[')) {
    auto end = x.find(']');
    if (end == x.npos)
      return {};
    auto rest = x.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
      return {};
    return x.substr(1, end - 1);
  }
  // With several colons it is IPv6, which has a port in brackets only.
  auto colon = x.find(':');
  if (colon == x.npos || x.find(':', colon + 1) != x.npos)
    return x;
  return is_port(x.substr(colon + 1)) ? x.substr(0, colon) : std::string_view{};
}

} // namespace

std::optional<std::string> noted_address(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = trimmed(text.substr(1, text.size() - 2));
  asio::error_code bad;
  auto result = asio::ip::make_address(std::string{bare(text)}, bad);
  if (bad)
    return std::nullopt;
  if (result.is_v6()) {
    auto x = result.to_v6();
    if (x.is_v4_mapped())
      return asio::ip::make_address_v4(asio::ip::v4_mapped, x).to_string();
    // The name of an interface is of no use to anybody but that proxy.
    x.scope_id(0);
    return x.to_string();
  }
  return result.to_string();
}

forwarded_client find_client(std::string from, std::string_view forwarded,
                             const address_ranges& proxies) {
  forwarded_client result{.address = std::move(from), .unreadable = {}};
  while (proxies.contains(result.address) && !forwarded.empty()) {
    auto comma = forwarded.rfind(',');
    auto last =
      trimmed(forwarded.substr(comma == forwarded.npos ? 0 : comma + 1));
    forwarded = forwarded.substr(0, comma == forwarded.npos ? 0 : comma);
    // Nothing between two commas is nothing (RFC 9110, 5.6.1).
    if (last.empty())
      continue;
    auto address = noted_address(last);
    if (!address) {
      result.unreadable = last;
      break;
    }
    result.address = *std::move(address);
  }
  return result;
}

void note_unreadable_client(counters& stats, logger& log,
                            const http_request& request) {
  if (request.unreadable_client.empty())
    return;
  // Else all clients would be the proxy, and nobody would know. What the proxy
  // did not write may be anything, and is not shown.
  note_bad_input(stats, log, counters::fault::http_malformed, request.peer,
                 "X-Forwarded-For",
                 "no address but "
                   + std::to_string(request.unreadable_client.size())
                   + " other bytes: the client is taken for the proxy");
}

} // namespace livegrid
