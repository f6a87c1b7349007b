#include "livegrid/http/access/key_command.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/settings/setting_value.hpp"
#include "livegrid/actors/settings/settings.hpp"
#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/access/keys_lock.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/system/base64.hpp"
#include "livegrid/http/system/private_file.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

constexpr std::string_view usage =
  "livegrid key add NAME --scopes=SCOPE,... [--symbols=PATTERN,...]\n"
  "                      [--expires=TIME] [--limits=WHAT:N,...] SETTINGS\n"
  "livegrid key list SETTINGS\n"
  "livegrid key revoke NAME SETTINGS\n"
  "\n"
  "Keeps the keys of a node, in the file that access.keys-file names among "
  "the\n"
  "settings. add prints the secret, once, as the last line. A node that runs\n"
  "sees a change within a second; revoke closes what the key has open.\n"
  "\n"
  "  SCOPE    read (see rows), publish (send ticks), operate (/metrics, the\n"
  "           console)\n"
  "  PATTERN  symbols that it may see and publish: names, in which * stands\n"
  "           for any characters and ? for one; * if not given\n"
  "  TIME     a date or a time in ISO 8601, or a span from now: 12h, 30d\n"
  "  WHAT     connections (at once), symbols (a connection's); upgrades,\n"
  "           requests, ticks or bad-messages (a second)\n";

constexpr std::size_t secret_size = 32;

int complain(int code, const std::string& why) {
  std::fprintf(stderr, "livegrid: %s\n", why.c_str());
  return code;
}

struct words {
  std::string verb;
  std::string name;
  std::string scopes;
  std::string symbols = "*";
  std::string expires;
  std::string limits;

  /// What is left for the settings.
  std::vector<const char*> rest;
};

expected<words, std::string> read_words(int argc, const char* const* argv) {
  words to;
  to.rest.push_back(argv[0]);
  std::pair<std::string_view, std::string*> options[] = {
    {"--scopes", &to.scopes},
    {"--symbols", &to.symbols},
    {"--expires", &to.expires},
    {"--limits", &to.limits}};
  for (int i = 2; i < argc; ++i) {
    std::string_view word = argv[i];
    auto taken = false;
    for (auto& [option, value] : options) {
      if (!word.starts_with(option))
        continue;
      auto behind = word.substr(option.size());
      if (behind.starts_with('=')) {
        *value = behind.substr(1);
        taken = true;
      } else if (behind.empty()) {
        if (i + 1 == argc)
          return unexpected{std::string{option} + ": takes a value"};
        *value = argv[++i];
        taken = true;
      }
    }
    if (taken)
      continue;
    if (word.starts_with("-")) {
      to.rest.push_back(argv[i]);
      // Settings may have their value behind them.
      if (word.find('=') == word.npos && i + 1 < argc && argv[i + 1][0] != '-')
        to.rest.push_back(argv[++i]);
    } else if (to.verb.empty()) {
      to.verb = word;
    } else if (to.name.empty()) {
      to.name = word;
    } else {
      return unexpected{"'" + std::string{word} + "' is one word too many"};
    }
  }
  to.rest.push_back(nullptr);
  return to;
}

access_key::seconds now() {
  return std::chrono::floor<std::chrono::seconds>(
    std::chrono::system_clock::now());
}

std::optional<access_key::seconds> read_expiry(std::string_view text) {
  std::int64_t n = 0;
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, n);
  constexpr std::int64_t longest = 1'000'000;
  // Times of the file are read in nanoseconds, which end in 2262.
  constexpr std::chrono::sys_days latest{std::chrono::year{2262} / 1 / 1};
  if (ec == std::errc{} && at + 1 == end && n > 0 && n < longest
      && (*at == 'h' || *at == 'd')) {
    auto result = now() + std::chrono::hours{*at == 'h' ? n : 24 * n};
    return result < latest ? std::optional{result} : std::nullopt;
  }
  auto parsed = parse_iso_time(text);
  if (!parsed)
    return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*parsed);
}

expected<access_limits, std::string> read_limits(std::string_view text) {
  access_limits result;
  for (const auto& part : split_list(text)) {
    auto colon = std::min(part.find(':'), part.size());
    auto what = part.substr(0, colon);
    auto limit = std::find_if(std::begin(all_limits), std::end(all_limits),
                              [&](const auto& x) { return x.name == what; });
    if (limit == std::end(all_limits)) {
      std::vector<std::string> names;
      for (const auto& x : all_limits)
        names.emplace_back(x.name);
      return unexpected{"--limits: '" + what + "' is none of "
                        + json_rules::join(names)};
    }
    auto& n = result.*limit->value;
    auto end = part.data() + part.size();
    auto [at, ec] =
      std::from_chars(part.data() + std::min(colon + 1, part.size()), end, n);
    constexpr std::uint64_t most = 1'000'000'000'000;
    if (ec != std::errc{} || at != end || n == 0 || n > most)
      return unexpected{"--limits: '" + part + "' must be " + what
                        + ": and a number from 1"};
  }
  return result;
}

