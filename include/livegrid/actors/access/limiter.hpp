#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace livegrid {

/// How much each of many may do: so much a second, a second's worth at once; or
/// so much at the same time. Pure: the caller says what time it is.
class limiter {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Whether somebody may do `n` more of what he may do `rate` of a second, in
  /// which case it counts. More than a second's worth at once is let through
  /// after a second of rest, and has to be rested from.
  /// @param rate 0 for no limit.
  bool take(const std::string& whom, std::uint64_t rate, std::uint64_t n,
            time_point now);

  /// Counts one more at the same time until the result and all copies are gone;
  /// null if that would be more than `most`.
  /// @param most 0 for no limit.
  std::shared_ptr<void> enter(const std::string& whom, std::uint64_t most);

  std::size_t size() const noexcept {
    return buckets_.size() + counts_->size();
  }

private:
  struct bucket {
    double left = 0;
    time_point filled{};
  };

  /// Forgets those who have rested long enough to be as good as newcomers.
  void tidy(time_point now);

  std::unordered_map<std::string, bucket> buckets_;
  std::size_t tidy_at_ = 1024;
  using counts = std::unordered_map<std::string, std::uint64_t>;
  std::shared_ptr<counts> counts_ = std::make_shared<counts>();
};

} // namespace livegrid
