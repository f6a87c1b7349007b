#pragma once

#include <chrono>
#include <cstddef>

namespace livegrid {

/// Decides at the end of each turn of the loop whether rows at hand are sent,
/// or wait for others: one send of many rows costs little more than one send of
/// one.
class turns {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The first row has come since the last flush.
  void begin(time_point now) noexcept {
    since_ = now;
  }

  /// A turn is over.
  /// @param rows how many have come since the last flush.
  /// @param subscribers of the fan-out.
  /// @returns whether to wait for the end of another one.
  bool wait(std::size_t rows, std::size_t subscribers, time_point now) noexcept;

  /// All rows have gone.
  void reset() noexcept {
    rows_before_ = 0;
    quiet_ = 0;
  }

private:
  time_point since_{};
  std::size_t rows_before_ = 0; ///< when the last turn ended
  std::size_t quiet_ = 0;       ///< the last turns, without a new row
};

} // namespace livegrid
