#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace livegrid::simulation {

/// Virtual time since the simulation began.
using instant = std::chrono::nanoseconds;

/// What is going to happen, in its order. Of two things at one moment the one
/// that was planned first comes first.
class timeline {
public:
  using action = std::function<void()>;

  instant now() const noexcept {
    return now_;
  }

  void at(instant when, action what) {
    plan_.emplace(std::pair{std::max(when, now_), ++planned_}, std::move(what));
  }

  void after(instant pause, action what) {
    at(now_ + pause, std::move(what));
  }

  /// When the next thing happens; the end of time if nothing will.
  instant next() const noexcept {
    return plan_.empty() ? instant::max() : plan_.begin()->first.first;
  }

  /// Goes on to `when`, and does what is due by then. Nothing may be due
  /// before.
  void go_to(instant when) {
    now_ = std::max(now_, when);
    while (!plan_.empty() && plan_.begin()->first.first <= now_) {
      auto what = std::move(plan_.begin()->second);
      plan_.erase(plan_.begin());
      what();
    }
  }

private:
  instant now_{0};
  std::uint64_t planned_ = 0;
  std::map<std::pair<instant, std::uint64_t>, action> plan_;
};

} // namespace livegrid::simulation
