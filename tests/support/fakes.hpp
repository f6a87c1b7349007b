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

/// Answers what a fake is asked, or keeps the question open if it is mute.
template <class T, class Self, class Script>
caf::typed_response_promise<T> answer_for(Self* self, Script& script, T what) {
  auto to = self->template make_response_promise<T>();
  if (script.mute)
    script.open.emplace_back(to);
  else
    to.deliver(std::move(what));
  return to;
}

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

inline fanout_actor::behavior_type
fake_fanout(fanout_actor::pointer self, std::shared_ptr<fanout_script> script) {
  return {
    [script](const row_batch& x) { script->batches.emplace_back(x); },
    [script](join_atom, const outbox_ptr& who, const subscription& what) {
      script->joins.emplace_back(who, what);
    },
    [script](leave_atom, const outbox_ptr& who) {
      script->leaves.emplace_back(who);
    },
    [script](resume_atom, const outbox_ptr& who) {
      script->resumes.emplace_back(who);
    },
    [](flush_atom) {},
    [](check_atom) {},
    [](drain_atom) {},
    [self, script](summary_atom, std::uint64_t from) {
      return answer_for(self, *script, script->slice(from));
    },
    [self, script](summary_atom, const symbol_name&, std::uint64_t from) {
      return answer_for(self, *script, script->slice(from));
    },
    [self, script](resolve_atom, std::uint64_t id) {
      return answer_for(self, *script,
                        id == script->known ? script->subscriber
                                            : subscriber_actor{});
    },
    [self, script](list_atom, std::uint64_t) {
      handle_slice result;
      if (script->subscriber)
        result.some.emplace_back(script->subscriber);
      return answer_for(self, *script, std::move(result));
    },
    [self, script](why_atom, std::uint64_t, const symbol_name&) {
      return answer_for(self, *script, script->seen);
    },
    [self, script](count_atom, const std::vector<symbol_name>& xs) {
      script->counted += xs.size();
      std::vector<std::uint64_t> result(xs.size(), script->viewers);
      for (std::size_t i = 0; i < xs.size(); ++i)
        if (auto more = script->viewers_of.find(xs[i].str());
            more != script->viewers_of.end())
          result[i] += more->second;
      return answer_for(self, *script, std::move(result));
    },
    [self, script](reach_atom, const std::vector<symbol_name>& xs) {
      return answer_for(self, *script,
                        xs.empty() ? std::uint64_t{0} : script->viewers);
    },
    [self, script](audit_atom) {
      ++script->audits;
      return answer_for(self, *script, script->audit);
    },
    [self, script](status_atom, std::uint64_t id) {
      actor_status result{"fanout", "", {}, {}};
      if (script->subscriber && id == script->subscriber->id())
        result.facts = {{"verdict", "keeping up"}};
      return answer_for(self, *script, std::move(result));
    },
    [self, script](load_atom) {
      return answer_for(self, *script, script->load);
    },
    [self, script](status_atom) {
      return answer_for(self, *script,
                        actor_status{"fanout", "fake", {}, script->load});
    },
  };
}

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

