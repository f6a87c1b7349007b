#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "process.hpp"
#include "timeline.hpp"

namespace livegrid::simulation {

/// Something that goes wrong, or an operator does. Of a cable one end may be
/// etcd's host, which has the number after the last node's.
struct fault {
  enum class kind : std::uint8_t {
    kill,    ///< `a`'s process ends at once, and is started again
    stop,    ///< it is told to end, and started again
    suspend, ///< it does nothing for a while
    isolate, ///< all its cables are cut for a while
    cut,     ///< what `a` sends does not reach `b` for a while
    part,    ///< neither reaches the other
    reset,   ///< `a` loses its connection to `b`, which hears of it
    drop,    ///< the same, and `b` hears nothing
    etcd,    ///< etcd is down for a while
    pin,     ///< the operator moves a symbol to `a`
    drain,   ///< he moves all away from `a`, and back after a while
  };

  kind what = kind::kill;
  instant at{0};
  instant length{0};
  std::size_t a = 0;
  std::size_t b = 0;
};

constexpr std::size_t num_fault_kinds = 11;

/// What happens in one run, and what it all follows from.
struct schedule {
  std::uint64_t seed = 0;
  finding by = finding::etcd;
  std::size_t nodes = 3;

  /// Nodes that are started later, and when.
  std::vector<std::pair<std::size_t, instant>> late;

  /// Nodes that own no symbols.
  std::vector<std::size_t> viewers_only;

  std::vector<fault> faults; ///< by time

  /// When the last fault is over.
  instant over() const;
};

/// Makes one up.
schedule make_schedule(std::uint64_t seed, std::optional<finding> by);

std::string to_text(const schedule& x);

std::string to_text(const fault& x);

/// Seconds with six decimals.
std::string to_text(instant x);

/// Reads what `to_text` writes.
/// @throws std::runtime_error if it cannot be read.
schedule read_schedule(std::istream& in);

} // namespace livegrid::simulation
