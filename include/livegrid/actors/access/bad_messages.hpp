#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace livegrid {

/// Tells when a connection has brought too many messages that could not be
/// taken. One of them may be a mistake, a hundred in a row are a fault that
/// goes on. Pure: the caller says what time it is.
class bad_messages {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// More of them than this within the window are too many.
  static constexpr std::size_t most = 100;

  static constexpr std::chrono::seconds window{10};

  /// What the client is told when it is closed.
  static constexpr std::string_view reason = "over 100 bad messages in 10 s";

  /// Notes one more. Returns whether that is one too many.
  bool note(time_point now) {
    // Most connections never send any.
    if (last_.size() < most) {
      last_.emplace_back(now);
      return false;
    }
    auto first = last_[next_];
    last_[next_] = now;
    next_ = (next_ + 1) % most;
    return now - first <= window;
  }

private:
  std::vector<time_point> last_; ///< when they came, the oldest at `next_`
  std::size_t next_ = 0;
};

} // namespace livegrid
