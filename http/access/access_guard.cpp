#include "livegrid/http/access/access_guard.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/bad_input.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/access/page_cookie.hpp"
#include "livegrid/http/message/error_reply.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

constexpr std::size_t secret_size = 32;

// Whose limit it is.
constexpr std::string_view of_key = " of the key";
constexpr std::string_view of_an_address = " of an address";

/// Requests that tell how the node is count by themselves: who floods the node
/// with others must not make it seem ill to a monitor behind the same address.
constexpr access_limit limited_checks{"checks", "health checks a second",
                                      &access_limits::requests};

bool same_key(const access_key& a, const access_key& b) {
  return a.hash == b.hash && a.scopes == b.scopes && *a.symbols == *b.symbols
         && a.expires == b.expires
         && std::all_of(std::begin(all_limits), std::end(all_limits),
                        [&](const access_limit& x) {
                          return a.limits.*x.value == b.limits.*x.value;
                        });
}

/// What an `Authorization` of that form holds.
std::string bearer_of(std::string_view header) {
  auto blank = header.find(' ');
  if (blank == header.npos
      || !equal_ignoring_case(header.substr(0, blank), "bearer"))
    return {};
  return std::string{trimmed(header.substr(blank + 1))};
}

} // namespace

std::string bearer_protocol(std::string_view offered) {
  std::string result;
  auto named = false;
  while (!offered.empty() && result.empty()) {
    auto x = trimmed(take_part(offered, ','));
    if (named)
      result = x;
    else
      named = x == "bearer";
  }
  return result;
}

bool is_key_param(std::string_view name) noexcept {
  return equal_ignoring_case(name, "api_key")
         || equal_ignoring_case(name, "x-api-key");
}

access_guard::access_guard(asio::io_context& context, const settings& values,
                           counters_ptr stats, log_ptr log, guard_clock clock)
  : gate_(asio::use_service<connection_gate>(context)),
    timer_(context),
    clock_(std::move(clock)),
    file_(values.access.keys_file),
    secret_path_(values.access.token_secret_file.empty()
                   ? file_.path() + ".secret"
                   : values.access.token_secret_file),
    token_lifetime_(std::chrono::duration_cast<std::chrono::seconds>(
      values.access.token_lifetime)),
    of_address_(values.access.address),
    stats_(std::move(stats)),
    log_(std::move(log)),
    keys_(std::make_shared<keyring>()) {
  // nop
}

expected<void, std::string> access_guard::start() {
  if (!on())
    return {};
  file_.changed();
  auto read = read_keys_file(file_.path());
  if (!read)
    return unexpected{std::move(read).error()};
  keys_ = std::make_shared<keyring>(*std::move(read));
  looked_ = clock_.wall();
  if (struct stat there{};
      ::stat(secret_path_.c_str(), &there) != 0 && errno == ENOENT) {
    // Other nodes may be starting with the same file.
    auto made = write_private_file(
      secret_path_, to_base64url(random_bytes(secret_size)) + '\n', false);
    if (!made)
      return unexpected{std::move(made).error()};
    log_->info("token_secret_made", {{"file", secret_path_}});
  }
  auto held = read_private_file(secret_path_);
  if (!held)
    return unexpected{std::move(held).error()};
  // With or without a line feed it is the same.
  std::string secret{trimmed(*held)};
  if (secret.size() < secret_size)
    return unexpected{secret_path_ + ": must hold at least 32 characters"};
  mint_.emplace(std::move(secret));
  log_->info("keys_read", {{"keys", keys_->size()}, {"file", file_.path()}});
  look_again();
  return {};
}

access_key_ptr access_guard::find(std::string_view credential) const {
  auto dot = credential.find('.');
  if (dot == credential.npos)
    return nullptr;
  auto i = keys_->find(credential.substr(0, dot));
  // So that it takes as long for a name that there is not.
  auto hash = sha256(credential.substr(dot + 1));
  if (i == keys_->end() || !same(i->second->hash, hash)
      || i->second->expired(clock_.wall()))
    return nullptr;
  return i->second;
}

