#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>

namespace livegrid {

/// What the subscribers of one key, or else of one address, use up together:
/// whoever opens more connections, or closes and opens them, gets no more of
/// it. Pure: the caller says what time it is. Belongs to the thread of the I/O
/// loop that its subscribers live on.
class viewer_account {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Rows that may wait for them, and notes of rows that were given: what is
  /// beyond that is not kept, but looked up when the socket takes it.
  static constexpr std::uint64_t max_held = 250'000;

  /// Names that have no row yet, counted for each connection that waits for
  /// them. A name costs some 800 bytes.
  static constexpr std::uint64_t max_awaited = 20'000;

  /// Each symbol that enters or leaves a set takes messages to its owner and
  /// back, and a row to the socket. So many may do so at once, and each second.
  static constexpr double changes_at_once = 250'000;
  static constexpr double changes_per_s = 250'000;

  std::uint64_t held = 0;
  std::uint64_t awaited = 0;

  /// Until when the next change has to wait for those before it; `now` if it
  /// need not.
  time_point free_at(time_point now) {
    fill(now);
    if (credit_ >= 0)
      return now;
    return now
           + std::chrono::milliseconds{
             1 + static_cast<std::int64_t>(-credit_ / changes_per_s * 1000)};
  }

  /// Takes so many symbols' worth off the credit; a change may go into debt,
  /// which time pays off. What was not done is given back.
  void charge(double symbols, time_point now) {
    fill(now);
    credit_ = std::min(changes_at_once, credit_ - symbols);
  }

  /// Whether it is as good as a new one.
  bool settled(time_point now) {
    fill(now);
    return credit_ >= changes_at_once && held == 0 && awaited == 0;
  }

private:
  void fill(time_point now) {
    std::chrono::duration<double> span = now - filled_;
    if (span.count() > 0)
      credit_ =
        std::min(changes_at_once, credit_ + span.count() * changes_per_s);
    filled_ = std::max(filled_, now);
  }

  double credit_ = changes_at_once;
  time_point filled_{};
};

using viewer_account_ptr = std::shared_ptr<viewer_account>;

} // namespace livegrid
