#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/market/market.hpp"

#include "actor_fixture.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// A market, one who follows it, and feeds.
class feeds_fixture : public actor_fixture {
public:
  static constexpr feed_id post{source::post, 0};
  static constexpr feed_id first{source::socket, 1};
  static constexpr feed_id second{source::socket, 2};

  std::shared_ptr<fanout_script> got = std::make_shared<fanout_script>();
  row_sink_actor fan = make_fanout(got);
  market_actor mkt;

  /// Opens the market with these symbols, each at price 100, all followed.
  void open(std::initializer_list<std::string_view> symbols,
            std::uint64_t max_symbols = 10);

  caf::expected<std::uint64_t> publish(std::vector<tick> ticks,
                                       feed_id from = post);

  template <class... Ts>
  void tell(Ts... what) {
    self->send(mkt, std::move(what)...);
    consume_messages();
  }

  void set_up(feed_id which, bool up, std::string peer = "");

  /// Adds a feed that is an actor.
  feed_actor join(feed_id which, std::shared_ptr<strings> heard);

  /// Lets that many seconds go by, one after the other.
  void pass_seconds(int n) {
    for (int i = 0; i < n; ++i)
      pass(std::chrono::seconds{1});
  }

  /// The rows that have come since the last call, as `A 100 live`; with a star
  /// if no tick made them.
  std::string news();

  /// How many symbols are live, quiet, down and have never traded.
  std::string fresh_counts();

  /// What the market says of the freshness of `name`, which agrees with its
  /// row.
  std::string fresh(std::string_view name);

  /// A fact that the market knows of `name`.
  std::string says(std::string_view name, std::string_view key);

  /// All feeds, but POST, which is always there, only once it is used.
  std::vector<feed_summary> feeds();

  /// All feeds, as `post up 2`: with the number of their symbols.
  std::string feed_lines();

  /// How many symbols a pause concerns, or why it cannot be.
  std::string pause(const std::string& which, bool on = true);

  std::string resume(const std::string& which) {
    return pause(which, false);
  }
};

} // namespace livegrid::test
