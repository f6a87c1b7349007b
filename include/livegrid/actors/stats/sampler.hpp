#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace livegrid {

/// Makes rates of late of two counters of each of many: it remembers what they
/// were when somebody last looked. Pure: the caller says what time it is.
class sampler {
public:
  using time_point = std::chrono::steady_clock::time_point;

  using counts = std::array<std::uint64_t, 2>;

  /// How much each counter has grown, a second.
  using rates = std::array<double, 2>;

  /// What is closer together than this makes no rate.
  static constexpr std::chrono::milliseconds least_span{200};

  /// What is older than this says nothing of late.
  static constexpr std::chrono::seconds most_span{30};

  /// The rates since the last look, or those of the last look if that was just
  /// now; nothing if there was none of late.
  std::optional<rates> look(std::uint64_t id, time_point now, counts x);

  /// Forgets whom nobody has looked at of late. Looks for them at most once in
  /// `most_span`.
  void tidy(time_point now);

  std::size_t size() const noexcept {
    return known_.size();
  }

private:
  struct sample {
    time_point at{};
    counts was{};
    std::optional<rates> rate;
  };

  std::unordered_map<std::uint64_t, sample> known_;
  time_point tidied_{};
};

} // namespace livegrid
