#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace livegrid::test {

constexpr const char* recorded_symbols[] = {"AAPL", "MSFT", "GOOGL", "AMZN",
                                            "TSLA"};

/// One line of a recording.
struct recorded_tick {
  std::int64_t time = 0; ///< ms since 1970
  std::string symbol;
  std::int64_t cents = 0;
  std::int64_t day_volume = 0;
  std::int64_t prev_close = 0; ///< cents
};

/// Cents as a person writes them: 1.5, not 1.50.
std::string money(std::int64_t cents);

/// A trading day in small: `n` ticks, `step` milliseconds apart, and one last
/// tick a symbol. Prices walk by cents; a last price was never there before.
std::vector<recorded_tick> recording(int n, int step);

/// With the columns `ts_ms,symbol,price,day_volume,change,change_pct`.
std::string as_csv(const std::vector<recorded_tick>& ticks);

/// As an object that POST /ticks takes.
std::string as_json(const recorded_tick& x);

/// One object a line.
std::string as_ndjson(const std::vector<recorded_tick>& ticks);

std::string gzipped(const std::string& text);

/// The last tick of each symbol.
std::map<std::string, recorded_tick>
last_of(const std::vector<recorded_tick>& ticks);

} // namespace livegrid::test
