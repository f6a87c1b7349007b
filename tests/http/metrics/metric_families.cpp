#define CAF_SUITE http.metrics.metric_families

#include "livegrid/http/metrics/metric_families.hpp"

#include <array>
#include <string>
#include <vector>

#include "unit_test.hpp"

using namespace livegrid;
using prometheus::MetricType;

CAF_TEST(families come out in the order in which they began) {
  metric_families x;
  x.counter("a_total", "How many a.").put(1.5).put(std::uint64_t{2});
  x.gauge("b", "How many b.");
  x.begin("c_seconds", "How long c.", MetricType::Histogram);
  auto all = std::move(x).take();
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(all[0].name, "a_total");
  CAF_CHECK_EQUAL(all[0].help, "How many a.");
  CAF_CHECK(all[0].type == MetricType::Counter);
  CAF_REQUIRE_EQUAL(all[0].metric.size(), 2u);
  CAF_CHECK_EQUAL(all[0].metric[0].counter.value, 1.5);
  CAF_CHECK_EQUAL(all[0].metric[1].counter.value, 2.);
  CAF_CHECK(all[1].type == MetricType::Gauge);
  CAF_CHECK(all[1].metric.empty());
  CAF_CHECK(all[2].type == MetricType::Histogram);
}

CAF_TEST(a value goes to the family begun last with its labels) {
  metric_families x;
  x.gauge("a", "A.").put(1.0, {{"k", "1"}});
  x.gauge("b", "B.").put(-2.0, {{"k", "\"2\""}, {"l", ""}}).put(3.0);
  auto all = std::move(x).take();
  CAF_REQUIRE_EQUAL(all.size(), 2u);
  CAF_REQUIRE_EQUAL(all[0].metric.size(), 1u);
  CAF_CHECK_EQUAL(all[0].metric[0].label[0].value, "1");
  CAF_REQUIRE_EQUAL(all[1].metric.size(), 2u);
  CAF_CHECK_EQUAL(all[1].metric[0].gauge.value, -2.);
  CAF_CHECK_EQUAL(all[1].metric[0].counter.value, 0.);
  CAF_REQUIRE_EQUAL(all[1].metric[0].label.size(), 2u);
  CAF_CHECK_EQUAL(all[1].metric[0].label[0].name, "k");
  CAF_CHECK_EQUAL(all[1].metric[0].label[0].value, "\"2\"");
  CAF_CHECK_EQUAL(all[1].metric[0].label[1].name, "l");
  CAF_CHECK(all[1].metric[1].label.empty());
}

CAF_TEST(buckets are cumulative and in the unit) {
  histogram<std::array<std::uint64_t, 3>{10, 20, 40}> seen;
  seen.observe(10);
  seen.observe(11, 2);
  seen.observe(40);
  seen.observe(41, 3);
  metric_families x;
  x.begin("a_seconds", "A.", MetricType::Histogram).put(seen, 10).put(seen);
  auto all = std::move(x).take();
  CAF_REQUIRE_EQUAL(all[0].metric.size(), 2u);
  const auto& h = all[0].metric[0].histogram;
  CAF_REQUIRE_EQUAL(h.bucket.size(), 3u);
  const double bounds[]{1, 2, 4};
  const std::uint64_t counts[]{1, 3, 4};
  for (std::size_t i = 0; i < 3; ++i) {
    CAF_CHECK_EQUAL(h.bucket[i].upper_bound, bounds[i]);
    CAF_CHECK_EQUAL(h.bucket[i].cumulative_count, counts[i]);
  }
  // What is beyond the last bound is counted in none but the whole.
  CAF_CHECK_EQUAL(h.sample_count, 7u);
  CAF_CHECK_EQUAL(h.sample_sum, (10 + 22 + 40 + 123) / 10.);
  CAF_CHECK_EQUAL(all[0].metric[1].histogram.bucket[2].upper_bound, 40.);
  CAF_CHECK_EQUAL(all[0].metric[1].histogram.sample_sum, 195.);
}
