#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace livegrid::bench {

/// What the node did wrong, each kind counted.
class faults {
public:
  /// @param kind a few words, such as "row from the past".
  void add(const std::string& kind, std::uint64_t times = 1) {
    if (times == 0)
      return;
    for (auto& [known, n] : kinds_) {
      if (known == kind) {
        n += times;
        return;
      }
    }
    kinds_.emplace_back(kind, times);
  }

  /// Adds those of another.
  void add(const faults& xs) {
    for (auto& [kind, n] : xs.kinds_)
      add(kind, n);
  }

  bool any() const noexcept {
    return !kinds_.empty();
  }

  /// Such as "3 x row from the past, 1 x bad frame".
  std::string text() const {
    std::string result;
    for (auto& [kind, n] : kinds_)
      result += (result.empty() ? "" : ", ") + std::to_string(n) + " x " + kind;
    return result;
  }

private:
  std::vector<std::pair<std::string, std::uint64_t>> kinds_;
};

} // namespace livegrid::bench
