#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "faults.hpp"
#include "node_process.hpp"
#include "stamp.hpp"

namespace livegrid::bench {

/// Readings of the node's counters, as /metrics has them.
struct ledger {
  std::uint64_t applied = 0; ///< ticks
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  std::uint64_t merged = 0;
  std::uint64_t discarded = 0;
};

/// The program under test on CPU 0, and this one on CPU 1; where there is but
/// one CPU, wherever the system likes.
class node {
public:
  /// Starts it and waits until it listens.
  explicit node(std::vector<std::string> args = {});

  std::uint16_t port() const noexcept {
    return process_.port();
  }

  pid_t pid() const noexcept {
    return process_.pid();
  }

  /// Milliseconds from the start to the startup line.
  double started_in() const noexcept {
    return started_in_;
  }

  /// Resident memory in bytes.
  double resident() const;

  /// Waits until it has started and, of several, is one of them.
  void wait_until_ready();

  ledger counters();

  /// Waits until nothing is due; returns false if the ledger does not add up
  /// then.
  bool adds_up();

  void signal(int number) {
    process_.signal(number);
  }

  /// Ends it as an operator does; that it ends otherwise than with 0 is a
  /// fault.
  void stop(faults& wrong);

private:
  usec begin_ = now();
  test::node_process process_;
  double started_in_ = 0;
};

} // namespace livegrid::bench
