#include "livegrid/http/access/keys_file.hpp"
#include "livegrid/http/system/private_file.hpp"

#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/system/secret.hpp"

namespace livegrid {

namespace {

using json_rules::find;
using json_rules::text_of;

using value = rapidjson::Value;

constexpr std::string_view hash_prefix = "sha256:";

/// What one key may be limited to; more than anybody could use.
constexpr double most = 1e12;

json_rules::rule limits_rule() {
  using namespace json_rules;
  std::vector<member_rule> result;
  for (const auto& x : all_limits)
    result.emplace_back(
      json_rules::optional(std::string{x.name}, number(0, most)));
  return object(std::move(result));
}

const json_rules::rule& rules() {
  using namespace json_rules;
  static const auto result = object({required(
    "keys",
    array(object(
      {required("name", string(1)), required("hash", string(1)),
       required("scopes", array(one_of({"read", "publish", "operate"}))),
       required("symbols", array(string(1))), required("created", string(1)),
       json_rules::optional("expires", string(1)),
       json_rules::optional("limits", limits_rule())})))});
  return result;
}

std::optional<access_key::seconds> read_time(const value& x) {
  auto parsed = parse_iso_time(text_of(x));
  if (!parsed)
    return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*parsed);
}

/// Reads one key that keeps the rules; returns what is wrong with it still.
expected<access_key, std::string> read_key(const value& x) {
  access_key to;
  to.name = text_of(*find(x, "name"));
  if (!is_key_name(to.name))
    return unexpected{"name: must be 1 to 64 letters, digits, '-' and '_'"};
  auto hash = text_of(*find(x, "hash"));
  auto digest = hash.starts_with(hash_prefix)
                  ? parse_digest(hash.substr(hash_prefix.size()))
                  : std::nullopt;
  if (!digest)
    return unexpected{"hash: must be sha256: and 64 hexadecimal digits"};
  to.hash = *digest;
  for (const auto& y : find(x, "scopes")->GetArray())
    to.grant(*parse_scope(text_of(y)));
  std::vector<std::string> patterns;
  for (const auto& y : find(x, "symbols")->GetArray()) {
    patterns.emplace_back(text_of(y));
  }
  if (auto why = symbol_filter::fault_of(patterns); !why.empty())
    return unexpected{"symbols: " + why};
  to.symbols = std::make_shared<symbol_filter>(std::move(patterns));
  auto created = read_time(*find(x, "created"));
  if (!created)
    return unexpected{"created: is no ISO 8601 time"};
  to.created = *created;
  if (const auto* expires = find(x, "expires")) {
    to.expires = read_time(*expires);
    if (!to.expires)
      return unexpected{"expires: is no ISO 8601 time"};
  }
  const auto* limits = find(x, "limits");
  for (const auto& limit : all_limits) {
    const auto* y = limits ? find(*limits, limit.name) : nullptr;
    // Half a request would be none, which is no limit.
    if (y && !y->IsUint64())
      return unexpected{"limits." + std::string{limit.name}
                        + ": must be a whole number"};
    to.limits.*limit.value = y ? y->GetUint64() : 0;
  }
  return to;
}

} // namespace

expected<keyring, std::string> parse_keys(std::string_view text) {
  auto parsed = parse_document(text);
  if (!parsed)
    return unexpected{std::move(parsed).error()};
  const auto& doc = *parsed;
  if (auto bad = rules()(doc))
    return unexpected{(bad->path.empty() ? "" : bad->path.substr(1) + ": ")
                      + bad->reason};
  keyring result;
  rapidjson::SizeType i = 0;
  for (const auto& x : find(doc, "keys")->GetArray()) {
    auto where = "keys[" + std::to_string(i++) + "].";
    auto one = read_key(x);
    if (!one)
      return unexpected{where + one.error()};
    auto name = one->name;
    if (!result.emplace(name, std::make_shared<access_key>(*std::move(one)))
           .second)
      return unexpected{where + "name: " + name + " is there twice"};
  }
  return result;
}

std::string to_json(const keyring& keys) {
  std::string out = "{\"keys\": [";
  auto list = [&](const auto& xs) {
    out += '[';
    for (const auto& x : xs) {
      if (out.back() != '[')
        out += ", ";
      append_json_string(out, x);
    }
    out += ']';
  };
  for (const auto& [name, x] : keys) {
    out += out.back() == '[' ? "\n" : ",\n";
    out += " {\"name\": ";
    append_json_string(out, name);
    out += ", \"hash\": \"" + std::string{hash_prefix} + to_hex(x->hash) + '"';
    std::vector<std::string_view> scopes;
    for (auto y : all_scopes)
      if (x->may(y))
        scopes.emplace_back(to_string(y));
    out += ",\n  \"scopes\": ";
    list(scopes);
    out += ", \"symbols\": ";
    list(x->symbols->patterns());
    out += ",\n  \"created\": \"" + iso_time(x->created) + '"';
    if (x->expires)
      out += ", \"expires\": \"" + iso_time(*x->expires) + '"';
    std::string limits;
    for (const auto& limit : all_limits)
      if (auto n = x->limits.*limit.value; n > 0)
        limits += (limits.empty() ? "" : ", ") + ('"' + std::string{limit.name})
                  + "\": " + std::to_string(n);
    if (!limits.empty())
      out += ",\n  \"limits\": {" + limits + '}';
    out += '}';
  }
  return out + "\n]}\n";
}

expected<keyring, std::string> read_keys_file(const std::string& path) {
  auto text = read_private_file(path);
  if (!text)
    return unexpected{std::move(text).error()};
  auto parsed = parse_keys(*text);
  if (!parsed)
    return unexpected{path + ": " + parsed.error()};
  return parsed;
}

} // namespace livegrid
