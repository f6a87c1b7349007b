#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/actors/prices/tick_source.hpp"
#include "livegrid/replier.hpp"

// Stand-ins for what an actor under test talks to: each does what its script
// says, and writes down what it gets.

namespace livegrid::test {

/// A recording that is kept in memory.
class fake_source : public tick_source {
public:
  std::vector<timed_tick> ticks;
  bool rewindable = true;
  std::size_t bad = 0;

  std::size_t rewinds = 0;

  std::optional<timed_tick> next() override {
    if (next_ == ticks.size())
      return std::nullopt;
    return ticks[next_++];
  }

  bool rewind() override {
    if (!rewindable)
      return false;
    ++rewinds;
    next_ = 0;
    return true;
  }

  std::size_t bad_rows() const noexcept override {
    return bad;
  }

private:
  std::size_t next_ = 0;
};

/// Keeps each answer, so that a second one would show.
class fake_replier : public replier {
public:
  explicit fake_replier(std::shared_ptr<std::vector<answer>> to)
    : to_(std::move(to)) {
    // nop
  }

  void reply(answer x) override {
    to_->emplace_back(std::move(x));
  }

private:
  std::shared_ptr<std::vector<answer>> to_;
};

/// What a fake fan-out got.
struct fanout_script {
  std::vector<row_batch> batches;
  std::vector<std::pair<outbox_ptr, subscription>> joins;
  std::vector<outbox_ptr> leaves;
  std::vector<outbox_ptr> resumes;

  bool mute = false; ///< questions stay open
  std::vector<caf::response_promise> open;

  std::vector<subscriber_summary> subscribers;
  std::uint64_t known = 0; ///< the id of `subscriber`
  subscriber_actor subscriber;
  viewer_cell seen;
  std::uint64_t viewers = 0;                       ///< of every symbol
  std::map<std::string, std::uint64_t> viewers_of; ///< of some, those besides
  ledger_audit audit;
  actor_load load;

  std::size_t at_once = 1000; ///< subscribers that it tells of

  std::size_t counted = 0; ///< symbols whose viewers it was asked to count
  std::size_t audits = 0;  ///< how often it was asked for its ledgers

  /// The subscribers from one on.
  subscriber_slice slice(std::uint64_t from) const {
    subscriber_slice result;
    auto end = std::min<std::size_t>(subscribers.size(), from + at_once);
    for (std::size_t i = from; i < end; ++i)
      result.some.push_back(subscribers[i]);
    result.next = end < subscribers.size() ? end : 0;
    return result;
  }

  /// Symbol and price of each row, as `AAPL 150`, in the order of arrival.
  std::vector<std::string> rows() const {
    std::vector<std::string> result;
    for (const auto& batch : batches)
      for (const auto& x : batch.rows)
        result.emplace_back(x->symbol().str() + ' '
                            + std::string{x->text(cell::price)});
    return result;
  }
};

fanout_actor::behavior_type fake_fanout(fanout_actor::pointer self,
                                        std::shared_ptr<fanout_script> script);

/// What a fake market does, and what it got.
struct market_script {
  using time_point = std::chrono::steady_clock::time_point;

  /// Answers ticks; without it the questions stay open.
  std::function<caf::expected<std::uint64_t>(const tick_batch&)> answer;

  /// What it knows, for whatever is asked.
  std::vector<symbol_ref> owners;

  std::vector<feed_summary> feeds;
  std::vector<symbol_name> fed; ///< by any feed
  actor_load load;

  bool mute = false; ///< all other questions stay open

  std::uint64_t most_listed = 0; ///< symbols that it was asked for at once

  std::vector<std::pair<time_point, tick_batch>> batches;
  std::vector<std::string> heard; ///< what happens to feeds
  std::vector<caf::typed_response_promise<std::uint64_t>> unanswered;
  std::vector<caf::response_promise> open;

  /// Takes all ticks.
  static caf::expected<std::uint64_t> take(const tick_batch& x) {
    return x.ticks.size();
  }
};

market_actor::behavior_type fake_market(market_actor::pointer self,
                                        std::shared_ptr<market_script> script);

/// What a fake owner of a symbol knows.
struct symbol_script {
  row_ptr row; ///< without it, questions for the row stay open
  symbol_summary summary;

  bool mute = false; ///< status questions stay open
  std::vector<caf::response_promise> open;

  std::size_t asked = 0; ///< for its summary
};

symbol_actor::behavior_type fake_symbol(symbol_actor::pointer self,
                                        std::shared_ptr<symbol_script> script);

} // namespace livegrid::test
