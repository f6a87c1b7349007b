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

/// A feed that writes down what it is told.
inline feed_actor::behavior_type
listening_feed(feed_actor::pointer, std::shared_ptr<strings> heard) {
  return {
    [](const row_batch&) {},
    [](step_atom) {},
    [heard](pause_atom, bool on) {
      heard->emplace_back(on ? "pause" : "go on");
    },
    [](status_atom) { return actor_status{}; },
  };
}

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
            std::uint64_t max_symbols = 10) {
    std::vector<tick> first_states;
    for (auto x : symbols)
      first_states.emplace_back(trade(x, 100));
    mkt =
      own(sys.spawn(market, market_of(std::move(first_states), max_symbols)));
    tell(watch_atom_v, fan);
    news();
  }

  caf::expected<std::uint64_t> publish(std::vector<tick> ticks,
                                       feed_id from = post) {
    auto batch = batch_of(std::move(ticks), from.kind);
    batch.feed = from.number;
    return ask<std::uint64_t>(mkt, publish_atom_v, std::move(batch));
  }

  template <class... Ts>
  void tell(Ts... what) {
    self->send(mkt, std::move(what)...);
    consume_messages();
  }

  void set_up(feed_id which, bool up, std::string peer = "") {
    tell(feed_atom_v, which, up, std::move(peer));
  }

  /// Adds a feed that is an actor.
  feed_actor join(feed_id which, std::shared_ptr<strings> heard) {
    auto result = own(sys.spawn(listening_feed, std::move(heard)));
    tell(join_atom_v, which, result);
    return result;
  }

  /// Lets that many seconds go by, one after the other.
  void pass_seconds(int n) {
    for (int i = 0; i < n; ++i)
      pass(std::chrono::seconds{1});
  }

  /// The rows that have come since the last call, as `A 100 live`; with a star
  /// if no tick made them.
  std::string news() {
    std::string result;
    for (const auto& batch : got->batches)
      for (const auto& x : batch.rows) {
        std::string fresh{x->text(cell::freshness)};
        result += (result.empty() ? "" : ", ") + x->symbol().str() + ' '
                  + std::string{x->text(cell::price)} + ' '
                  + fresh.substr(1, fresh.size() - 2)
                  + (x->is_restated() ? "*" : "");
      }
    got->batches.clear();
    return result;
  }

  /// How many symbols are live, quiet, down and have never traded.
  std::string fresh_counts() {
    std::string result;
    for (const auto& x : stats->fresh)
      result += (result.empty() ? "" : " ") + std::to_string(get(x));
    return result;
  }

  /// What the market says of the freshness of `name`, which agrees with its
  /// row.
  std::string fresh(std::string_view name) {
    auto refs = unbox(
      ask<std::vector<symbol_ref>>(mkt, resolve_atom_v, names_of({name})));
    std::string result{to_string(static_cast<freshness>(refs.at(0).fresh))};
    CAF_CHECK_EQUAL(says(name, "freshness"), result);
    if (refs[0].owner) {
      auto now = unbox(ask<row_batch>(refs[0].owner, row_atom_v));
      CAF_CHECK_EQUAL(now.rows.at(0)->text(cell::freshness),
                      '"' + result + '"');
    }
    return result;
  }

  /// A fact that the market knows of `name`.
  std::string says(std::string_view name, std::string_view key) {
    return fact(unbox(ask<actor_status>(mkt, status_atom_v, name_of(name))),
                key);
  }

  /// All feeds, but POST, which is always there, only once it is used.
  std::vector<feed_summary> feeds() {
    auto result = unbox(ask<std::vector<feed_summary>>(mkt, feed_atom_v));
    std::erase_if(result, [](const feed_summary& x) {
      return x.id == feed_id{source::post} && x.ticks == 0 && x.refused == 0
             && x.state == "up";
    });
    return result;
  }

  /// All feeds, as `post up 2`: with the number of their symbols.
  std::string feed_lines() {
    std::string result;
    for (const auto& x : feeds())
      result += (result.empty() ? "" : ", ") + x.id.str() + ' ' + x.state + ' '
                + std::to_string(x.symbols);
    return result;
  }

  /// How many symbols a pause concerns, or why it cannot be.
  std::string pause(const std::string& which, bool on = true) {
    auto x = ask<std::uint64_t>(mkt, pause_atom_v, which, on);
    return x ? std::to_string(*x) : to_refusal(x.error()).message;
  }

  std::string resume(const std::string& which) {
    return pause(which, false);
  }
};

} // namespace livegrid::test