inline market_actor::behavior_type
fake_market(market_actor::pointer self, std::shared_ptr<market_script> script) {
  return {
    [self, script](publish_atom, const tick_batch& x) {
      script->batches.emplace_back(self->clock().now(), x);
      auto to = self->make_response_promise<std::uint64_t>();
      if (!script->answer) {
        script->unanswered.emplace_back(to);
      } else if (auto n = script->answer(x)) {
        to.deliver(*n);
      } else {
        to.deliver(n.error());
      }
      return to;
    },
    [](prepare_atom, const tick_batch&) { return std::uint64_t{0}; },
    [](commit_atom, const batch_id&) { return std::uint64_t{0}; },
    [](abort_atom, const batch_id&) {},
    [](commit_atom, const tick_batch&) { return std::uint64_t{0}; },
    [](evict_atom, const std::vector<symbol_name>&) { return row_batch{}; },
    [](adopt_atom, const row_batch&, std::uint64_t) {},
    [](merge_atom, const row_batch&, std::uint64_t) { return row_batch{}; },
    [](fetch_atom, const std::vector<symbol_name>&) { return row_batch{}; },
    [self, script](resolve_atom, const std::vector<symbol_name>&) {
      return answer_for(self, *script, script->owners);
    },
    [self, script](list_atom, std::uint64_t start, std::uint64_t count) {
      auto at_once = std::min(count, max_symbols_listed);
      script->most_listed = std::max(script->most_listed, count);
      std::vector<symbol_ref> result;
      for (auto i = start; i < script->owners.size() && i < start + at_once;
           ++i)
        result.push_back(script->owners[i]);
      return answer_for(self, *script, std::move(result));
    },
    [](watch_atom, const std::vector<symbol_name>&, const row_sink_actor&) {},
    [](unwatch_atom, const std::vector<symbol_name>&, const row_sink_actor&) {},
    [](watch_atom, const row_sink_actor&) {},
    [](unwatch_atom, const row_sink_actor&) {},
    [script](feed_atom, const feed_id& which, bool up, const std::string&) {
      script->heard.emplace_back(which.str() + (up ? " up" : " down"));
    },
    [script](gone_atom, const feed_id& which) {
      script->heard.emplace_back(which.str() + " gone");
    },
    [](join_atom, const feed_id&, const feed_actor&) {},
    [self, script](pause_atom, const std::string& which, bool on) {
      script->heard.emplace_back(which + (on ? " paused" : " resumed"));
      return answer_for(self, *script, std::uint64_t{script->fed.size()});
    },
    [script](refuse_atom, const feed_id& from, const std::string& symbol,
             const std::string& why, std::uint64_t n) {
      script->heard.emplace_back(from.str() + " refused " + symbol + ": " + why
                                 + " (" + std::to_string(n) + ")");
    },
    [](check_atom) {},
    [self, script](feed_atom) {
      return answer_for(self, *script, script->feeds);
    },
    [self, script](feed_atom, const std::string&) {
      return answer_for(self, *script, script->fed);
    },
    [self, script](status_atom, const symbol_name& which) {
      return answer_for(self, *script,
                        actor_status{"market", which.str(), {}, {}});
    },
    [self, script](load_atom) {
      return answer_for(self, *script, script->load);
    },
    [self, script](status_atom) {
      return answer_for(self, *script,
                        actor_status{"market", "fake", {}, script->load});
    },
  };
}

/// What a fake owner of a symbol knows.
struct symbol_script {
  row_ptr row; ///< without it, questions for the row stay open
  symbol_summary summary;

  bool mute = false; ///< status questions stay open
  std::vector<caf::response_promise> open;

  std::size_t asked = 0; ///< for its summary
};

inline symbol_actor::behavior_type
fake_symbol(symbol_actor::pointer self, std::shared_ptr<symbol_script> script) {
  return {
    [](apply_atom, const tick_batch&) {},
    [](follow_atom, const row_sink_actor&) {},
    [](unfollow_atom, const row_sink_actor&) {},
    [](evict_atom) { return row_batch{}; },
    [](merge_atom, const row_batch&, std::uint64_t) { return row_batch{}; },
    [](fresh_atom, std::uint8_t) {},
    [self, script](row_atom) {
      auto to = self->make_response_promise<row_batch>();
      if (script->row)
        to.deliver(row_batch{{script->row}});
      else
        script->open.emplace_back(to);
      return to;
    },
    [self, script](summary_atom) {
      ++script->asked;
      return answer_for(self, *script, script->summary);
    },
    [self, script](status_atom) {
      return answer_for(self, *script, actor_status{"symbol", "fake", {}, {}});
    },
  };
}

} // namespace livegrid::test
