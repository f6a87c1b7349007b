#define CAF_SUITE http.metrics.counter_metrics

#include "livegrid/http/metrics/counter_metrics.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "livegrid/actors/stats/counters.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

struct fixture {
  counters_ptr stats = std::make_shared<counters>();

  std::vector<MetricFamily> all() const {
    return counter_metrics{stats}.Collect();
  }

  /// What the only metric of a family says; -1 if the family is not there.
  double value(std::string_view name) const {
    for (auto& x : all())
      if (x.name == name)
        return x.type == MetricType::Counter ? x.metric.at(0).counter.value
               : x.type == MetricType::Gauge
                 ? x.metric.at(0).gauge.value
                 : static_cast<double>(x.metric.at(0).histogram.sample_count);
    return -1;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(counter_metrics_tests, fixture)

CAF_TEST(each family has a name of its own as Prometheus wants it) {
  set(stats->clustered, 1);
  set(stats->certificate_expires, 1);
  std::set<std::string> names;
  for (auto& x : all()) {
    CAF_MESSAGE(x.name);
    CAF_CHECK(names.insert(x.name).second);
    CAF_CHECK(x.name.starts_with("livegrid_"));
    CAF_CHECK_EQUAL(x.name.ends_with("_total"), x.type == MetricType::Counter);
    CAF_CHECK(x.help.ends_with('.'));
    std::set<std::string> series;
    for (auto& y : x.metric) {
      std::string labels;
      for (auto& z : y.label) {
        CAF_CHECK(!z.value.empty());
        labels += z.name + '=' + z.value + ' ';
      }
      CAF_CHECK(series.insert(labels).second);
    }
    CAF_CHECK(!series.empty());
  }
}

CAF_TEST(how many series there are never depends on what was counted) {
  auto size = [this] {
    std::size_t n = 0;
    for (auto& x : all())
      n += x.metric.size();
    return n;
  };
  auto before = size();
  using endpoint = counters::endpoint;
  for (unsigned code = 0; code < 65536; ++code)
    add(
      stats->closes_of(endpoint::subscriber, static_cast<std::uint16_t>(code)));
  for (auto& x : stats->faults)
    add(x, 5);
  CAF_CHECK_EQUAL(size(), before);
}

CAF_TEST(each count is shown under its own name) {
  set(stats->clustered, 1);
  struct {
    counters::value counters::*which;
    std::string_view name;
  } cases[] = {
    {&counters::rows_published, "livegrid_rows_published_total"},
    {&counters::rows_delivered, "livegrid_rows_delivered_total"},
    {&counters::rows_merged, "livegrid_rows_merged_total"},
    {&counters::rows_discarded, "livegrid_rows_discarded_total"},
    {&counters::ledger_off, "livegrid_ledger_off"},
    {&counters::connections, "livegrid_connections"},
    {&counters::connections_refused, "livegrid_connections_refused_total"},
    {&counters::is_member, "livegrid_cluster_member"},
    {&counters::members, "livegrid_cluster_members"},
    {&counters::cluster_epoch, "livegrid_cluster_epoch"},
    {&counters::peers_up, "livegrid_cluster_peers_up"},
    {&counters::symbols_adopted, "livegrid_symbols_adopted_total"},
    {&counters::symbols_evicted, "livegrid_symbols_evicted_total"},
    {&counters::relay_rows, "livegrid_relay_rows_total"},
    {&counters::relay_batches, "livegrid_relay_batches_total"},
    {&counters::relay_merged, "livegrid_relay_merged_total"},
    {&counters::rows_from_peers, "livegrid_peer_rows_total"},
  };
  std::uint64_t n = 100;
  for (auto& c : cases)
    set((*stats).*c.which, ++n);
  n = 100;
  for (auto& c : cases) {
    CAF_MESSAGE(c.name);
    CAF_CHECK_EQUAL(value(c.name), static_cast<double>(++n));
  }
  stats->claim_time.observe(1);
  stats->relay_lag.observe(1, 2);
  CAF_CHECK_EQUAL(value("livegrid_claim_seconds"), 1.);
  CAF_CHECK_EQUAL(value("livegrid_relay_lag_seconds"), 2.);
}

CAF_TEST(who is there is who came and has not left) {
  add(stats->subscribers_opened, 7);
  add(stats->subscribers_closed, 7);
  CAF_CHECK_EQUAL(value("livegrid_subscribers"), 0.);
  add(stats->subscribers_opened, 2);
  CAF_CHECK_EQUAL(value("livegrid_subscribers"), 2.);
  CAF_CHECK_EQUAL(value("livegrid_subscribers_opened_total"), 9.);
  CAF_CHECK_EQUAL(value("livegrid_subscribers_closed_total"), 7.);
}

CAF_TEST(a certificate is told of where there is one) {
  const auto name = "livegrid_tls_certificate_expiry_timestamp_seconds";
  CAF_CHECK_EQUAL(value(name), -1.);
  set(stats->certificate_expires, 4'102'444'800);
  CAF_CHECK_EQUAL(value(name), 4'102'444'800.);
}

CAF_TEST_FIXTURE_SCOPE_END()
