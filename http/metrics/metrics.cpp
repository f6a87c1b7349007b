#include "livegrid/http/metrics/metrics.hpp"

#include <algorithm>
#include <iterator>

#include <prometheus/text_serializer.h>

#include "livegrid/http/connection/byte_budget.hpp"
#include "livegrid/http/metrics/metric_families.hpp"

namespace livegrid {

namespace {

/// Upper bounds, in seconds.
const prometheus::Histogram::BucketBoundaries request_durations{
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10};

/// The label for a method, of which clients may invent any.
std::string_view known_method(std::string_view x) noexcept {
  constexpr std::string_view known[]{"GET", "HEAD", "POST", "OPTIONS"};
  const auto* i = std::find(std::begin(known), std::end(known), x);
  return i != std::end(known) ? *i : "other";
}

std::vector<prometheus::MetricFamily> collect(const byte_budget& x) {
  metric_families result;
  result
    .gauge("livegrid_http_buffered_bytes",
           "Requests under way and unsent answers of all clients.")
    .put(x.used());
  result
    .counter("livegrid_http_over_buffer_total",
             "Requests refused since what these may take, or a client's share "
             "of it, was used up.")
    .put(x.refused());
  return std::move(result).take();
}

} // namespace

metrics::metrics(counters_ptr stats)
  : counters_(stats),
    process_(std::move(stats)),
    requests_(
      prometheus::BuildHistogram()
        .Name("livegrid_http_request_duration_seconds")
        .Help("From when a request had been read to when its answer was "
              "written, by the path of its route, method and status.")
        .Register(registry_)) {
  // nop
}

timed_request metrics::begin(std::string_view route,
                             std::string_view method) noexcept {
  return {route, known_method(method), std::chrono::steady_clock::now()};
}

void metrics::end(const timed_request& x, std::uint16_t status) {
  auto& where = known_[{x.route, x.method, status}];
  if (where == nullptr)
    where = &requests_.Add({{"route", std::string{x.route}},
                            {"method", std::string{x.method}},
                            {"status", std::to_string(status)}},
                           request_durations);
  std::chrono::duration<double> took =
    std::chrono::steady_clock::now() - x.since;
  where->Observe(took.count());
}

std::string metrics::text() const {
  std::vector<prometheus::MetricFamily> all;
  const prometheus::Collectable* parts[]{&counters_, &registry_, &process_};
  for (const auto* x : parts)
    std::ranges::move(x->Collect(), std::back_inserter(all));
  if (budget_)
    std::ranges::move(collect(*budget_), std::back_inserter(all));
  return prometheus::TextSerializer{}.Serialize(all);
}

} // namespace livegrid
