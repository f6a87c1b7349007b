#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "livegrid/http/metrics/counter_metrics.hpp"
#include "livegrid/http/metrics/process_metrics.hpp"

namespace livegrid {

class byte_budget;

/// A request that is under way.
struct timed_request {
  std::string_view route;  ///< of the route table, or `unknown_route`
  std::string_view method; ///< one of a few
  std::chrono::steady_clock::time_point since;
};

/// All that the node tells Prometheus. Counts whose labels are known in advance
/// are atomics in `counters`; those by route are families of a registry here.
/// How many series there are never depends on what clients send. Belongs to the
/// thread of the loop that serves requests.
class metrics {
public:
  /// Stands for all paths that are not in the route table; no path is it.
  static constexpr std::string_view unknown_route = "unknown";

  explicit metrics(counters_ptr stats);

  /// A request has come.
  /// @param route must live as long as this.
  static timed_request begin(std::string_view route,
                             std::string_view method) noexcept;

  /// It has been answered.
  void end(const timed_request& x, std::uint16_t status);

  /// Shows what requests and answers take.
  void watch(std::shared_ptr<const byte_budget> x) {
    budget_ = std::move(x);
  }

  /// All metrics, in Prometheus' text format 0.0.4. From any thread.
  std::string text() const;

private:
  using series = std::tuple<std::string_view, std::string_view, std::uint16_t>;

  std::shared_ptr<const byte_budget> budget_; ///< null until there is one
  counter_metrics counters_;
  process_metrics process_;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Histogram>& requests_;
  std::map<series, prometheus::Histogram*> known_; ///< those of `requests_`
};

} // namespace livegrid
