#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faults.hpp"
#include "load.hpp"
#include "meter.hpp"
#include "node.hpp"
#include "percentiles.hpp"

namespace livegrid::bench {

/// A node of its own under a steady load.
struct setup {
  std::uint32_t subscribers = 0;
  std::uint32_t symbols = 5;

  /// Symbols a subscriber; 0 for all. No two have the same set then.
  std::uint32_t per_subscriber = 0;

  std::string query = {}; ///< see subscription::query
  pace how = {};
  double seconds = 0;   ///< measured, after a warm-up of a fifth of it
  bool sampled = false; ///< see tally::sampled
  bool secure = false;  ///< by TLS
};

/// What was seen in the measured seconds.
struct sample {
  usage used;
  double rows = 0;  ///< received
  double ticks = 0; ///< applied
  percentiles latency;

  double rows_per_s() const noexcept {
    return rows / used.seconds;
  }

  /// CPU microseconds of the node for each row.
  double us_per_row() const noexcept {
    return rows > 0 ? used.node * 1e6 / rows : 0;
  }
};

/// `n` subscribers who want the same; see setup for `each`.
std::vector<subscription> subscribers(std::uint32_t n, std::uint32_t symbols,
                                      std::uint32_t each = 0,
                                      const std::string& query = {});

sample take_sample(const setup& x, faults& wrong);

/// Checks what every run must end with: all have the last rows, all ticks were
/// applied, the ledger adds up and agrees with what came, and the node ends as
/// told.
void finish(load& clients, node& server, faults& wrong);

} // namespace livegrid::bench