http_reply access_guard::turn_away(const http_request& x, std::uint16_t status,
                                   std::string_view detail,
                                   std::string_view why) {
  note_bad_input(*stats_, *log_, counters::fault::access, x.peer,
                 x.method + ' ' + x.path, why);
  auto reply = error_reply(status, detail);
  if (status == 401)
    reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"livegrid\"");
  return reply;
}

caller access_guard::nobody(const http_request& x) const {
  return {.key = nullptr, .address = x.address, .limits = of_address_};
}

caller access_guard::known(const http_request& x, access_key_ptr key,
                           bool by_token) {
  auto limits = key->limits;
  return {.key = std::move(key),
          .by_token = by_token,
          .address = x.address,
          .limits = limits};
}

expected<caller, http_reply> access_guard::identify(const http_request& x) {
  if (!on())
    return nobody(x);
  auto params = parse_query(x.query);
  auto from_query = [&](auto is_wanted) {
    if (params)
      for (const auto& [key, value] : *params)
        if (is_wanted(key))
          return value;
    return std::string{};
  };
  for (const auto& given :
       {x.api_key, bearer_of(x.authorization), bearer_protocol(x.protocols),
        from_query(is_key_param)}) {
    if (given.empty())
      continue;
    if (auto key = find(given))
      return known(x, std::move(key), false);
    return unexpected{turn_away(x, 403, "Invalid API key", "an invalid key")};
  }
  auto cookie = read_page_cookie(x.cookie, x.secure);
  // Browsers send it for pages of other ports of the host, too.
  auto foreign = !x.from_own_page && !cookie.empty();
  for (const auto& given :
       {from_query([](const auto& name) { return name == "token"; }),
        foreign ? std::string{} : cookie}) {
    if (given.empty())
      continue;
    auto key = mint_->find(given, *keys_, clock_.wall());
    if (key && !key->expired(clock_.wall()))
      return known(x, std::move(key), true);
    return unexpected{
      turn_away(x, 403, "Invalid or expired token", "an invalid token")};
  }
  return unexpected{turn_away(x, 401, "API key required",
                              foreign ? "the page's cookie, from another page: "
                                          + x.origin.value_or("none")
                                      : std::string{"no key"})};
}

http_reply access_guard::refuse(const http_request& x, const caller& who,
                                scope what) {
  std::string name{to_string(what)};
  auto of = who.by_token ? "a token of key " : "key ";
  return turn_away(x, 403, "this API key may not " + name,
                   of + std::string{who.name()} + " may not " + name);
}

access_key_ptr access_guard::find_name(std::string_view name) const {
  auto i = keys_->find(name);
  return i == keys_->end() || i->second->expired(clock_.wall()) ? nullptr
                                                                : i->second;
}

refusal access_guard::too_many(const caller& who, const access_limit& of,
                               std::string_view whose, std::string_view peer,
                               std::string_view what) {
  auto limit = std::string{of.what};
  limit += whose;
  note_bad_input(*stats_, *log_, counters::fault::limit, peer, what,
                 limit + ": key " + std::string{who.name()});
  return {.code = errc::limited,
          .message = "over the limit of " + limit,
          .type = "too_many"};
}

std::optional<refusal>
access_guard::take(const caller& who, const access_limit& of, std::uint64_t n,
                   std::string_view peer, std::string_view what) {
  auto rate = who.limits.*of.value;
  if (rate == 0)
    return std::nullopt;
  auto whom = std::string{of.name};
  whom +=
    who.key ? " key " + who.key->name : " address " + network_of(who.address);
  if (limits_.take(whom, rate, n, clock_.steady()))
    return std::nullopt;
  return too_many(who, of, who.key ? of_key : of_an_address, peer, what);
}

std::optional<http_reply> access_guard::limit_open(const http_request& x,
                                                   bool tells_health) {
  auto who = nobody(x);
  if (who.limits.requests == 0)
    return std::nullopt;
  if (auto why = take(who, tells_health ? limited_checks : limited_requests, 1,
                      x.peer, x.method + ' ' + x.path))
    return error_reply(*why);
  return std::nullopt;
}

