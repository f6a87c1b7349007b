#include "livegrid/actors/settings/setting.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/members/member.hpp"

namespace livegrid {

namespace {

using text = std::string_view;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

/// Makes a setting of one value. `member` returns a reference into the
/// settings, `read` gives a complaint or puts what it read into its second
/// argument.
template <class Member, class Read, class Write>
setting make(text name, text form, text meaning, Member member, Read read,
             Write write) {
  setting result;
  result.name = name;
  result.form = form;
  result.meaning = meaning;
  result.set = [=](settings& xs, const ini_value& value) -> complaint {
    auto one = std::get_if<std::string>(&value);
    if (!one)
      return "takes one value, not a list";
    return read(*one, member(xs));
  };
  result.get = [=](const settings& xs) { return write(member(xs)); };
  return result;
}

/// A setting whose values go from `least` to `most`, both included.
template <class Member, class T, class Parse, class Write>
setting make_ranged(text name, text form, text meaning, Member member, T least,
                    T most, Parse parse, Write write, text hint) {
  auto range = write(least) + " to " + write(most);
  auto read = [=](const std::string& x, auto& out) -> complaint {
    auto value = parse(x);
    if (!value)
      return quote(x) + " is not " + std::string{hint};
    if (*value < least || *value > most)
      return quote(x) + " is not within " + range;
    out = static_cast<std::remove_reference_t<decltype(out)>>(*value);
    return std::nullopt;
  };
  auto result = make(name, form, meaning, member, read, write);
  result.range = range;
  return result;
}

template <class Member>
setting count(text name, text meaning, Member member, std::uint64_t least,
              std::uint64_t most) {
  return make_ranged(
    name, "N", meaning, member, least, most, parse_count,
    [](std::uint64_t x) { return std::to_string(x); }, "a whole number");
}

template <class Member>
setting port(text name, text meaning, Member member) {
  return count(name, meaning, member, 0, 65535);
}

/// A limit that the node chooses itself where it is empty; that is 0 then, and
/// no limit, which is 0 in writing, is the largest number.
template <class Member>
setting limit_or(text name, text meaning, text if_empty, Member member,
                 std::uint64_t most) {
  auto range = "0 to " + std::to_string(most);
  auto read = [=](const std::string& x, std::uint64_t& out) -> complaint {
    auto value =
      x.empty() ? std::optional<std::uint64_t>{UINT64_MAX} : parse_count(x);
    if (!value)
      return quote(x) + " is not a whole number";
    if (!x.empty() && *value > most)
      return quote(x) + " is not within " + range;
    out = x.empty() ? 0 : *value == 0 ? UINT64_MAX : *value;
    return std::nullopt;
  };
  auto write = [](std::uint64_t x) {
    return x == 0            ? std::string{}
           : x == UINT64_MAX ? std::string{"0"}
                             : std::to_string(x);
  };
  auto result = make(name, "N", meaning, member, read, write);
  result.range = range;
  result.if_empty = if_empty;
  return result;
}

template <class Member>
setting size(text name, text meaning, Member member, std::uint64_t least,
             std::uint64_t most) {
  return make_ranged(name, "SIZE", meaning, member, least, most, parse_size,
                     size_text, "a size, such as 65536, 64KiB or 1MiB");
}

template <class Member>
setting span(text name, text meaning, Member member,
             std::chrono::milliseconds least, std::chrono::milliseconds most) {
  return make_ranged(name, "SPAN", meaning, member, least, most, parse_span,
                     span_text, "a span, such as 500ms or 20s");
}

/// Digits alone, so that no value is shown as 1e+06.
std::string plain(double x) {
  std::string result;
  append_number(result, x);
  return result;
}

template <class Member>
setting factor(text name, text meaning, Member member, double least,
               double most) {
  return make_ranged(name, "X", meaning, member, least, most, parse_number,
                     plain, "a number");
}

template <class Member>
setting toggle(text name, text meaning, Member member) {
  auto read = [](const std::string& x, bool& out) -> complaint {
    auto value = parse_switch(x);
    if (!value)
      return quote(x) + " is not true or false";
    out = *value;
    return std::nullopt;
  };
  auto result = make(name, "true|false", meaning, member, read,
                     [](bool x) { return x ? "true" : "false"; });
  result.is_switch = true;
  return result;
}

/// @param form the words that it can be, as a|b|c.
template <class Member>
setting choice(text name, text form, text meaning, Member member) {
  auto read = [form](const std::string& x, std::string& out) -> complaint {
    for (text rest = form;; rest.remove_prefix(rest.find('|') + 1)) {
      if (rest.substr(0, rest.find('|')) == x)
        break;
      if (rest.find('|') == text::npos)
        return quote(x) + " is not one of " + std::string{form};
    }
    out = x;
    return std::nullopt;
  };
  return make(name, form, meaning, member, read, std::identity{});
}

template <class Member>
setting file(text name, text meaning, text if_empty, Member member) {
  auto read = [](const std::string& x, std::string& out) -> complaint {
    // The system would open the part before it.
    if (x.find('\0') != std::string::npos)
      return "a file name cannot have a zero byte in it";
    out = x;
    return std::nullopt;
  };
  auto result = make(name, "FILE", meaning, member, read, std::identity{});
  result.if_empty = if_empty;
  return result;
}

template <class Member>
setting address(text name, text meaning, bool loopback_only, Member member) {
  auto read = [=](const std::string& x, std::string& out) -> complaint {
    auto value = parse_address(x);
    if (!value)
      return quote(x) + " is not an IPv4 or IPv6 address, nor localhost";
    if (loopback_only && !is_loopback(*value))
      return quote(x)
             + " is not a loopback address: the console's protocol knows no "
               "access control and trusts what it reads; reach it through an "
               "SSH tunnel";
    out = *value;
    return std::nullopt;
  };
  return make(name, "ADDRESS", meaning, member, read, std::identity{});
}

template <class Member>
setting origins(text name, text meaning, text if_empty, Member member) {
  setting result;
  result.name = name;
  result.form = "ORIGIN,...";
  result.meaning = meaning;
  result.if_empty = if_empty;
  result.set = [=](settings& xs, const ini_value& value) {
    auto one = std::get_if<std::string>(&value);
    return parse_origins(one ? split_list(*one)
                             : std::get<std::vector<std::string>>(value),
                         member(xs));
  };
  result.get = [=](const settings& xs) {
    std::string joined;
    for (const auto& x : member(xs))
      joined += (joined.empty() ? "" : ", ") + x;
    return joined;
  };
  return result;
}

/// The name of a node or a cluster.
template <class Member>
setting member_name(text name, text meaning, text if_empty, Member member) {
  auto read = [if_empty](const std::string& x, std::string& out) -> complaint {
    if (!valid_member_name(x) && (if_empty.empty() || !x.empty()))
      return quote(x)
             + " is not 1 to 64 letters, digits, points, underscores and "
               "hyphens";
    out = x;
    return std::nullopt;
  };
  auto result = make(name, "NAME", meaning, member, read, std::identity{});
  result.if_empty = if_empty;
  return result;
}

setting roles(text name, text meaning) {
  setting result;
  result.name = name;
  result.form = "ROLE,...";
  result.meaning = meaning;
  result.set = [](settings& xs, const ini_value& value) -> complaint {
    auto one = std::get_if<std::string>(&value);
    auto words =
      one ? split_list(*one) : std::get<std::vector<std::string>>(value);
    auto symbols = false;
    auto http = false;
    for (const auto& x : words) {
      if (x == "symbols")
        symbols = true;
      else if (x == "http")
        http = true;
      else
        return quote(x) + " is not one of symbols|http";
    }
    if (!symbols && !http)
      return "takes symbols, http or both";
    xs.node.owns_symbols = symbols;
    xs.node.serves_http = http;
    return std::nullopt;
  };
  result.get = [](const settings& xs) {
    return std::string{!xs.node.serves_http    ? "symbols"
                       : !xs.node.owns_symbols ? "http"
                                               : "symbols,http"};
  };
  return result;
}

template <class Member>
setting words(text name, text form, text meaning, text if_empty,
              Member member) {
  auto result = make(
    name, form, meaning, member,
    [](const std::string& x, std::string& out) -> complaint {
      out = x;
      return std::nullopt;
    },
    std::identity{});
  result.if_empty = if_empty;
  return result;
}

#define LIVEGRID_MEMBER(path)                                                  \
  [](auto& x) -> auto& {                                                       \
    return x.path;                                                             \
  }

std::vector<setting> make_table() {
  using namespace std::chrono_literals;
  return {
    address("http.address", "Where HTTP and WebSocket are served.", false,
            LIVEGRID_MEMBER(http.address)),
    port("http.port", "The port of it; 0 picks a free one.",
         LIVEGRID_MEMBER(http.port)),
    file("http.widgets-file", "Widget definitions, OpenBB's widgets.json form.",
         "the built-in widget", LIVEGRID_MEMBER(http.widgets_file)),
    size("http.max-body", "Largest request body; one over it is answered 413.",
         LIVEGRID_MEMBER(http.max_body), kib, 64 * mib),
    origins("http.allowed-origins",
            "Origins, beside the node's own, of the pages that may read, "
            "publish or subscribe: scheme://host[:port] with commas between, "
            "or * for any.",
            "the node's own pages alone",
            LIVEGRID_MEMBER(http.allowed_origins)),
    count("http.max-connections",
          "Open connections; one more is answered 503. Kept below the limit "
          "of descriptors.",
          LIVEGRID_MEMBER(http.max_connections), 1, 1'000'000),
    size("http.max-buffered",
         "Requests under way and unsent answers of all clients together; "
         "beyond it the next one is answered 503. One client gets a quarter.",
         LIVEGRID_MEMBER(http.max_buffered), 4 * mib, 64 * 1024 * mib),
    words("http.trusted-proxies", "ADDRESS[/BITS],...",
          "Reverse proxies whose X-Forwarded-For says who a client is.", "none",
          LIVEGRID_MEMBER(http.trusted_proxies)),
    file("http.tls-cert",
         "The certificate of HTTPS and the chain to its authority, PEM; read "
         "again when it changes. With it nothing but TLS 1.2 and 1.3 is "
         "spoken.",
         "HTTP", LIVEGRID_MEMBER(http.tls_cert)),
    file("http.tls-key", "The key of it, PEM, without a password.", "HTTP",
         LIVEGRID_MEMBER(http.tls_key)),
    file("access.keys-file",
         "Who may see and publish what: keys, made by `livegrid key add`. With "
         "it everything but /health and /ready needs one.",
         "nobody needs a key, this host alone is served",
         LIVEGRID_MEMBER(access.keys_file)),
    toggle("access.open",
           "Serves others than this host although there are no keys: everybody "
           "may see and publish everything.",
           LIVEGRID_MEMBER(access.open)),
    file("access.token-secret-file",
         "The secret that signs the tokens in WebSocket URLs; the same for all "
         "nodes of a cluster. Made if it is not there.",
         "that of access.keys-file and .secret",
         LIVEGRID_MEMBER(access.token_secret_file)),
    span("access.token-lifetime", "How long such a token is good.",
         LIVEGRID_MEMBER(access.token_lifetime), 1min, 365 * 24h),
    limit_or(
      "access.address-connections",
      "Connections that one address may have open, WebSockets and HTTP, "
      "the next is answered 429; 0 for any number.",
      "a quarter of http.max-connections, 16 at least, and any number for "
      "loopback addresses",
      LIVEGRID_MEMBER(access.address.connections), 1'000'000),
    count("access.address-symbols",
          "Symbols that one connection may ask for that has shown no key; 0 "
          "for as many as a connection can.",
          LIVEGRID_MEMBER(access.address.symbols), 0, 1'000'000'000),
    count("access.address-upgrades",
          "WebSockets a second that one address may ask for without a key, the "
          "next is answered 429; 0 for any number.",
          LIVEGRID_MEMBER(access.address.upgrades), 0, 1'000'000'000),
    count("access.address-requests",
          "Requests a second that one address may send without a good key, the "
          "next is answered 429; 0 for any number.",
          LIVEGRID_MEMBER(access.address.requests), 0, 1'000'000'000),
    count("access.address-ticks",
          "Ticks a second that one address may publish without a key; 0 for "
          "any number.",
          LIVEGRID_MEMBER(access.address.ticks), 0, 1'000'000'000),
    count("access.address-bad-messages",
          "Messages a second of one address without a key that cannot be "
          "taken; the next ends its WebSocket (1008). 0 for any number.",
          LIVEGRID_MEMBER(access.address.bad_messages), 0, 1'000'000'000),
    size("ws.max-message",
         "Largest message that a subscriber may send; one over it closes the "
         "connection with 1009.",
         LIVEGRID_MEMBER(ws.max_message), 128, 16 * mib),
    span("ws.ping-interval",
         "How often a subscriber is pinged; one from which nothing has come "
         "for two of these is dropped.",
         LIVEGRID_MEMBER(ws.ping_interval), 100ms, 1h),
    size("ws.send-buffer",
         "The kernel's send buffer of a subscriber: what a slow one can be "
         "behind.",
         LIVEGRID_MEMBER(ws.send_buffer), 4 * kib, 16 * mib),
    choice("market.feed", "simulator|replay|none",
           "Where ticks come from, beside those that are published to the "
           "node.",
           LIVEGRID_MEMBER(market.feed)),
    file("market.symbols-file",
         "JSON array of first states: symbol, price, prev_close, volume, "
         "market_cap.",
         "five built-in symbols", LIVEGRID_MEMBER(market.symbols_file)),
    count("market.max-symbols",
          "Symbols that the node may own; one more is answered 422.",
          LIVEGRID_MEMBER(market.max_symbols), 1, 10'000'000),
    file("replay.file",
         "Recorded ticks for market.feed=replay, CSV or NDJSON, .gz too.",
         "none", LIVEGRID_MEMBER(replay.file)),
    factor("replay.speed",
           "How much faster than they came; 0 is as fast as possible.",
           LIVEGRID_MEMBER(replay.speed), 0, 1e6),
    toggle("replay.loop", "Starts over at the end of the file.",
           LIVEGRID_MEMBER(replay.loop)),
    address("console.address",
            "Where livegrid-console connects; of this host alone.", true,
            LIVEGRID_MEMBER(console.address)),
    port("console.port", "The port of it; 0 picks a free one.",
         LIVEGRID_MEMBER(console.port)),
    file("console.socket",
         "The Unix socket where livegrid-console of the same user, or root's, "
         "is let in without a key.",
         "console-PORT.sock in the state directory",
         LIVEGRID_MEMBER(console.socket)),
    member_name("node.name", "What the other nodes of a cluster call this one.",
                "the host's name", LIVEGRID_MEMBER(node.name)),
    roles("node.roles",
          "What the node does in a cluster: symbols (it owns some), http (it "
          "serves viewers and publishers)."),
    member_name("cluster.name", "Nodes of another cluster are refused.", "",
                LIVEGRID_MEMBER(cluster.name)),
    address("cluster.address",
            "Where the other nodes reach this one. Any other than a loopback "
            "address needs cluster.tls-cert or cluster.trusted-network.",
            false, LIVEGRID_MEMBER(cluster.address)),
    count("cluster.port", "The port of it.", LIVEGRID_MEMBER(cluster.port), 1,
          65535),
    words("cluster.etcd", "URL,...",
          "Client URLs of the etcd that knows which nodes are there: "
          "http://host:port or https://host:port.",
          "the node is alone", LIVEGRID_MEMBER(cluster.etcd)),
    words("cluster.etcd-user", "NAME",
          "As whom etcd is asked, where it has authentication on.", "nobody",
          LIVEGRID_MEMBER(cluster.etcd_user)),
    file("cluster.etcd-password-file",
         "The password of that user, in a file that others may not read; or "
         "LIVEGRID_CLUSTER_ETCD_PASSWORD holds it.",
         "none", LIVEGRID_MEMBER(cluster.etcd_password_file)),
    file("cluster.etcd-ca",
         "The authority that has signed the certificate of an etcd at "
         "https://, PEM.",
         "those that the system trusts", LIVEGRID_MEMBER(cluster.etcd_ca)),
    file("cluster.etcd-cert",
         "The certificate that etcd is shown, PEM, where it asks for one.",
         "none", LIVEGRID_MEMBER(cluster.etcd_cert)),
    file("cluster.etcd-key", "The key of it, PEM, without a password.", "none",
         LIVEGRID_MEMBER(cluster.etcd_key)),
    words("cluster.join", "HOST:PORT,...",
          "Instead of cluster.etcd, for a handful of nodes: where all of them "
          "are, in the same order everywhere. While the network is split, each "
          "side goes on by itself.",
          "the node is alone", LIVEGRID_MEMBER(cluster.join)),
    file("cluster.tls-cert",
         "This node's certificate, PEM: the nodes then speak TLS and believe "
         "only each other.",
         "no TLS", LIVEGRID_MEMBER(cluster.tls_cert)),
    file("cluster.tls-key", "The key of it, PEM.", "no TLS",
         LIVEGRID_MEMBER(cluster.tls_key)),
    file("cluster.tls-ca",
         "The authority that has signed the certificates of all nodes, PEM.",
         "no TLS", LIVEGRID_MEMBER(cluster.tls_ca)),
    span("cluster.ttl",
         "After this time without a sign of life another node takes over.",
         LIVEGRID_MEMBER(cluster.ttl), 2s, 60s),
    toggle("cluster.trusted-network",
           "Nobody but the cluster's nodes can reach cluster.port: the nodes "
           "believe whatever comes there.",
           LIVEGRID_MEMBER(cluster.trusted_network)),
    choice("log.level", "error|warning|info|debug",
           "The least that is logged, to stderr, one line an event.",
           LIVEGRID_MEMBER(log.level)),
    choice("log.format", "text|json",
           "Lines for people, key=value, or an object a line.",
           LIVEGRID_MEMBER(log.format)),
  };
}

#undef LIVEGRID_MEMBER

} // namespace

std::string setting::variable() const {
  std::string result = "LIVEGRID_";
  for (auto c : name) {
    if (c == '.' || c == '-')
      result += '_';
    else
      result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

const std::vector<setting>& all_settings() {
  static const auto table = make_table();
  return table;
}

const setting* find_setting(std::string_view name) {
  const auto& xs = all_settings();
  auto i = std::find_if(xs.begin(), xs.end(),
                        [&](const setting& x) { return x.name == name; });
  return i == xs.end() ? nullptr : &*i;
}

} // namespace livegrid
