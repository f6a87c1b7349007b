#include "livegrid/http/metrics/process_metrics.hpp"

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/http/metrics/metric_families.hpp"
#include "livegrid/http/system/process_status.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

std::vector<prometheus::MetricFamily> process_metrics::Collect() const {
  auto x = read_process_usage();
  metric_families result;
  result.gauge("livegrid_build_info", "Always 1; the label says which it is.")
    .put(1.0, {{"version", std::string{version}}});
  result
    .counter("process_cpu_seconds_total",
             "Total user and system CPU time spent in seconds.")
    .put(x.cpu_s);
  result
    .gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
    .put(x.resident);
  result.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")
    .put(x.virtual_size);
  result.gauge("process_open_fds", "Number of open file descriptors.")
    .put(told_().value_or(get(stats_->other_descriptors)
                          + get(stats_->connections)));
  result.gauge("process_max_fds", "Maximum number of open file descriptors.")
    .put(max_descriptors());
  result
    .gauge("process_start_time_seconds",
           "Start time of the process since unix epoch in seconds.")
    .put(x.started);
  result.gauge("process_threads", "Number of OS threads in the process.")
    .put(x.threads);
  return std::move(result).take();
}

} // namespace livegrid
