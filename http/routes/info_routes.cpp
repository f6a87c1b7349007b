#include "livegrid/http/routes/info_routes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/health/health_check.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

constexpr api_path health_api{
  .path = "/health",
  .operations = R"json({"get": {
  "operationId": "get_health",
  "tags": ["node"],
  "summary": "Whether the node can serve a subscriber",
  "description": "It proves it: it opens a WebSocket to itself and waits for a row, for 2 s at most. What it found counts for a second.",
  "responses": {
    "200": {"description": "It can", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
    "503": {"description": "It cannot, is full or going down; detail says which step failed", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
  }
}})json",
  .schemas = R"json({
  "Health": {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["ok", "failing", "full", "going down"]}, "detail": {"description": "Why it is not ok", "type": "string"}, "version": {"type": "string"}, "uptime_s": {"type": "integer"}, "symbols": {"type": "integer"}, "subscribers": {"type": "integer"}, "probe_ms": {"description": "How long the row took, or the failure", "type": "integer"}}}
})json",
};

constexpr api_path ready_api{
  .path = "/ready",
  .operations = R"json({"get": {
  "operationId": "get_ready",
  "tags": ["node"],
  "summary": "Whether the node should be sent clients: it has started, is not going down, and in a cluster the others agree with it",
  "parameters": [{"name": "alive", "in": "query", "allowEmptyValue": true, "description": "With it: whether it goes on at all, always 200", "schema": {"type": "string"}}],
  "responses": {
    "200": {"description": "It has", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}},
    "503": {"description": "It is starting or going down, or waits for its cluster; why says for what", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}}
  }
}})json",
  .schemas = R"json({
  "Ready": {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["ready", "starting", "waiting", "going down", "alive"]}, "why": {"description": "What it waits for: to be a member of its cluster; nodes that have seen other members than this one for more than 3 s; rows that another node has had for more than 3 s and viewers here have not", "type": "array", "items": {"enum": ["not_a_member", "owners_disagree", "viewers_behind"]}}, "detail": {"type": "string"}}}
})json",
};

constexpr api_path metrics_api{
  .path = "/metrics",
  .operations = R"json({"get": {
  "operationId": "get_metrics",
  "tags": ["node"],
  "summary": "Metrics in Prometheus's text format",
  "responses": {"200": {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}}
}})json",
};

std::uint64_t subscribers(const counters& x) noexcept {
  // Closed first: it must not overtake the other.
  auto closed = get(x.subscribers_closed);
  return get(x.subscribers_opened) - closed;
}

/// What a node waits for before it should be sent clients: a word for programs,
/// and a sentence. All of these are in the API's description, too.
struct obstacle {
  std::string_view word;
  std::string what;
};

std::vector<obstacle> obstacles(const info_handles& x) {
  // A node that is alone.
  if (!x.is_member)
    return {};
  // What it knows of others is of then.
  if (!x.is_member())
    return {{"not_a_member", "the node is not a member of its cluster"}};
  std::vector<obstacle> result;
  if (auto n = get(x.stats->owners_disagree); n > 0)
    result.push_back(
      {"owners_disagree", "nodes that have seen other members than this one "
                          "for more than 3 s: "
                            + std::to_string(n)});
  if (auto n = get(x.stats->viewers_behind); n > 0)
    result.push_back(
      {"viewers_behind", "symbols of which another node has had rows for more "
                         "than 3 s that viewers here have not been given: "
                           + std::to_string(n)});
  return result;
}

http_reply waiting_for(const std::vector<obstacle>& xs) {
  std::string words;
  std::string detail;
  for (const auto& x : xs) {
    words += words.empty() ? "" : ",";
    append_json_string(words, x.word);
    detail += (detail.empty() ? "" : "; ") + x.what;
  }
  std::string body =
    R"({"status":"waiting","why":[)" + words + R"(],"detail":)";
  append_json_string(body, detail);
  body += '}';
  return {.status = 503, .body = std::move(body)};
}

bool asks_for_life(std::string_view query) {
  auto params = parse_query(query);
  return params && std::any_of(params->begin(), params->end(), [](auto& x) {
           return x.first == "alive";
         });
}

} // namespace

std::span<const route_row<info_routes>> info_routes::rows() noexcept {
  static constexpr auto all = std::to_array<route_row<info_routes>>({
    {.api = health_api,
     .get = &info_routes::get_health,
     .when_full = true,
     .needs = std::nullopt},
    {.api = ready_api,
     .get = &info_routes::get_ready,
     .when_full = true,
     .needs = std::nullopt},
    {.api = metrics_api,
     .get = &info_routes::get_metrics,
     .when_full = true,
     .needs = scope::operate},
  });
  return all;
}

void info_routes::get_health(const http_request&, const responder& to) {
  auto answer = [this, to](std::string_view status, std::string_view detail,
                           const probe_result* found) {
    auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - all_.state.started);
    std::string body = "{\"status\":";
    append_json_string(body, status);
    if (!detail.empty()) {
      body += ",\"detail\":";
      append_json_string(body, detail);
    }
    body += ",\"version\":";
    append_json_string(body, version);
    body += ",\"uptime_s\":" + std::to_string(uptime.count());
    body += ",\"symbols\":" + std::to_string(get(all_.stats->symbols));
    body += ",\"subscribers\":" + std::to_string(subscribers(*all_.stats));
    if (found)
      body += ",\"probe_ms\":" + std::to_string(found->took.count());
    body += '}';
    to({.status = static_cast<std::uint16_t>(detail.empty() ? 200 : 503),
        .body = std::move(body)});
  };
  if (all_.state.draining)
    return answer("going down", "the node is going down", nullptr);
  if (all_.gate.full())
    return answer("full", "as many connections as the node may have", nullptr);
  all_.state.health->ask([this, answer](const probe_result* found) {
    // What a probe met when the node began to go down is no fault.
    if (all_.state.draining)
      answer("going down", "the node is going down", found);
    else if (found && !found->fault.empty())
      answer("failing", found->fault, found);
    else
      answer("ok", {}, found);
  });
}

void info_routes::get_ready(const http_request& request, const responder& to) {
  // For what ends a process that does not go on: a node that starts, leaves or
  // has lost its cluster goes on, and its prices would go with it.
  if (asks_for_life(request.query))
    return to({.body = R"({"status":"alive"})"});
  if (all_.state.draining)
    return to({.status = 503,
               .body = R"({"status":"going down",)"
                       R"("detail":"the node is going down"})"});
  if (!all_.state.fed)
    return to({.status = 503,
               .body = R"({"status":"starting",)"
                       R"("detail":"the feeds have not been started"})"});
  if (auto xs = obstacles(all_); !xs.empty())
    return to(waiting_for(xs));
  to({.body = R"({"status":"ready"})"});
}

void info_routes::get_metrics(const http_request&, const responder& to) {
  all_.metrics->ask([to](const bytes_ptr& text) {
    to({.type = "text/plain; version=0.0.4; charset=utf-8", .shared = text});
  });
}

} // namespace livegrid
