#include "etcd_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "livegrid/http/system/base64.hpp"

namespace livegrid::test {

namespace {

constexpr std::uint64_t first_lease = 7587880000000000000;

const std::string no_lease =
  R"({"error":"etcdserver: requested lease not found",)"
  R"("message":"etcdserver: requested lease not found","code":5})";

std::string quoted(std::uint64_t x) {
  return '"' + std::to_string(x) + '"';
}

std::string quoted_base64(const std::string& x) {
  return '"' + to_base64(x) + '"';
}

[[noreturn]] void not_modelled(std::string_view what) {
  throw std::runtime_error{"etcd_model: cannot " + std::string{what}};
}

const rapidjson::Value* find(const rapidjson::Value& x, const char* key) {
  auto i = x.FindMember(key);
  return i != x.MemberEnd() ? &i->value : nullptr;
}

/// The member of that name, which is there.
const rapidjson::Value& at(const rapidjson::Value& x, const char* key) {
  const auto* found = find(x, key);
  if (found == nullptr)
    not_modelled(std::string{"do without "} + key);
  return *found;
}

/// As protobuf's JSON, which takes strings and numbers.
std::uint64_t number(const rapidjson::Value& x, const char* key) {
  const auto* found = find(x, key);
  if (found == nullptr)
    return 0;
  return found->IsString() ? std::strtoull(found->GetString(), nullptr, 10)
                           : found->GetUint64();
}

std::string bytes(const rapidjson::Value& x, const char* key) {
  const auto* found = find(x, key);
  if (found == nullptr)
    return {};
  auto result = from_base64({found->GetString(), found->GetStringLength()});
  if (!result)
    not_modelled(std::string{"decode "} + key);
  return *result;
}

rapidjson::Document parsed(std::string_view body) {
  rapidjson::Document result;
  result.Parse(body.data(), body.size());
  if (result.HasParseError() || !result.IsObject())
    not_modelled("read " + std::string{body});
  return result;
}

} // namespace

// -- time ---------------------------------------------------------------------

void etcd_model::advance(time_point now) {
  now_ = now;
  std::vector<std::pair<time_point, std::uint64_t>> over;
  for (const auto& [id, x] : leases_)
    if (now >= x.end + how.lease_lateness)
      over.emplace_back(x.end, id);
  std::sort(over.begin(), over.end());
  for (const auto& [end, id] : over)
    end_lease(id);
}

void etcd_model::elect(time_point now) {
  now_ = now;
  for (auto& [id, x] : leases_)
    x.end = now + x.ttl;
}

etcd_model::time_point etcd_model::next() const {
  auto result = time_point::max();
  for (const auto& [id, x] : leases_)
    result = std::min(result, x.end + how.lease_lateness);
  for (const auto& [id, x] : watches_)
    for (const auto& y : x.lines)
      if (y.due > now_)
        result = std::min(result, y.due);
  return result;
}

// -- requests -----------------------------------------------------------------

std::string etcd_model::post(std::string_view path, std::string_view body) {
  auto x = parsed(body);
  if (path == "/v3/lease/grant")
    return grant(x);
  if (path == "/v3/lease/keepalive")
    return keep_alive(x);
  if (path == "/v3/lease/revoke")
    return revoke(x);
  if (path == "/v3/kv/range")
    return '{' + header()
           + text_of_range({bytes(x, "key"), bytes(x, "range_end")}) + '}';
  if (path == "/v3/kv/txn")
    return transact(x);
  not_modelled("answer " + std::string{path});
}

std::string etcd_model::header() const {
  return R"("header":{"cluster_id":"1","member_id":"1","revision":)"
         + quoted(revision_) + R"(,"raft_term":"2"})";
}

std::string etcd_model::grant(const rapidjson::Value& x) {
  auto id = first_lease + ++last_lease_;
  auto ttl = std::max<std::chrono::seconds>(
    std::chrono::seconds{number(x, "TTL")}, how.min_ttl);
  leases_[id] = {ttl, now_ + ttl};
  return '{' + header() + ",\"ID\":" + quoted(id)
         + ",\"TTL\":" + quoted(static_cast<std::uint64_t>(ttl.count())) + '}';
}

std::string etcd_model::keep_alive(const rapidjson::Value& x) {
  auto id = number(x, "ID");
  auto text = "{\"result\":{" + header() + ",\"ID\":" + quoted(id);
  auto i = leases_.find(id);
  // Of one whose time is over etcd says nothing until it has ended, and then
  // this.
  if (i != leases_.end() && now_ < i->second.end) {
    i->second.end = now_ + i->second.ttl;
    text +=
      ",\"TTL\":" + quoted(static_cast<std::uint64_t>(i->second.ttl.count()));
  }
  return text + "}}\n";
}

std::string etcd_model::revoke(const rapidjson::Value& x) {
  auto id = number(x, "ID");
  if (!leases_.contains(id))
    return no_lease;
  end_lease(id);
  return '{' + header() + '}';
}

std::string etcd_model::transact(const rapidjson::Value& x) {
  auto holds = true;
  for (const auto& compare : at(x, "compare").GetArray()) {
    auto i = entries_.find(bytes(compare, "key"));
    auto changed = i != entries_.end() ? i->second.changed : 0;
    holds = holds && changed == number(compare, "mod_revision");
  }
  const auto* parts = find(x, holds ? "success" : "failure");
  if (parts == nullptr)
    not_modelled("do nothing in a transaction");
  for (const auto& part : parts->GetArray())
    if (const auto* put = find(part, "request_put"))
      if (auto id = number(*put, "lease"); id != 0 && !leases_.contains(id))
        return no_lease;
  std::string responses;
  for (const auto& part : parts->GetArray()) {
    responses += responses.empty() ? "" : ",";
    if (const auto* put = find(part, "request_put")) {
      set(bytes(*put, "key"), bytes(*put, "value"), number(*put, "lease"));
      responses +=
        R"({"response_put":{"header":{"revision":)" + quoted(revision_) + "}}}";
      continue;
    }
    const auto& asked = at(part, "request_range");
    responses +=
      R"({"response_range":{"header":{"revision":)" + quoted(revision_) + '}'
      + text_of_range({bytes(asked, "key"), bytes(asked, "range_end")}) + "}}";
  }
  return '{' + header() + (holds ? ",\"succeeded\":true" : "")
         + ",\"responses\":[" + responses + "]}";
}

std::string etcd_model::text_of(const entry& x) {
  auto text = "{\"key\":" + quoted_base64(x.key) + ",\"create_revision\":"
              + quoted(x.created) + ",\"mod_revision\":" + quoted(x.changed)
              + ",\"version\":" + quoted(x.version)
              + ",\"value\":" + quoted_base64(x.value);
  if (x.lease != 0)
    text += ",\"lease\":" + quoted(x.lease);
  return text + '}';
}

std::string etcd_model::text_of(const event& x) {
  if (x.removed)
    return R"({"type":"DELETE","kv":{"key":)" + quoted_base64(x.what.key)
           + ",\"mod_revision\":" + quoted(x.what.changed) + "}}";
  return "{\"kv\":" + text_of(x.what) + '}';
}

std::string etcd_model::text_of_range(const range& x) const {
  std::string found;
  std::uint64_t count = 0;
  for (const auto& [key, y] : entries_)
    if (x.holds(key)) {
      found += (count++ > 0 ? "," : "") + text_of(y);
    }
  return count == 0 ? ""
                    : ",\"kvs\":[" + found + "],\"count\":" + quoted(count);
}

// -- watches ------------------------------------------------------------------

etcd_model::watch_id etcd_model::watch(std::string_view body) {
  auto doc = parsed(body);
  const auto& x = at(doc, "create_request");
  auto& to = watches_[++last_watch_];
  to.what = {bytes(x, "key"), bytes(x, "range_end")};
  to.first = number(x, "start_revision");
  to.lines.push_back(
    {now_, "{\"result\":{" + header() + ",\"created\":true}}\n"});
  if (to.first == 0)
    to.first = revision_ + 1;
  if (to.first < compacted_) {
    tell(to, R"({"result":{"header":{"cluster_id":"1","member_id":"1",)"
             R"("raft_term":"2"},"canceled":true,"compact_revision":)"
               + quoted(compacted_) + "}}\n");
    // It tells no more.
    to.first = ~revision{0};
    return last_watch_;
  }
  // What was missed comes in one line.
  std::vector<event> missed;
  for (auto i = history_.lower_bound(to.first); i != history_.end(); ++i)
    missed.insert(missed.end(), i->second.begin(), i->second.end());
  tell(to, news(missed, to.what));
  return last_watch_;
}

std::optional<std::string> etcd_model::take_line(watch_id id) {
  auto i = watches_.find(id);
  if (i == watches_.end())
    return std::nullopt;
  auto& lines = i->second.lines;
  if (lines.empty() || lines.front().due > now_)
    return std::nullopt;
  auto result = std::move(lines.front().text);
  lines.erase(lines.begin());
  return result;
}

void etcd_model::cancel(watch_id id) {
  watches_.erase(id);
}

std::string etcd_model::news(const std::vector<event>& what,
                             const range& of) const {
  std::string events;
  for (const auto& x : what)
    if (of.holds(x.what.key))
      events += (events.empty() ? "" : ",") + text_of(x);
  return events.empty()
           ? ""
           : "{\"result\":{" + header() + ",\"events\":[" + events + "]}}\n";
}

void etcd_model::tell(watch_state& to, std::string text) {
  if (text.empty())
    return;
  // A stream keeps its order, however its delay changes.
  auto due = now_ + how.watch_delay;
  if (!to.lines.empty())
    due = std::max(due, to.lines.back().due);
  to.lines.push_back({due, std::move(text)});
}

// -- changes ------------------------------------------------------------------

void etcd_model::commit(const std::vector<event>& what) {
  history_[revision_] = what;
  for (auto& [id, x] : watches_)
    if (x.first <= revision_)
      tell(x, news(what, x.what));
}

void etcd_model::set(const std::string& key, const std::string& value,
                     std::uint64_t lease_id) {
  auto& x = entries_[key];
  ++revision_;
  if (x.created == 0)
    x.created = revision_;
  x.key = key;
  x.value = value;
  x.changed = revision_;
  x.lease = lease_id;
  ++x.version;
  commit({{false, x}});
}

void etcd_model::put(const std::string& key, const std::string& value) {
  set(key, value, 0);
}

void etcd_model::remove(const std::string& key) {
  if (entries_.erase(key) > 0)
    commit({{true, {.key = key, .changed = ++revision_}}});
}

void etcd_model::compact(revision at) {
  compacted_ = at;
  history_.erase(history_.begin(), history_.lower_bound(at));
  // So that a watch that starts there misses the removal, and is not told.
  if (auto i = history_.find(at); i != history_.end())
    std::erase_if(i->second, [](const event& x) { return x.removed; });
}

void etcd_model::end_lease(std::uint64_t id) {
  leases_.erase(id);
  std::vector<event> gone;
  for (const auto& [key, x] : entries_)
    if (x.lease == id)
      gone.push_back({true, {.key = key, .changed = revision_ + 1}});
  if (gone.empty())
    return;
  for (const auto& x : gone)
    entries_.erase(x.what.key);
  ++revision_;
  commit(gone);
}

// -- what is there ------------------------------------------------------------

std::optional<std::string> etcd_model::value_of(const std::string& key) const {
  auto i = entries_.find(key);
  if (i == entries_.end())
    return std::nullopt;
  return i->second.value;
}

std::vector<std::uint64_t> etcd_model::leases() const {
  std::vector<std::uint64_t> result;
  for (const auto& [id, x] : leases_)
    result.emplace_back(id);
  return result;
}

} // namespace livegrid::test
