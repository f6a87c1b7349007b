// What the node says of itself over HTTP.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/readers/query_text.hpp"
#include "livegrid/http/routes/routes.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

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

std::vector<obstacle> obstacles(const backend& b) {
  // A node that is alone.
  if (!b.is_member)
    return {};
  // What it knows of others is of then.
  if (!b.is_member())
    return {{"not_a_member", "the node is not a member of its cluster"}};
  std::vector<obstacle> result;
  if (auto n = get(b.stats->owners_disagree); n > 0)
    result.push_back(
      {"owners_disagree", "nodes that have seen other members than this one "
                          "for more than 3 s: "
                            + std::to_string(n)});
  if (auto n = get(b.stats->viewers_behind); n > 0)
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

void get_widgets(backend& b, const http_request& request, const responder& to) {
  auto token = b.token_for ? b.token_for(request.who) : std::string{};
  auto symbols = request.who.symbols();
  if (token.empty() && !symbols)
    return to({.fixed_body = b.widgets.widgets_json});
  to({.body = symbols ? widgets_for(b.widgets.widgets_json, token, *symbols)
                      : b.widgets.widgets_with_token.with(token),
      .headers = {{"Cache-Control", "no-store"}}});
}

void get_health(backend& b, const http_request&, const responder& to) {
  auto answer = [&b, to](std::string_view status, std::string_view detail,
                         const probe_result* found) {
    auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - b.started);
    std::string body = "{\"status\":";
    append_json_string(body, status);
    if (!detail.empty()) {
      body += ",\"detail\":";
      append_json_string(body, detail);
    }
    body += ",\"version\":";
    append_json_string(body, version);
    body += ",\"uptime_s\":" + std::to_string(uptime.count());
    body += ",\"symbols\":" + std::to_string(get(b.stats->symbols));
    body += ",\"subscribers\":" + std::to_string(subscribers(*b.stats));
    if (found)
      body += ",\"probe_ms\":" + std::to_string(found->took.count());
    body += '}';
    to({.status = static_cast<std::uint16_t>(detail.empty() ? 200 : 503),
        .body = std::move(body)});
  };
  if (b.draining)
    return answer("going down", "the node is going down", nullptr);
  if (!b.has_room())
    return answer("full", "as many connections as the node may have", nullptr);
  b.health->ask([&b, answer](const probe_result* found) {
    // What a probe met when the node began to go down is no fault.
    if (b.draining)
      answer("going down", "the node is going down", found);
    else if (found && !found->fault.empty())
      answer("failing", found->fault, found);
    else
      answer("ok", {}, found);
  });
}

void get_ready(backend& b, const http_request& request, const responder& to) {
  // For what ends a process that does not go on: a node that starts, leaves or
  // has lost its cluster goes on, and its prices would go with it.
  if (asks_for_life(request.query))
    return to({.body = R"({"status":"alive"})"});
  if (b.draining)
    return to({.status = 503,
               .body = R"({"status":"going down",)"
                       R"("detail":"the node is going down"})"});
  if (!b.fed)
    return to({.status = 503,
               .body = R"({"status":"starting",)"
                       R"("detail":"the feeds have not been started"})"});
  if (auto xs = obstacles(b); !xs.empty())
    return to(waiting_for(xs));
  to({.body = R"({"status":"ready"})"});
}

void get_metrics(backend& b, const http_request&, const responder& to) {
  b.metrics_text->ask([to](const bytes_ptr& text) {
    to({.type = "text/plain; version=0.0.4; charset=utf-8", .shared = text});
  });
}

} // namespace livegrid
