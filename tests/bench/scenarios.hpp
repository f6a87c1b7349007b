#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report.hpp"

namespace livegrid::bench {

/// One run of the benchmark.
struct scenario {
  std::string_view name;
  std::string_view help; ///< a sentence
  double seconds;        ///< measured, unless told otherwise
  bool quick;            ///< whether it is run if none is named
  void (*run)(double seconds, report& to);
};

const std::vector<scenario>& scenarios();

// -- in steady state

void run_fan1000(double seconds, report& to);
void run_tls(double seconds, report& to);
void run_lat100k(double seconds, report& to);
void run_lat20k(double seconds, report& to);
void run_flat5000(double seconds, report& to);
void run_symbols5000(double seconds, report& to);
void run_ingest(double seconds, report& to);
void run_options(double seconds, report& to);

// -- at the limits

void run_idle(double seconds, report& to);
void run_slow(double seconds, report& to);
void run_overload(double seconds, report& to);
void run_symbols100k(double seconds, report& to);
void run_scrape(double seconds, report& to);
void run_soak(double seconds, report& to);

// -- of several nodes

void run_link(double seconds, report& to);
void run_failover(double seconds, report& to);

} // namespace livegrid::bench
