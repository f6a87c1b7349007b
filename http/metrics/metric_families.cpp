#include "livegrid/http/metrics/metric_families.hpp"

namespace livegrid {

metric_families& metric_families::put(double value, labels where) {
  prometheus::ClientMetric result;
  result.label = std::move(where);
  auto& family = families_.back();
  if (family.type == prometheus::MetricType::Counter)
    result.counter.value = value;
  else
    result.gauge.value = value;
  family.metric.emplace_back(std::move(result));
  return *this;
}

metric_families& metric_families::begin(std::string_view name,
                                        std::string_view help,
                                        prometheus::MetricType type) {
  families_.push_back({std::string{name}, std::string{help}, type, {}});
  return *this;
}

} // namespace livegrid
