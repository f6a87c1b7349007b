#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/access/limiter.hpp"
#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/access/access_token.hpp"
#include "livegrid/http/connection/connection_gate.hpp"
#include "livegrid/http/message/http_request.hpp"
#include "livegrid/http/system/file_watch.hpp"

namespace livegrid {

/// What follows `bearer` among the subprotocols that a WebSocket client offers;
/// empty if that is not there.
std::string bearer_protocol(std::string_view offered);

/// Whether a parameter of that name holds a key.
bool is_key_param(std::string_view name) noexcept;

/// The clocks that a guard goes by.
struct guard_clock {
  /// The time of day, at which keys and tokens expire.
  std::function<access_key::seconds()> wall = [] {
    return std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now());
  };

  /// The time by which it is counted how much somebody does a second.
  std::function<std::chrono::steady_clock::time_point()> steady =
    std::chrono::steady_clock::now;
};

/// Knows the keys of the node, and who sends a request. Looks twice a second
/// whether the file of keys has changed. Belongs to the loop's thread.
class access_guard {
public:
  access_guard(asio::io_context& context, const settings& values,
               counters_ptr stats, log_ptr log, guard_clock clock = {});

  /// Reads the keys and the secret of tokens, which it makes if there is none.
  /// @returns what is wrong with a file, if anything is.
  expected<void, std::string> start();

  /// Whether there are keys at all; else everybody may do everything.
  bool on() const noexcept {
    return !file_.path().empty();
  }

  /// The caller of a request that has shown neither key nor token.
  caller nobody(const http_request& x) const;

  /// The caller of a request, or the answer that turns him away: 401 if he has
  /// shown nothing, 403 if what he has shown is no good. A secret that is sent
  /// in several places must be right in the first of them: X-API-KEY,
  /// Authorization, the bearer subprotocol, the query's api_key; then come
  /// tokens, in the query and in the cookie, which counts from the node's own
  /// page only.
  expected<caller, http_reply> identify(const http_request& x);

  /// The answer to a caller whose key does not have that scope (403).
  http_reply refuse(const http_request& x, const caller& who, scope what);

  /// The key of that name; null if there is none, or if it has expired. That
  /// somebody has its secret must be proved elsewhere.
  access_key_ptr find_name(std::string_view name) const;

  /// Whether an address, or the key that it has shown, may ask once more now;
  /// else the answer, 429.
  /// @param cost how many requests this one counts as.
  std::optional<http_reply> limit(const http_request& x, std::uint64_t cost);

  /// The same for a route that needs no key: the request counts for the
  /// address, whatever it has shown.
  /// @param tells_health whether the route tells how the node is.
  std::optional<http_reply> limit_open(const http_request& x,
                                       bool tells_health);

  /// Whether the caller of a request may have one more WebSocket: a place that
  /// must live as long as the WebSocket (null where nothing is counted), or the
  /// answer, 429.
  expected<std::shared_ptr<void>, http_reply> enter(const http_request& x);

  /// Whether the caller may publish `n` more ticks now; else how he is refused.
  /// Writes down which key does so for the first time.
  std::optional<refusal> limit_ticks(const caller& who, std::uint64_t n,
                                     std::string_view peer);

  /// Counts a message of the caller's that could not be taken. Returns how he
  /// is refused if these have become too many.
  std::optional<refusal> limit_bad_message(const caller& who,
                                           std::string_view peer);

  /// A token of that caller's key, to be handed out for reading; empty if he
  /// has none.
  std::string token_for(const caller& who) const;

  /// The value of a Set-Cookie that holds a token of that caller's key.
  std::string cookie_for(const caller& who, bool secure) const;

  /// Whether a connection that was opened with this key may stay.
  bool still_good(const access_key& x) const;

  /// Called after keys have changed or expired.
  std::function<void()> on_change;

  /// Reads the file of keys if it has changed, and looks whether a key has
  /// expired. The guard does so by itself, twice a second.
  void look();

private:
  using seconds = access_key::seconds;

  static caller known(const http_request& x, access_key_ptr key, bool by_token);

  /// The key of that name and secret, `NAME.SECRET`; null if there is none.
  access_key_ptr find(std::string_view credential) const;

  http_reply turn_away(const http_request& x, std::uint16_t status,
                       std::string_view detail, std::string_view why);

  /// Counts something that the caller does `n` times now. Returns how he is
  /// refused if that is over his limit; then it is logged, and does not count.
  std::optional<refusal> take(const caller& who, const access_limit& of,
                              std::uint64_t n, std::string_view peer,
                              std::string_view what);

  /// Counts and logs that a limit was met, and makes the refusal.
  refusal too_many(const caller& who, const access_limit& of,
                   std::string_view whose, std::string_view peer,
                   std::string_view what);

  /// Writes down which keys have come, gone or changed.
  void note_changes(const keyring& before);

  /// Looks now and then.
  void look_again();

  connection_gate& gate_;
  asio::steady_timer timer_;
  guard_clock clock_;
  file_watch file_;
  std::string secret_path_;
  std::chrono::seconds token_lifetime_;
  access_limits of_address_;
  counters_ptr stats_;
  log_ptr log_;
  limiter limits_;
  std::set<std::string> published_; ///< keys that have sent ticks, by name
  keyring_ptr keys_;
  std::optional<token_mint> mint_;
  bool complained_ = false; ///< it is logged that `file_` cannot be read
  seconds looked_{};        ///< when keys were last checked for expiry
};

} // namespace livegrid
