// What the node says of itself over HTTP.

#include "livegrid/counters.hpp"
#include "livegrid/http/json_text.hpp"
#include "livegrid/http/routes.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

namespace {

std::uint64_t subscribers(const counters& x) noexcept {
  // Closed first: it must not overtake the other.
  auto closed = get(x.subscribers_closed);
  return get(x.subscribers_opened) - closed;
}

} // namespace

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

void get_ready(backend& b, const http_request&, const responder& to) {
  if (b.draining)
    return to({.status = 503,
               .body = R"({"status":"going down",)"
                       R"("detail":"the node is going down"})"});
  if (!b.fed)
    return to({.status = 503,
               .body = R"({"status":"starting",)"
                       R"("detail":"the feeds have not been started"})"});
  to({.body = R"({"status":"ready"})"});
}

void get_metrics(backend& b, const http_request&, const responder& to) {
  std::string out;
  auto put = [&](std::string_view name, std::string_view type,
                 std::string_view help, std::uint64_t value) {
    out += "# HELP ";
    out += name;
    out += ' ';
    out += help;
    out += "\n# TYPE ";
    out += name;
    out += ' ';
    out += type;
    out += '\n';
    out += name;
    out += ' ' + std::to_string(value) + '\n';
  };
  const auto& x = *b.stats;
  auto count = [&](std::string_view name, std::string_view help,
                   std::uint64_t value) { put(name, "counter", help, value); };
  count("livegrid_ticks_applied_total", "Ticks applied.",
        x.total(&counters::tick_counts::applied));
  count("livegrid_ticks_repeated_total",
        "Ticks whose sequence number was not above the last.",
        x.total(&counters::tick_counts::repeated));
  count("livegrid_ticks_refused_total", "Ticks or bodies of ticks refused.",
        x.total(&counters::tick_counts::refused));
  count("livegrid_rows_published_total",
        "Rows due to subscribers, each counted once a subscriber.",
        get(x.rows_published));
  count("livegrid_rows_delivered_total", "Rows that the kernel has taken.",
        get(x.rows_delivered));
  count("livegrid_rows_merged_total",
        "Rows whose place a newer row of their symbol took.",
        get(x.rows_merged));
  count("livegrid_rows_discarded_total",
        "Rows dropped because their subscriber left.", get(x.rows_discarded));
  count("livegrid_bad_messages_total", "Messages that were refused.",
        get(x.bad_messages));
  count("livegrid_connections_refused_total",
        "Connections turned away or given up by the parser.",
        get(x.connections_refused));
  put("livegrid_subscribers", "gauge", "Subscribers connected.",
      subscribers(x));
  put("livegrid_symbols", "gauge", "Symbols owned.", get(x.symbols));
  out += "# HELP livegrid_http_responses_total HTTP responses by class.\n"
         "# TYPE livegrid_http_responses_total counter\n";
  for (std::size_t i = 0; i < x.http_responses.size(); ++i)
    out += "livegrid_http_responses_total{code=\"" + std::to_string(i + 1)
           + "xx\"} " + std::to_string(get(x.http_responses[i])) + '\n';
  to({.body = std::move(out),
      .type = "text/plain; version=0.0.4; charset=utf-8"});
}

} // namespace livegrid
