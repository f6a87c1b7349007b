#pragma once

#include <prometheus/collectable.h>

#include "livegrid/fwd.hpp"

namespace livegrid {

/// Shows the node's counters to Prometheus. They stay plain atomics, which the
/// parts that count pay no more for; they are read when somebody asks.
class counter_metrics final : public prometheus::Collectable {
public:
  explicit counter_metrics(counters_ptr stats) : stats_(std::move(stats)) {
    // nop
  }

  std::vector<prometheus::MetricFamily> Collect() const override;

private:
  counters_ptr stats_;
};

} // namespace livegrid
