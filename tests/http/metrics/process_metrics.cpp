#define CAF_SUITE http.metrics.process_metrics

#include "livegrid/http/metrics/process_metrics.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/version.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using prometheus::MetricType;

namespace {

struct fixture {
  counters_ptr stats = std::make_shared<counters>();

  /// What a family says; -1 if it is not there.
  static double value(const process_metrics& from, std::string_view name) {
    for (auto& x : from.Collect())
      if (x.name == name)
        return x.type == MetricType::Counter ? x.metric.at(0).counter.value
                                             : x.metric.at(0).gauge.value;
    return -1;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(process_metrics_tests, fixture)

CAF_TEST(the families are those of all exporters and the version) {
  std::vector<std::string> names;
  for (auto& x : process_metrics{stats}.Collect()) {
    names.push_back(x.name);
    CAF_CHECK_EQUAL(x.name.ends_with("_total"), x.type == MetricType::Counter);
    CAF_REQUIRE_EQUAL(x.metric.size(), 1u);
  }
  CAF_CHECK_EQUAL(
    names, (std::vector<std::string>{
             "livegrid_build_info", "process_cpu_seconds_total",
             "process_resident_memory_bytes", "process_virtual_memory_bytes",
             "process_open_fds", "process_max_fds",
             "process_start_time_seconds", "process_threads"}));
  auto info = process_metrics{stats}.Collect().at(0).metric.at(0);
  CAF_CHECK_EQUAL(info.gauge.value, 1.);
  CAF_REQUIRE_EQUAL(info.label.size(), 1u);
  CAF_CHECK_EQUAL(info.label[0].name, "version");
  CAF_CHECK_EQUAL(info.label[0].value, std::string{version});
}

CAF_TEST(what is shown is what the system says) {
  process_metrics x{stats};
  auto usage = read_process_usage();
  CAF_CHECK_GREATER_OR_EQUAL(value(x, "process_cpu_seconds_total"),
                             usage.cpu_s);
  CAF_CHECK_EQUAL(value(x, "process_start_time_seconds"), usage.started);
  CAF_CHECK_EQUAL(value(x, "process_threads"),
                  static_cast<double>(usage.threads));
  CAF_CHECK_EQUAL(value(x, "process_max_fds"),
                  static_cast<double>(max_descriptors()));
  CAF_CHECK_GREATER(value(x, "process_resident_memory_bytes"), 1024 * 1024.);
  CAF_CHECK_GREATER(value(x, "process_virtual_memory_bytes"),
                    value(x, "process_resident_memory_bytes"));
}

CAF_TEST(a kernel that does not tell descriptors is not asked for each) {
  set(stats->other_descriptors, 17);
  set(stats->connections, 10'000);
  process_metrics old{stats, [] { return std::optional<std::uint64_t>{}; }};
  CAF_CHECK_EQUAL(value(old, "process_open_fds"), 10'017.);
  process_metrics young{stats, [] { return std::optional<std::uint64_t>{5}; }};
  CAF_CHECK_EQUAL(value(young, "process_open_fds"), 5.);
}

CAF_TEST_FIXTURE_SCOPE_END()
