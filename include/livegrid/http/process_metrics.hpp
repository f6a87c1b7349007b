#pragma once

#include <prometheus/collectable.h>

namespace livegrid {

/// Shows Prometheus what the operating system says of this process, under the
/// names that all exporters give it, and which version it is.
class process_metrics final : public prometheus::Collectable {
public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

} // namespace livegrid
