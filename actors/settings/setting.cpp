#include "livegrid/actors/settings/setting.hpp"

#include <algorithm>

#include "livegrid/actors/prices/source.hpp"
#include "livegrid/actors/settings/setting_kinds.hpp"

namespace livegrid {

namespace {

using namespace setting_kinds;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;

/// The sources of ticks that the node has itself, and none.
text feed_choices() {
  static const auto all = [] {
    std::string result;
    for (const auto& x : known_sources)
      if (x.chosen)
        result.append(x.name) += '|';
    return result + "none";
  }();
  return all;
}

#define LIVEGRID_MEMBER(path)                                                  \
  [](auto& x) -> auto& {                                                       \
    return x.path;                                                             \
  }

std::vector<setting> make_table() {
  using namespace std::chrono_literals;
  return {
    address(
      "http.address",
      "Where HTTP and WebSocket are served. Other than loopback addresses "
      "need access.keys-file, or access.open.",
      false, LIVEGRID_MEMBER(http.address)),
    port("http.port", "The port of it; 0 picks a free one.",
         LIVEGRID_MEMBER(http.port)),
    file("http.widgets-file", "Widget definitions, OpenBB's widgets.json form.",
         "the built-in widgets", LIVEGRID_MEMBER(http.widgets_file)),
    size("http.max-body", "Largest request body; one over it is answered 413.",
         LIVEGRID_MEMBER(http.max_body), kib, 64 * mib),
    count("http.max-rows",
          "Rows of a GET for all symbols; X-Total-Rows says how many there "
          "are.",
          LIVEGRID_MEMBER(http.max_rows), 1, 1'000'000),
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
          "Reverse proxies whose X-Forwarded-For says who a client is: "
          "addresses and ranges such as 10.0.0.0/8, with commas between.",
          "none", LIVEGRID_MEMBER(http.trusted_proxies)),
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
    choice("market.feed", feed_choices(),
           "Where ticks come from, beside those that are published to the "
           "node.",
           LIVEGRID_MEMBER(market.feed)),
    file("market.symbols-file",
         "The symbols that are there from the start: a JSON array of names, or "
         "of objects with a symbol and any cells that it begins with.",
         "none; with market.feed=simulator those that are built in",
         LIVEGRID_MEMBER(market.symbols_file)),
    file("market.sessions-file",
         "JSON of markets, their time zones and sessions, and of the symbols "
         "that are traded there: when a day begins. deploy/sessions.json has "
         "some.",
         "all symbols are traded 24x7 and roll at 00:00 UTC",
         LIVEGRID_MEMBER(market.sessions_file)),
    choice("market.order", "arrival|time",
           "Which of two trades, or two quotes, of a symbol is the newer one: "
           "that which has come later, or that of the later time. By time the "
           "other one is late and changes no cell.",
           LIVEGRID_MEMBER(market.order)),
    count("market.max-symbols",
          "Symbols that the node may own; one more is answered 422.",
          LIVEGRID_MEMBER(market.max_symbols), 1, 10'000'000),
    count("simulator.symbols",
          "How many of the symbols that are built in the simulator begins "
          "with; the first 5 are those of OpenBB's example. 0 for all of them.",
          LIVEGRID_MEMBER(simulator.symbols), 0, 1'000'000),
    file("replay.file",
         "Recorded ticks for market.feed=replay, CSV or NDJSON, .gz too.",
         "none", LIVEGRID_MEMBER(replay.file)),
    factor("replay.speed",
           "How much faster than they came; 0 is as fast as possible.",
           LIVEGRID_MEMBER(replay.speed), 0, 1e6),
    toggle("replay.loop", "Starts over at the end of the file.",
           LIVEGRID_MEMBER(replay.loop)),
    address("console.address",
            "Where livegrid-console connects with --node=HOST:PORT; of this "
            "host alone, from elsewhere use an SSH tunnel. Where the node has "
            "keys, it wants a proof of one that may operate; without keys any "
            "user of this host is let in.",
            true, LIVEGRID_MEMBER(console.address)),
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
          "http://host:port or https://host:port, with commas between.",
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
          "are, with commas between, in the same order everywhere. While the "
          "network is split, each "
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
