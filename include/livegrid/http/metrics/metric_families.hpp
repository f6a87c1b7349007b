#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "livegrid/actors/stats/histogram.hpp"

namespace livegrid {

/// Metric families in the making, for a collectable.
class metric_families {
public:
  using labels = std::vector<prometheus::ClientMetric::Label>;

  /// Begins a family of counters. Its name ends in `_total`.
  metric_families& counter(std::string_view name, std::string_view help) {
    return begin(name, help, prometheus::MetricType::Counter);
  }

  /// Begins a family of gauges.
  metric_families& gauge(std::string_view name, std::string_view help) {
    return begin(name, help, prometheus::MetricType::Gauge);
  }

  /// Begins a family.
  metric_families& begin(std::string_view name, std::string_view help,
                         prometheus::MetricType type);

  /// Adds a value to the family begun last.
  metric_families& put(double value, labels where = {});

  metric_families& put(std::uint64_t value, labels where = {}) {
    return put(static_cast<double>(value), std::move(where));
  }

  /// Adds a histogram to the family begun last.
  /// @param per_unit how many of what it has observed make one of the unit.
  template <std::array Bounds>
  metric_families& put(const histogram<Bounds>& x, double per_unit = 1) {
    prometheus::ClientMetric result;
    auto& to = result.histogram;
    // From the buckets themselves, so that the last one is the count.
    for (std::size_t i = 0; i < Bounds.size(); ++i) {
      to.sample_count += x.bucket(i);
      to.bucket.push_back(
        {to.sample_count, static_cast<double>(Bounds[i]) / per_unit});
    }
    to.sample_count += x.bucket(Bounds.size());
    to.sample_sum = static_cast<double>(x.sum()) / per_unit;
    families_.back().metric.emplace_back(std::move(result));
    return *this;
  }

  std::vector<prometheus::MetricFamily> take() && {
    return std::move(families_);
  }

private:
  std::vector<prometheus::MetricFamily> families_;
};

} // namespace livegrid
