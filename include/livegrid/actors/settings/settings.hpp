#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/access/access_limits.hpp"
#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// How the node is run. Defaults stand here and nowhere else; ranges stand in
/// the table of `setting.hpp`.
struct settings {
  struct {
    std::string address = "127.0.0.1";    ///< IPv4 or IPv6
    std::uint16_t port = 7779;            ///< 0 picks a free one
    std::string widgets_file;             ///< empty: the built-in widgets
    std::uint64_t max_body = 1024 * 1024; ///< bytes

    /// Rows of a GET for all symbols.
    std::uint64_t max_rows = 10'000;

    /// `scheme://host[:port]` in lower case, as browsers send it, or one `*`
    /// for any. What `own_origins` returns is allowed as well.
    std::vector<std::string> allowed_origins{
      "https://pro.openbb.co",   "https://pro.openbb.dev",
      "https://excel.openbb.co", "http://localhost:1420",
      "http://localhost:3000",
    };

    std::uint64_t max_connections = 20000;

    /// Bytes of requests that are not answered yet and of answers that are not
    /// sent yet, of all clients together.
    std::uint64_t max_buffered = 256 * 1024 * 1024;

    /// Addresses and ranges (RFC 4632) with commas between. A proxy at one of
    /// them is believed when it says for which client it asks.
    std::string trusted_proxies;

    /// PEM files of a certificate and its key: with them the node serves HTTPS
    /// and no HTTP. Empty: HTTP.
    std::string tls_cert;
    std::string tls_key;

    bool secure() const noexcept {
      return !tls_cert.empty();
    }
  } http;

  struct {
    std::string keys_file; ///< empty: nobody needs a key

    /// Whether others than this host may come without keys.
    bool open = false;

    std::string token_secret_file; ///< empty: beside `keys_file`
    std::chrono::milliseconds token_lifetime{std::chrono::hours{7 * 24}};

    /// What one address may do without a key. The limit of connections holds
    /// also where the address has shown one.
    access_limits address;
  } access;

  struct {
    std::uint64_t max_message = 72 * 1024; ///< bytes
    std::chrono::milliseconds ping_interval{20'000};
    std::uint64_t send_buffer = 64 * 1024; ///< bytes
  } ws;

  struct {
    std::string feed = "simulator"; ///< of `known_sources`, or none
    std::string symbols_file;       ///< empty: `simulated_symbols`, or none
    std::string sessions_file;      ///< empty: every symbol is traded 24x7
    std::string order = "arrival";  ///< or time
    std::uint64_t max_symbols = 100'000;
  } market;

  struct {
    std::uint64_t symbols = 0; ///< of those that are built in; 0: all
  } simulator;

  struct {
    std::string file; ///< not empty if `market.feed` is replay
    double speed = 1; ///< 0: as fast as possible
    bool loop = false;
  } replay;

  struct {
    std::string address = "127.0.0.1"; ///< a loopback address
    std::uint16_t port = 7780;         ///< 0 picks a free one

    /// The path of its Unix socket; empty: in the state directory.
    std::string socket;
  } console;

  struct {
    std::string name; ///< see `member::name`; empty: the host's name

    bool owns_symbols = true;
    bool serves_http = true;
  } node;

  struct {
    std::string name = "livegrid"; ///< of the form of `member::name`

    /// Where the other nodes reach this one. A loopback address unless
    /// `trusted_network`.
    std::string address = "127.0.0.1";

    std::uint16_t port = 7781;

    /// etcd's client URLs, with commas between; empty: this node is alone.
    std::string etcd;

    /// The user as whom etcd is asked; empty: etcd wants none. The password
    /// comes from a file or from the environment alone, and is shown nowhere.
    std::string etcd_user;
    std::string etcd_password_file;
    std::string etcd_password;

    /// PEM files for an etcd at `https://`: the authority that has signed its
    /// certificate (empty: those that the system trusts), and the certificate
    /// and the key that show etcd who this node is.
    std::string etcd_ca;
    std::string etcd_cert;
    std::string etcd_key;

    /// Instead of etcd: where all nodes are, `host:port` with commas between.
    std::string join;

    std::chrono::milliseconds ttl{3000};
    bool trusted_network = false;

    /// PEM files of a certificate, its key, and the authority that has signed
    /// it. With them the nodes speak TLS with each other and believe only peers
    /// whose certificates are signed by that authority.
    std::string tls_cert;
    std::string tls_key;
    std::string tls_ca;

    bool used() const noexcept {
      return !etcd.empty() || !join.empty();
    }

    bool secure() const noexcept {
      return !tls_cert.empty();
    }
  } cluster;

  struct {
    std::string level = "info";  ///< error, warning, info or debug
    std::string format = "text"; ///< text or json
  } log;
};

/// What the operator asked for.
struct parsed_settings {
  enum class wish : std::uint8_t { run, help, version };

  settings values;

  /// What was ignored, a line each.
  std::vector<std::string> warnings;

  wish wants = wish::run;
};

/// Reads the settings; later sources win:
/// 1. the defaults;
/// 2. the file named by `--config-file` or else LIVEGRID_CONFIG_FILE, in the
///    form that `ini.hpp` describes;
/// 3. the environment: LIVEGRID_HTTP_MAX_BODY for `http.max-body`;
/// 4. the command line: `--http.max-body=1MiB` or `--http.max-body 1MiB`; a
///    boolean may stand alone.
///
/// A size is bytes, or has a unit of B, KiB, MiB or GiB; a span has one of ms,
/// s, min or h; a list is separated by commas. `--help` or `--version` on the
/// command line is heeded before anything else is looked at.
/// @param argv the command line; its first element is skipped.
/// @param envp the environment, up to a null pointer; may be null.
/// @returns an error that names its source and the setting if a setting is
///          unknown or its value cannot be, in any source, even if a later one
///          overrides it, or if the file cannot be read.
expected<parsed_settings, std::string>
parse_settings(int argc, const char* const* argv, const char* const* envp);

/// Name and value of every setting, for the operator. Each value reads back
/// as itself.
std::vector<std::pair<std::string, std::string>> dump(const settings& x);

/// How the URLs of the node's HTTP server begin: `http` or `https`.
std::string_view scheme(const settings& x) noexcept;

/// The origin of the node's own page at that host, as browsers write it.
/// @param port where HTTP is served in fact, since `http.port` may be 0.
std::string own_origin(const settings& x, std::string_view host,
                       std::uint16_t port);

/// The origins of the node's own pages, as browsers write them.
/// @param port where HTTP is served in fact, since `http.port` may be 0.
std::vector<std::string> own_origins(const settings& x, std::uint16_t port);

} // namespace livegrid
