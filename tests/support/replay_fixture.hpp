#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/feeds/replay.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// A recording, and a market that takes it.
class replay_fixture : public actor_fixture {
public:
  using milliseconds = std::chrono::milliseconds;

  std::shared_ptr<market_script> script = std::make_shared<market_script>();
  market_actor mkt = make_market(script);
  std::shared_ptr<fake_source> recording = std::make_shared<fake_source>();
  double speed = 1;
  bool loop = false;
  log_ptr log = quiet;
  std::chrono::steady_clock::time_point begin;
  feed_actor feed;

  replay_fixture() {
    script->answer = market_script::take;
  }

  /// Adds a tick that was recorded that long after the first hour of a day.
  void record(std::chrono::nanoseconds at, tick x) {
    recording->ticks.push_back(
      {timestamp{std::chrono::hours{24 * 19000 + 1}} + at, std::move(x)});
  }

  void record(std::size_t n, std::chrono::nanoseconds at) {
    for (std::size_t i = 0; i < n; ++i)
      record(at, trade("AAPL", 1 + static_cast<double>(i)));
  }

  void start();

  /// The batches so far, as `milliseconds: prices`.
  strings played();

  /// The sizes of the batches so far.
  std::vector<std::size_t> sizes();

  /// The numbers of the ticks so far, `-` where there is none.
  std::string numbers();

  std::string says(std::string_view key);
};

} // namespace livegrid::test
