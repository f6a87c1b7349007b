#pragma once

#include <sys/types.h>

#include "stamp.hpp"

namespace livegrid::bench {

/// CPU time used in a span of time.
struct usage {
  double seconds = 0; ///< how long the span was
  double node = 0;    ///< CPU seconds of the whole process, kernel included
  double bench = 0;   ///< of this program

  /// CPUs kept busy by all else: other processes, interrupts, the hypervisor.
  double noise = 0;
};

/// Reads CPU times from /proc, from its construction on.
class meter {
public:
  /// @param node 0 if it is not started yet.
  explicit meter(pid_t node = 0);

  /// The CPU times since then.
  usage read(pid_t node) const;

private:
  struct reading {
    usec at = 0;
    double node = 0;
    double bench = 0;
    double idle = 0; ///< of all CPUs together
  };

  static reading take(pid_t node);

  reading begin_;
};

} // namespace livegrid::bench
