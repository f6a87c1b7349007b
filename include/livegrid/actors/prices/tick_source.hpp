#pragma once

#include <optional>

#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// A recorded tick and the moment at which it is to be played.
struct timed_tick {
  /// The recorder's time, by which playing is paced, never before that of an
  /// earlier tick; nothing as long as none has had one.
  std::optional<timestamp> due;

  livegrid::tick tick;
};

/// Recorded ticks, in order.
class tick_source {
public:
  virtual ~tick_source() = default;

  /// The next tick; nothing at the end.
  virtual std::optional<timed_tick> next() = 0;

  /// Starts over from the first tick. Returns false if that cannot be.
  virtual bool rewind() = 0;

  /// How many bad rows were left out so far.
  virtual std::size_t bad_rows() const noexcept = 0;

  /// How many cells were left out of rows that were not.
  virtual std::size_t bad_cells() const noexcept {
    return 0;
  }
};

} // namespace livegrid
