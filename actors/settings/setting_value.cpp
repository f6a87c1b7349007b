#include "livegrid/actors/settings/setting_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <arpa/inet.h>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

/// Largest first.
constexpr std::array size_units{
  unit{"GiB", 1ull << 30},
  unit{"MiB", 1ull << 20},
  unit{"KiB", 1ull << 10},
  unit{"B", 1},
};

/// Largest first, in milliseconds.
constexpr std::array span_units{
  unit{"h", 3'600'000},
  unit{"min", 60'000},
  unit{"s", 1000},
  unit{"ms", 1},
};

bool is_letter(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

/// A whole number of a unit; without a unit, of `bare` (0: it needs one).
std::optional<std::uint64_t> parse_units(std::string_view text,
                                         const std::array<unit, 4>& units,
                                         std::uint64_t bare) noexcept {
  auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto n = parse_count(text.substr(0, digits));
  auto name = trimmed(text.substr(digits));
  auto factor = name.empty() ? bare : 0;
  for (const auto& x : units)
    if (x.name == name)
      factor = x.factor;
  if (!n || factor == 0
      || *n > std::numeric_limits<std::uint64_t>::max() / factor)
    return std::nullopt;
  return *n * factor;
}

/// In the largest unit that has a whole number; `least` names the smallest.
std::string units_text(std::uint64_t x, const std::array<unit, 4>& units,
                       std::string_view least) {
  for (const auto& u : units)
    if (u.factor > 1 && x > 0 && x % u.factor == 0)
      return std::to_string(x / u.factor) + std::string{u.name};
  return std::to_string(x) + std::string{least};
}

bool valid_scheme(std::string_view x) noexcept {
  return !x.empty() && is_letter(x[0])
         && std::all_of(x.begin(), x.end(), [](char c) {
              return is_letter(c) || is_digit(c) || c == '+' || c == '-'
                     || c == '.';
            });
}

bool valid_host(std::string_view x) noexcept {
  return !x.empty() && std::all_of(x.begin(), x.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  });
}

std::string_view usual_port(std::string_view scheme) noexcept {
  if (scheme == "http")
    return "80";
  return scheme == "https" ? "443" : "";
}

} // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) noexcept {
  std::uint64_t result = 0;
  auto last = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), last, result);
  if (error != std::errc{} || end != last)
    return std::nullopt;
  return result;
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
  return parse_units(text, size_units, 1);
}

std::string size_text(std::uint64_t bytes) {
  return units_text(bytes, size_units, "");
}

std::optional<std::chrono::milliseconds>
parse_span(std::string_view text) noexcept {
  auto x = parse_units(text, span_units, 0);
  if (!x || *x > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return std::chrono::milliseconds{static_cast<std::int64_t>(*x)};
}

std::string span_text(std::chrono::milliseconds x) {
  return units_text(static_cast<std::uint64_t>(x.count()), span_units, "ms");
}

std::optional<bool> parse_switch(std::string_view text) noexcept {
  for (auto x : {"true", "yes", "on", "1"})
    if (text == x)
      return true;
  for (auto x : {"false", "no", "off", "0"})
    if (text == x)
      return false;
  return std::nullopt;
}

// CAF's own parser also takes parts of an address, such as "127.0.".
std::optional<std::string> parse_address(std::string_view text) {
  std::string name{text};
  if (name == "localhost")
    return "127.0.0.1";
  if (name.find('\0') != std::string::npos)
    return std::nullopt;
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  std::array<char, INET6_ADDRSTRLEN> canonical;
  for (auto family : {AF_INET, AF_INET6})
    if (inet_pton(family, name.c_str(), bytes.data()) == 1
        && inet_ntop(family, bytes.data(), canonical.data(), canonical.size()))
      return canonical.data();
  return std::nullopt;
}

bool is_loopback(std::string_view address) noexcept {
  return address == "::1" || address.starts_with("127.");
}

complaint parse_origin(std::string_view text, std::string& out) {
  auto origin = to_lower(text);
  if (origin == "*") {
    out = origin;
    return std::nullopt;
  }
  auto complain = [&](std::string why) -> complaint {
    return quote(text) + ' ' + std::move(why);
  };
  if (origin == "null")
    return complain("is what any sandboxed page sends, so it cannot be told "
                    "apart; name an origin, or * for any");
  auto split = origin.find("://");
  if (split == std::string::npos
      || !valid_scheme(std::string_view{origin}.substr(0, split)))
    return complain("is not scheme://host or scheme://host:port");
  auto scheme = origin.substr(0, split);
  auto rest = std::string_view{origin}.substr(split + 3);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return complain(
      "has more than scheme://host:port, not even a / may follow");
  auto host_end = rest.find(':');
  if (rest.starts_with('['))
    host_end = std::min(rest.find(']'), rest.size() - 1) + 1;
  auto host = std::string{rest.substr(0, host_end)};
  auto port = rest.substr(host.size());
  if (host.starts_with('[')) {
    auto x = parse_address(std::string_view{host}.substr(1, host.size() - 2));
    if (!x || !host.ends_with(']') || x->find(':') == std::string::npos)
      return complain("has a host that is not an IPv6 address");
    host = '[' + *x + ']';
  } else if (!valid_host(host)) {
    return complain("has a host that is not a name or an address");
  }
  if (!port.empty()) {
    auto n = port.starts_with(':') ? parse_count(port.substr(1)) : std::nullopt;
    if (!n || *n == 0 || *n > 65535)
      return complain("has a port that is not within 1 and 65535");
    auto digits = std::to_string(*n);
    if (digits != usual_port(scheme))
      host += ':' + digits;
  }
  out = scheme + "://" + host;
  return std::nullopt;
}

complaint parse_origins(const std::vector<std::string>& texts,
                        std::vector<std::string>& out) {
  std::vector<std::string> result;
  for (const auto& text : texts) {
    std::string origin;
    if (auto why = parse_origin(text, origin))
      return why;
    if (std::find(result.begin(), result.end(), origin) == result.end())
      result.push_back(std::move(origin));
  }
  if (result.size() > 1
      && std::find(result.begin(), result.end(), "*") != result.end())
    return "* means any origin and must stand alone";
  out = std::move(result);
  return std::nullopt;
}

} // namespace livegrid
