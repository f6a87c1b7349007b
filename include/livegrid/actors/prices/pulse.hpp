#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace livegrid {

/// How often one symbol ticks, and from when on its silence is unusual. Pure:
/// the caller says what time it is.
///
/// Ticks come in bursts. So the usual gap is the one that somebody who looks at
/// a random moment is in: each gap counts by its length, and a hundred ticks
/// within a second are not taken for the symbol's habit.
class pulse {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A silence shorter than this is never unusual.
  static constexpr std::chrono::seconds least_patience{3};

  /// How long a symbol may be silent whose habit is not known yet.
  static constexpr std::chrono::seconds blind_patience{60};

  static constexpr std::chrono::hours most_patience{24};

  /// So many usual gaps of silence are unusual.
  static constexpr double patience = 4;

  /// Ticks came.
  /// @param now not before that of the last call.
  void beat(time_point now, std::uint64_t ticks) noexcept {
    if (beats_ > 0) {
      auto gap = seconds(now - last_);
      if (beats_ == 1)
        gap_ = static_cast<float>(gap);
      else
        gap_ += static_cast<float>(gap / (gap + gap_memory) * (gap - gap_));
      auto n = static_cast<double>(ticks);
      rate_ += static_cast<float>((n - rate_ * gap) / (gap + memory()));
      watched_ = static_cast<float>(std::min(rate_memory, watched_ + gap));
    }
    if (beats_ < known_beats)
      ++beats_;
    last_ = now;
  }

  /// Whether there was any tick.
  bool started() const noexcept {
    return beats_ > 0;
  }

  /// When the last ticks came. Only if `started`.
  time_point last() const noexcept {
    return last_;
  }

  /// The usual time between two ticks, in seconds; 0 if it is not known yet.
  double usual_gap() const noexcept {
    return known() ? static_cast<double>(gap_) : 0;
  }

  /// From when on the silence is unusual, if no tick comes before.
  time_point quiet_at() const noexcept {
    using namespace std::chrono;
    if (!known())
      return last_ + blind_patience;
    duration<double> span{patience * gap_};
    if (span < least_patience)
      span = least_patience;
    if (span > most_patience)
      span = most_patience;
    return last_ + duration_cast<time_point::duration>(span);
  }

  /// Ticks a second of late. Falls as soon as a silence is longer than usual,
  /// to no more than what comes in a usual gap within that time.
  double rate(time_point now) const noexcept {
    auto silence = seconds(now - last_);
    auto in_a_gap = std::max(1., double{rate_} * double{gap_});
    return rate_ * silence <= in_a_gap ? rate_ : in_a_gap / silence;
  }

private:
  /// What was before counts for half after so many seconds; for less than that
  /// as long as there is little before.
  double memory() const noexcept {
    return std::max<double>(1, watched_);
  }

  static double seconds(time_point::duration x) noexcept {
    return x.count() <= 0 ? 0 : std::chrono::duration<double>{x}.count();
  }

  /// Seconds after which what was before counts for half.
  static constexpr double gap_memory = 60;
  static constexpr double rate_memory = 10;

  /// From so many ticks on, over so many seconds, the gap means something.
  static constexpr std::uint32_t known_beats = 4;
  static constexpr float known_after = 5;

  bool known() const noexcept {
    return beats_ >= known_beats && watched_ >= known_after;
  }

  time_point last_{};
  float gap_ = 0;
  float rate_ = 0;
  float watched_ = 0; ///< seconds since the first tick, up to `rate_memory`
  std::uint32_t beats_ = 0;
};

} // namespace livegrid
