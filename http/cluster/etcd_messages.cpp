#include "livegrid/http/cluster/etcd_messages.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_document.hpp"
#include "livegrid/http/json/json_rules.hpp"
#include "livegrid/http/system/base64.hpp"

namespace livegrid::etcd {

namespace {

using json_rules::find;
using json_rules::find_string;

constexpr std::size_t max_reason = 200;
constexpr std::uint64_t max_ttl = 24 * 60 * 60; // seconds
constexpr std::int64_t grpc_invalid = 3;
constexpr std::int64_t grpc_not_found = 5;
constexpr std::int64_t grpc_unauthenticated = 16;

/// Thrown and caught in this file.
struct wrong {
  const char* what;
};

// -- writing ------------------------------------------------------------------

std::string quoted_base64(std::string_view bytes) {
  return "\"" + to_base64(bytes) + "\"";
}

/// 64-bit integers are strings in the JSON of protobuf.
std::string quoted_number(std::uint64_t x) {
  return "\"" + std::to_string(x) + "\"";
}

/// The first key after all that start with `prefix`.
std::string end_of(std::string_view prefix) {
  std::string result{prefix};
  ++result.back();
  return result;
}

std::string range_of(std::string_view prefix) {
  return "\"key\":" + quoted_base64(prefix)
         + ",\"range_end\":" + quoted_base64(end_of(prefix));
}

// -- reading ------------------------------------------------------------------

/// A number that is left out where it is 0.
std::uint64_t number_of(const rapidjson::Value& x, std::string_view key) {
  const auto* found = find(x, key);
  if (found == nullptr)
    return 0;
  if (!found->IsString())
    throw wrong{"a number is no string"};
  auto text = json_rules::text_of(*found);
  std::uint64_t result = 0;
  auto [end, ec] =
    std::from_chars(text.data(), text.data() + text.size(), result);
  if (ec != std::errc{} || end != text.data() + text.size() || text.empty())
    throw wrong{"a number is none"};
  return result;
}

bool flag_of(const rapidjson::Value& x, std::string_view key) {
  const auto* found = find(x, key);
  return found != nullptr && found->IsBool() && found->GetBool();
}

std::string bytes_of(const rapidjson::Value& x, std::string_view key) {
  if (find(x, key) == nullptr)
    return {};
  auto text = find_string(x, key);
  auto bytes = text ? from_base64(*text) : std::nullopt;
  if (!bytes)
    throw wrong{"bytes are not in base64"};
  return *std::move(bytes);
}

const rapidjson::Value& object_of(const rapidjson::Value& x,
                                  std::string_view key) {
  const auto* found = find(x, key);
  if (found == nullptr || !found->IsObject())
    throw wrong{"an object is missing"};
  return *found;
}

/// The elements of a list, which is left out where it is empty.
std::vector<const rapidjson::Value*> list_of(const rapidjson::Value& x,
                                             std::string_view key) {
  std::vector<const rapidjson::Value*> result;
  const auto* found = find(x, key);
  if (found == nullptr)
    return result;
  if (!found->IsArray())
    throw wrong{"a list is none"};
  for (const auto& element : found->GetArray())
    result.emplace_back(&element);
  return result;
}

entry entry_of(const rapidjson::Value& x) {
  entry result{bytes_of(x, "key"), bytes_of(x, "value"),
               number_of(x, "mod_revision")};
  if (result.key.empty() || result.changed == 0)
    throw wrong{"an entry has no key or revision"};
  return result;
}

std::vector<entry> entries_of(const rapidjson::Value& range) {
  std::vector<entry> result;
  for (const auto* x : list_of(range, "kvs"))
    result.emplace_back(entry_of(*x));
  return result;
}

lease lease_of(const rapidjson::Value& x) {
  auto ttl = number_of(x, "TTL");
  lease result{number_of(x, "ID"), std::chrono::seconds{ttl}};
  if (result.id == 0 || ttl > max_ttl)
    throw wrong{"a lease cannot be so"};
  return result;
}

failure failure_of(const rapidjson::Value& error,
                   const rapidjson::Value& around) {
  // An answer has its code beside the text, a stream has both in one object.
  const auto& x = error.IsObject() ? error : around;
  const auto* code = find(x, error.IsObject() ? "grpc_code" : "code");
  auto text = find_string(x, "message").value_or("no reason given");
  auto number = code != nullptr && code->IsInt64() ? code->GetInt64() : 0;
  auto what = failure::kind::refused;
  if (number == grpc_not_found)
    what = failure::kind::not_found;
  // Who shows no token at all is told so.
  else if (number == grpc_unauthenticated
           || (number == grpc_invalid
               && text.find("user name is empty") != text.npos))
    what = failure::kind::stranger;
  return {what, std::string{cut_text(text, max_reason)}};
}

/// Has `take` read an answer that is no error.
template <class Take>
auto read(std::string_view text, Take take) -> answer<decltype(take({}))> {
  using kind = failure::kind;
  if (text.size() > max_answer)
    return unexpected{failure{kind::malformed, "the answer is too large"}};
  auto parsed = parse_document(text);
  if (!parsed)
    return unexpected{failure{
      kind::malformed, std::string{cut_text(parsed.error(), max_reason)}}};
  const auto& doc = *parsed;
  try {
    if (!doc.IsObject())
      throw wrong{"the answer is no object"};
    if (const auto* error = find(doc, "error"))
      return unexpected{failure_of(*error, doc)};
    return take(doc);
  } catch (const wrong& e) {
    return unexpected{failure{kind::malformed, e.what}};
  }
}

} // namespace

std::string login_request(std::string_view user, std::string_view password) {
  std::string result = "{\"name\":";
  append_json_string(result, user);
  result += ",\"password\":";
  append_json_string(result, password);
  return result + '}';
}

answer<std::string> read_token(std::string_view text) {
  return read(text, [](const rapidjson::Value& x) {
    auto token = find_string(x, "token").value_or("");
    // It goes into a header.
    auto odd = [](char c) { return c <= ' ' || c > '~'; };
    if (token.empty() || std::any_of(token.begin(), token.end(), odd))
      throw wrong{"a token is none"};
    return std::string{token};
  });
}

std::string grant_request(std::chrono::seconds ttl) {
  return "{\"TTL\":" + std::to_string(ttl.count()) + "}";
}

answer<lease> read_grant(std::string_view text) {
  return read(text, [](const rapidjson::Value& x) {
    auto result = lease_of(x);
    if (result.ttl.count() == 0)
      throw wrong{"a lease cannot be so"};
    return result;
  });
}

std::string renew_request(lease_id id) {
  return "{\"ID\":" + quoted_number(id) + "}";
}

answer<lease> read_renewal(std::string_view text) {
  auto result = read(text, [](const rapidjson::Value& x) {
    return lease_of(object_of(x, "result"));
  });
  // That is how it says that it does not know the lease.
  if (result && result->ttl.count() == 0)
    return unexpected{
      failure{failure::kind::not_found, "the lease has expired"}};
  return result;
}

std::string revoke_request(lease_id id) {
  return renew_request(id);
}

std::string get_request(std::string_view key) {
  return "{\"key\":" + quoted_base64(key) + "}";
}

answer<std::vector<entry>> read_entries(std::string_view text) {
  return read(text, entries_of);
}

std::string put_request(const put_order& x) {
  auto key = "\"key\":" + quoted_base64(x.key);
  return "{\"compare\":[{\"target\":\"MOD\",\"result\":\"EQUAL\"," + key
         + ",\"mod_revision\":" + quoted_number(x.expected)
         + "}],\"success\":[{\"request_put\":{" + key + ",\"value\":"
         + quoted_base64(x.value) + ",\"lease\":" + quoted_number(x.lease)
         + "}},{\"request_range\":{" + range_of(x.prefix)
         + "}}],\"failure\":[{\"request_range\":{" + key + "}}]}";
}

answer<put_result> read_put(std::string_view text) {
  return read(text, [](const rapidjson::Value& x) {
    put_result result;
    result.done = flag_of(x, "succeeded");
    result.at = number_of(object_of(x, "header"), "revision");
    auto parts = list_of(x, "responses");
    if (result.at == 0 || parts.size() != (result.done ? 2 : 1))
      throw wrong{"a transaction has not the parts asked for"};
    result.entries = entries_of(object_of(*parts.back(), "response_range"));
    return result;
  });
}

std::string watch_request(std::string_view prefix, revision first) {
  return "{\"create_request\":{" + range_of(prefix)
         + ",\"start_revision\":" + quoted_number(first) + "}}";
}

answer<news> read_news(std::string_view line) {
  return read(line, [](const rapidjson::Value& x) {
    const auto& result = object_of(x, "result");
    news found;
    found.ended = flag_of(result, "canceled");
    found.reason =
      cut_text(find_string(result, "cancel_reason").value_or(""), max_reason);
    found.compacted = number_of(result, "compact_revision");
    for (const auto* event : list_of(result, "events")) {
      auto type = find_string(*event, "type");
      found.changes.emplace_back(
        change{type == "DELETE", entry_of(object_of(*event, "kv"))});
    }
    return found;
  });
}

} // namespace livegrid::etcd
