#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "livegrid/actors/access/access_key.hpp"
#include "livegrid/actors/access/caller.hpp"
#include "livegrid/actors/access/limiter.hpp"
#include "livegrid/actors/base/error.hpp"
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

/// Knows the keys of the node, and who sends a request. Looks twice a second
/// whether the file of keys has changed. Belongs to the loop's thread.
class access_guard {
public:
  access_guard(asio::io_context& context, const settings& values,
               counters_ptr stats, log_ptr log);

  /// Reads the keys and the secret of tokens, which it makes if there is none.
  /// @returns an empty string, or what is wrong with a file.
  std::string start();

  /// Whether there are keys at all; else everybody may do everything.
  bool on() const noexcept {
    return !file_.path().empty();
  }

  /// Who sends that if he has shown nothing.
  caller nobody(const http_request& x) const;

  /// Who sends that, or why he is turned away: 401 if he does not say, 403 if
  /// he is nobody. A secret that is sent in several places must be right in the
  /// first of them: X-API-KEY, Authorization, the bearer subprotocol, the
  /// query's api_key; then come tokens, in the query and in the cookie, which
  /// counts from the node's own page only.
  std::variant<caller, http_reply> identify(const http_request& x);

  /// Turns away whoever may not do that.
  http_reply refuse(const http_request& x, const caller& who, scope what);

  /// The key of that name; null if there is none that is good. Whoever asks
  /// has to see himself whether somebody has it.
  access_key_ptr find_name(std::string_view name) const;

  /// Whether an address, or the key that it has shown, may ask once more now;
  /// else the answer, 429.
  /// @param cost how many requests this one counts as.
  std::optional<http_reply> limit(const http_request& x, std::uint64_t cost);

  /// The same for what nobody needs a key for, which counts for the address.
  /// @param tells_health whether it asks how the node is.
  std::optional<http_reply> limit_open(const http_request& x,
                                       bool tells_health);

  /// Whether it may have one more WebSocket: what has to live as long as that,
  /// which may be null, or the answer, 429.
  std::variant<std::shared_ptr<void>, http_reply> enter(const http_request& x);

  /// Whether the caller may publish `n` more ticks now; else how he is refused.
  /// Writes down which key does so for the first time.
  std::optional<refusal> limit_ticks(const caller& who, std::uint64_t n,
                                     std::string_view peer);

  /// Whether the caller may send a message that cannot be taken, and has; else
  /// how he is refused from now on.
  std::optional<refusal> limit_bad_message(const caller& who,
                                           std::string_view peer);

  /// A token of that caller's key, to be handed out for reading; empty if he
  /// has none.
  std::string token_for(const caller& who) const;

  /// Sets the cookie of that caller's token.
  std::string cookie_for(const caller& who, bool secure) const;

  /// Whether a connection that was opened with this key may stay.
  bool still_good(const access_key& x) const;

  /// Called after keys have changed or expired.
  std::function<void()> on_change;

private:
  using seconds = access_key::seconds;

  static seconds now();

  static caller known(const http_request& x, access_key_ptr key, bool by_token);

  /// The key of that name and secret, `NAME.SECRET`; null if there is none.
  access_key_ptr find(std::string_view credential) const;

  http_reply turn_away(const http_request& x, std::uint16_t status,
                       std::string_view detail, std::string_view why);

  /// Whether the caller may do that `n` times more now, which counts then; else
  /// how he is refused, which is noted.
  std::optional<refusal> take(const caller& who, const access_limit& of,
                              std::uint64_t n, std::string_view peer,
                              std::string_view what);

  /// Notes that a limit was met, and says it.
  refusal too_many(const caller& who, const access_limit& of,
                   std::string_view whose, std::string_view peer,
                   std::string_view what);

  /// Writes down which keys have come, gone or changed.
  void note_changes(const keyring& before);

  void look_again();

  void check();

  connection_gate& gate_;
  asio::steady_timer timer_;
  file_watch file_;
  std::string secret_path_;
  std::chrono::seconds token_lifetime_;
  access_limits of_address_;
  counters_ptr stats_;
  log_ptr log_;
  limiter limits_;
  std::set<std::string> published_; ///< names of keys that ever did
  keyring_ptr keys_;
  std::optional<token_mint> mint_;
  bool complained_ = false; ///< that it cannot be read any more
  seconds looked_{};        ///< when keys were last checked for expiry
};

} // namespace livegrid