/// Makes the key that was asked for.
expected<access_key, std::string> make_key(const words& x) {
  if (!is_key_name(x.name))
    return unexpected{"the name must be 1 to 64 letters, digits, '-' and '_'"};
  access_key to;
  to.name = x.name;
  for (const auto& word : split_list(x.scopes)) {
    auto one = parse_scope(word);
    if (!one)
      return unexpected{"--scopes: '" + word
                        + "' is none of read, publish, operate"};
    to.grant(*one);
  }
  if (to.scopes == 0)
    return unexpected{"--scopes: needed: read, publish or operate"};
  auto patterns = split_list(x.symbols);
  if (patterns.empty())
    return unexpected{"--symbols: takes names or patterns"};
  if (auto why = symbol_filter::fault_of(patterns); !why.empty())
    return unexpected{"--symbols: " + why};
  to.symbols = std::make_shared<symbol_filter>(std::move(patterns));
  to.created = now();
  if (!x.expires.empty()) {
    to.expires = read_expiry(x.expires);
    if (!to.expires)
      return unexpected{"--expires: '" + x.expires
                        + "' is no ISO 8601 time and no span such as 12h or "
                          "30d, until 2262"};
    if (to.expired(now()))
      return unexpected{"--expires: " + x.expires + " is over"};
  }
  auto limits = read_limits(x.limits);
  if (!limits)
    return unexpected{std::move(limits).error()};
  to.limits = *limits;
  return to;
}

void list(const keyring& keys) {
  std::printf("%-20s %-22s %-20s %-20s %s\n", "name", "scopes", "created",
              "expires", "symbols");
  for (const auto& [name, x] : keys) {
    std::string scopes;
    for (auto y : all_scopes)
      if (x->may(y))
        scopes += (scopes.empty() ? "" : ",") + std::string{to_string(y)};
    std::string symbols;
    for (const auto& y : x->symbols->patterns())
      symbols += (symbols.empty() ? "" : ",") + y;
    auto expires = !x->expires         ? "never"
                   : x->expired(now()) ? "expired"
                                       : iso_time(*x->expires);
    std::printf("%-20s %-22s %-20s %-20s %s\n", name.c_str(), scopes.c_str(),
                iso_time(x->created).c_str(), expires.c_str(), symbols.c_str());
  }
}

int run(const words& x, const std::string& path) {
  // Who only reads sees all of one file or all of the next.
  std::optional<keys_lock> lock;
  if (x.verb != "list")
    if (lock.emplace(path); !lock->fault().empty())
      return complain(1, lock->fault());
  keyring keys;
  std::error_code ec;
  if (x.verb != "add" || std::filesystem::exists(path, ec)) {
    auto read = read_keys_file(path);
    if (!read)
      return complain(1, read.error());
    keys = *std::move(read);
  }
  if (x.verb == "list") {
    list(keys);
    return 0;
  }
  std::string secret;
  if (x.verb == "add") {
    auto made = make_key(x);
    if (!made)
      return complain(2, made.error());
    if (keys.contains(made->name))
      return complain(1, "there is a key " + made->name
                           + " already; revoke it first");
    secret = to_base64url(random_bytes(secret_size));
    made->hash = sha256(secret);
    keys.emplace(x.name, std::make_shared<access_key>(*std::move(made)));
  } else if (keys.erase(x.name) == 0) {
    return complain(1, "there is no key '" + x.name + "'");
  }
  if (auto written = write_private_file(path, to_json(keys)); !written)
    return complain(1, written.error());
  if (x.verb == "revoke")
    std::printf("revoked %s\n", x.name.c_str());
  else
    std::printf("This is shown once; it goes into X-API-KEY, Authorization: "
                "Bearer, or ?api_key=:\n%s.%s\n",
                x.name.c_str(), secret.c_str());
  return 0;
}

} // namespace

int run_key_command(int argc, const char* const* argv,
                    const char* const* envp) {
  for (int i = 2; i < argc; ++i)
    if (std::string_view{argv[i]} == "--help") {
      std::fputs(usage.data(), stdout);
      return 0;
    }
  auto read = read_words(argc, argv);
  if (!read)
    return complain(2, read.error());
  const auto& x = *read;
  auto takes_name = x.verb == "add" || x.verb == "revoke";
  if (!takes_name && x.verb != "list")
    return complain(2,
                    "key takes add, list or revoke; try livegrid key --help");
  if (takes_name == x.name.empty())
    return complain(2, takes_name ? x.verb + " takes the name of a key"
                                  : "list takes no name");
  auto parsed =
    parse_settings(static_cast<int>(x.rest.size()) - 1, x.rest.data(), envp);
  if (!parsed)
    return complain(2, parsed.error());
  const auto& path = parsed->values.access.keys_file;
  if (path.empty())
    return complain(2, "access.keys-file: needed, the file of keys");
  return run(x, path);
}

} // namespace livegrid
