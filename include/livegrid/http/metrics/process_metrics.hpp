#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <prometheus/collectable.h>

#include "livegrid/fwd.hpp"
#include "livegrid/http/system/process_status.hpp"

namespace livegrid {

/// Shows Prometheus what the operating system says of this process, under the
/// names that all exporters give it, and which version it is.
class process_metrics final : public prometheus::Collectable {
public:
  using descriptor_count = std::optional<std::uint64_t> (*)();

  /// @param told says how many descriptors are open, if the kernel does. Else
  /// the counters do, to within what has changed in seconds: to look at each
  /// would keep the loop for milliseconds.
  explicit process_metrics(counters_ptr stats,
                           descriptor_count told = told_descriptors)
    : stats_(std::move(stats)), told_(told) {
    // nop
  }

  std::vector<prometheus::MetricFamily> Collect() const override;

private:
  counters_ptr stats_;
  descriptor_count told_;
};

} // namespace livegrid
