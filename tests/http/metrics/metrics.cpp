#define CAF_SUITE http.metrics.metrics

#include "livegrid/http/metrics/metrics.hpp"

#include <memory>
#include <string>

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/version.hpp"

#include "written_file.hpp"

#include "unit_test.hpp"

using namespace livegrid;

namespace {

struct fixture {
  counters_ptr stats = std::make_shared<counters>();
  metrics uut{stats};

  bool has(const std::string& line) const {
    return uut.text().find('\n' + line + '\n') != std::string::npos;
  }
};

/// The names of the labels of a sample, but for the bounds of histograms.
std::string labels_of(std::string_view sample) {
  std::string result;
  for (auto end = sample.find('='); end != sample.npos;
       end = sample.find('=', end + 1)) {
    auto begin = sample.find_last_of("{,", end) + 1;
    if (auto name = sample.substr(begin, end - begin); name != "le")
      result.append(result.empty() ? "`" : ", `").append(name) += '`';
  }
  return result;
}

/// README's table of our metrics, as a page of them tells it.
std::string table_of(std::string_view page) {
  constexpr std::string_view ours = "# HELP livegrid_";
  std::string result = "| metric, all of `livegrid_` | labels | what |\n"
                       "|---|---|---|\n";
  for (auto at = page.find(ours); at != page.npos; at = page.find(ours, at)) {
    at += ours.size();
    auto line = page.substr(at, page.find('\n', at) - at);
    auto name = line.substr(0, line.find(' '));
    auto help = line.substr(name.size() + 1);
    auto sample = page.find("\nlivegrid_" + std::string{name}, at) + 1;
    auto labels =
      labels_of(page.substr(sample, page.find('\n', sample) - sample));
    result.append("| `").append(name).append("` | ").append(labels);
    result.append(labels.empty() ? "| " : " | ");
    result.append(help.substr(0, help.rfind('.'))) += " |\n";
  }
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(metrics_tests, fixture)

CAF_TEST(ticks are told apart by feed and outcome) {
  add(stats->of(source::simulator).applied, 1);
  add(stats->of(source::replay).applied, 2);
  add(stats->of(source::post).repeated, 3);
  add(stats->of(source::socket).refused, 4);
  add(stats->late_ticks, 6);
  CAF_CHECK(has("livegrid_late_ticks_total 6"));
  // These come from no feed.
  add(stats->of(source::first_state).applied, 5);
  CAF_CHECK(
    has(R"(livegrid_ticks_total{feed="simulator",outcome="applied"} 1)"));
  CAF_CHECK(has(R"(livegrid_ticks_total{feed="replay",outcome="applied"} 2)"));
  CAF_CHECK(has(R"(livegrid_ticks_total{feed="post",outcome="repeated"} 3)"));
  CAF_CHECK(has(R"(livegrid_ticks_total{feed="socket",outcome="refused"} 4)"));
  CAF_CHECK(has(R"(livegrid_ticks_total{feed="post",outcome="applied"} 0)"));
  CAF_CHECK(uut.text().find("first_state") == std::string::npos);
}

CAF_TEST(ticks of sources that only peers know are counted together) {
  add(stats->of(*source::parse("kraken")).applied, 1);
  add(stats->of(*source::parse("coinbase")).applied, 2);
  CAF_CHECK(uut.text().find("feed=\"other\"") == std::string::npos);
  set(stats->clustered, 1);
  CAF_CHECK(has(R"(livegrid_ticks_total{feed="other",outcome="applied"} 3)"));
  CAF_CHECK(has(R"(livegrid_feeds{feed="other",state="up"} 0)"));
}

CAF_TEST(the buckets of a histogram are cumulative and in seconds) {
  stats->tick_to_socket.observe(50'000);
  stats->tick_to_socket.observe(60'000, 2);
  stats->tick_to_socket.observe(20'000'000'000);
  CAF_CHECK(has(R"(livegrid_tick_to_socket_seconds_bucket{le="5e-05"} 1)"));
  CAF_CHECK(has(R"(livegrid_tick_to_socket_seconds_bucket{le="0.0001"} 3)"));
  CAF_CHECK(has(R"(livegrid_tick_to_socket_seconds_bucket{le="10"} 3)"));
  CAF_CHECK(has(R"(livegrid_tick_to_socket_seconds_bucket{le="+Inf"} 4)"));
  CAF_CHECK(has("livegrid_tick_to_socket_seconds_count 4"));
  CAF_CHECK(has("livegrid_tick_to_socket_seconds_sum 20.00017"));
}

CAF_TEST(rows of a flush are counted as they are) {
  stats->flush_rows.observe(1);
  stats->flush_rows.observe(7);
  stats->flush_rows.observe(501);
  CAF_CHECK(has(R"(livegrid_flush_rows_bucket{le="1"} 1)"));
  CAF_CHECK(has(R"(livegrid_flush_rows_bucket{le="10"} 2)"));
  CAF_CHECK(has(R"(livegrid_flush_rows_bucket{le="500"} 2)"));
  CAF_CHECK(has("livegrid_flush_rows_count 3"));
  CAF_CHECK(has("livegrid_flush_rows_sum 509"));
}

CAF_TEST(what rises and falls is shown as of now) {
  set(stats->fresh[static_cast<std::size_t>(freshness::down)], 3);
  set(stats->mailbox[static_cast<std::size_t>(counters::part::fanout)], 17);
  set(stats->loop_lag, 1'500'000);
  set(stats->scheduler_lag, 250'000'000);
  set(stats->ledger_off, 2);
  add(stats->subscribers_opened, 5);
  add(stats->subscribers_closed, 2);
  CAF_CHECK(has(R"(livegrid_symbols{freshness="down"} 3)"));
  CAF_CHECK(has(R"(livegrid_symbols{freshness="never"} 0)"));
  CAF_CHECK(has(R"(livegrid_mailbox_messages{part="fanout"} 17)"));
  CAF_CHECK(has("livegrid_event_loop_lag_seconds 0.0015"));
  CAF_CHECK(has("livegrid_scheduler_lag_seconds 0.25"));
  CAF_CHECK(has("livegrid_ledger_off 2"));
  CAF_CHECK(has("livegrid_subscribers 3"));
}

CAF_TEST(what nodes know of each other is shown in a cluster only) {
  set(stats->owners_disagree, 1);
  set(stats->viewers_behind, 2);
  add(stats->wishes_restated, 3);
  add(stats->ticks_dropped, 4);
  add(stats->rows_gone_back, 5);
  CAF_CHECK(uut.text().find("livegrid_cluster_") == std::string::npos);
  set(stats->clustered, 1);
  CAF_CHECK(has("livegrid_cluster_owners_disagree 1"));
  CAF_CHECK(has("livegrid_cluster_viewers_behind 2"));
  CAF_CHECK(has("livegrid_cluster_wishes_restated_total 3"));
  CAF_CHECK(has("livegrid_cluster_ticks_dropped_total 4"));
  CAF_CHECK(has("livegrid_cluster_rows_gone_back_total 5"));
}

CAF_TEST(closes with a code that a client invented share a series) {
  using endpoint = counters::endpoint;
  for (std::uint16_t code = 3000; code < 5000; ++code)
    add(stats->closes_of(endpoint::publisher, code));
  add(stats->closes_of(endpoint::subscriber, 1000));
  add(stats->closes_of(endpoint::subscriber, 1011));
  auto line = [](std::string_view who, std::string_view code, int n) {
    return "livegrid_websocket_closes_total{endpoint=\"" + std::string{who}
           + "\",code=\"" + std::string{code} + "\"} " + std::to_string(n);
  };
  CAF_CHECK(has(line("publisher", "other", 2000)));
  CAF_CHECK(has(line("subscriber", "other", 0)));
  CAF_CHECK(has(line("subscriber", "1000", 1)));
  CAF_CHECK(has(line("subscriber", "1011", 1)));
}

CAF_TEST(bad input is told apart by kind) {
  using fault = counters::fault;
  add(stats->bad_messages, 7);
  add(stats->of(fault::tick_malformed), 1);
  add(stats->of(fault::origin), 2);
  add(stats->of(fault::http_header_too_big), 3);
  add(stats->of(fault::websocket_too_big), 4);
  CAF_CHECK(has(R"(livegrid_bad_input_total{kind="subscription"} 7)"));
  CAF_CHECK(has(R"(livegrid_bad_input_total{kind="tick_malformed"} 1)"));
  CAF_CHECK(has(R"(livegrid_bad_input_total{kind="origin"} 2)"));
  CAF_CHECK(has(R"(livegrid_bad_input_total{kind="http_header_too_big"} 3)"));
  CAF_CHECK(has(R"(livegrid_bad_input_total{kind="websocket_too_big"} 4)"));
}

CAF_TEST(requests are told apart by route and method and status) {
  auto count = [](std::string_view labels, int n) {
    return "livegrid_http_request_duration_seconds_count{" + std::string{labels}
           + "} " + std::to_string(n);
  };
  auto get = metrics::begin("/health", "GET");
  uut.end(get, 200);
  uut.end(get, 200);
  uut.end(get, 503);
  for (auto* method : {"PUT", "DELETE", "PROPFIND"})
    uut.end(metrics::begin(metrics::unknown_route, method), 404);
  CAF_CHECK(has(count(R"(method="GET",route="/health",status="200")", 2)));
  CAF_CHECK(has(count(R"(method="GET",route="/health",status="503")", 1)));
  CAF_CHECK(has(count(R"(method="other",route="unknown",status="404")", 3)));
}

CAF_TEST(a label keeps to its quotes) {
  uut.end(metrics::begin("/a\"b\\c\nd", "GET"), 200);
  CAF_CHECK(has("livegrid_http_request_duration_seconds_count{method=\"GET\","
                R"(route="/a\"b\\c\nd",status="200"} 1)"));
}

CAF_TEST(the process and the version are shown) {
  auto text = uut.text();
  CAF_CHECK(
    has("livegrid_build_info{version=\"" + std::string{version} + "\"} 1"));
  for (auto* name :
       {"process_cpu_seconds_total", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
        "process_start_time_seconds", "process_threads"})
    CAF_CHECK(text.find("\n" + std::string{name} + ' ') != std::string::npos);
}

CAF_TEST(the table in README has every metric) {
  set(stats->clustered, 1);
  set(stats->certificate_expires, 1);
  uut.watch(std::make_shared<byte_budget>(1024));
  uut.end(metrics::begin("/health", "GET"), 200);
  CAF_CHECK_EQUAL(test::fault_of_table("README.md", table_of(uut.text())), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