std::optional<http_reply> access_guard::limit(const http_request& x,
                                              std::uint64_t cost) {
  // Most have none: nothing is put together for them.
  if (x.who.limits.requests == 0)
    return std::nullopt;
  if (auto why =
        take(x.who, limited_requests, cost, x.peer, x.method + ' ' + x.path))
    return error_reply(*why);
  return std::nullopt;
}

expected<std::shared_ptr<void>, http_reply>
access_guard::enter(const http_request& x) {
  auto what = x.method + ' ' + x.path;
  if (auto why = take(x.who, limited_upgrades, 1, x.peer, what))
    return unexpected{error_reply(*why)};
  // A client's own connection has passed the gate; a proxy's is the proxy's.
  std::shared_ptr<void> by_address;
  if (x.peer == x.address) {
    auto share = gate_.share_of(x.address);
    if (!share)
      return unexpected{error_reply(
        too_many(x.who, limited_connections, of_an_address, x.peer, what))};
    by_address = *std::move(share);
  }
  if (!x.who.key)
    return by_address;
  auto by_key =
    limits_.enter("key " + x.who.key->name, x.who.limits.connections);
  if (!by_key)
    return unexpected{
      error_reply(too_many(x.who, limited_connections, of_key, x.peer, what))};
  using both = std::pair<std::shared_ptr<void>, std::shared_ptr<void>>;
  return std::make_shared<both>(std::move(by_address), std::move(by_key));
}

std::optional<refusal> access_guard::limit_ticks(const caller& who,
                                                 std::uint64_t n,
                                                 std::string_view peer) {
  auto why = take(who, limited_ticks, n, peer, "ticks");
  if (!why && who.key && published_.insert(who.key->name).second)
    log_->info("published_first", {{"key", who.key->name}, {"peer", peer}});
  return why;
}

std::optional<refusal> access_guard::limit_bad_message(const caller& who,
                                                       std::string_view peer) {
  return take(who, limited_bad_messages, 1, peer, "bad message");
}

std::string access_guard::token_for(const caller& who) const {
  // Else whoever has seen one could go on for ever.
  if (!who.key || who.by_token || !who.key->may(scope::read))
    return {};
  auto expires = clock_.wall() + token_lifetime_;
  return mint_->make(*who.key, who.key->expires
                                 ? std::min(expires, *who.key->expires)
                                 : expires);
}

std::string access_guard::cookie_for(const caller& who, bool secure) const {
  return make_page_cookie(token_for(who), token_lifetime_, secure);
}

bool access_guard::still_good(const access_key& x) const {
  auto i = keys_->find(x.name);
  return i != keys_->end() && same(i->second->hash, x.hash)
         && i->second->scopes == x.scopes && *i->second->symbols == *x.symbols
         && !i->second->expired(clock_.wall());
}

void access_guard::note_changes(const keyring& before) {
  for (const auto& [name, x] : *keys_) {
    auto i = before.find(name);
    if (i == before.end())
      log_->info("key_added", {{"key", name}});
    else if (!same_key(*i->second, *x))
      log_->info("key_changed", {{"key", name}});
  }
  for (const auto& [name, x] : before)
    if (!keys_->contains(name))
      log_->info("key_revoked", {{"key", name}});
}

void access_guard::look_again() {
  constexpr std::chrono::milliseconds every{500};
  timer_.expires_after(every);
  timer_.async_wait([this](const asio::error_code& ec) {
    if (ec)
      return;
    look();
    look_again();
  });
}

void access_guard::look() {
  auto today = clock_.wall();
  auto changed = std::any_of(keys_->begin(), keys_->end(), [&](const auto& x) {
    return x.second->expired(today) && !x.second->expired(looked_);
  });
  looked_ = today;
  if (file_.changed()) {
    auto read = read_keys_file(file_.path());
    if (!read) {
      // The keys stay as they were: a file half written must lock out nobody.
      if (!std::exchange(complained_, true))
        log_->error("keys_unreadable", {{"why", read.error()}});
    } else {
      complained_ = false;
      changed = true;
      auto before =
        std::exchange(keys_, std::make_shared<keyring>(*std::move(read)));
      note_changes(*before);
      log_->info("keys_read",
                 {{"keys", keys_->size()}, {"file", file_.path()}});
    }
  }
  if (changed && on_change)
    on_change();
}

} // namespace livegrid
