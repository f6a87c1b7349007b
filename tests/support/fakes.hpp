#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/replier.hpp"
#include "livegrid/tick_source.hpp"

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

  bool mute = false; ///< status questions stay open
  std::vector<caf::response_promise> open;

  std::vector<subscriber_summary> subscribers;
  std::uint64_t known = 0; ///< the id of `subscriber`
  subscriber_actor subscriber;
  viewer_cell seen;
  std::uint64_t viewers = 0; ///< of every symbol
  ledger_audit audit;
  std::uint64_t mailbox = 0;

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
    [self, script](summary_atom) {
      auto to = self->make_response_promise<std::vector<subscriber_summary>>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(script->subscribers);
      return to;
    },
    [script](summary_atom, const symbol_name&) { return script->subscribers; },
    [script](list_atom) {
      std::vector<subscriber_actor> result;
      if (script->subscriber)
        result.emplace_back(script->subscriber);
      return result;
    },
    [script](why_atom, std::uint64_t, const symbol_name&) {
      return script->seen;
    },
    [script](count_atom, const std::vector<symbol_name>& xs) {
      return std::vector<std::uint64_t>(xs.size(), script->viewers);
    },
    [script](reach_atom, const std::vector<symbol_name>& xs) {
      return xs.empty() ? std::uint64_t{0} : script->viewers;
    },
    [script](audit_atom) { return script->audit; },
    [self, script](load_atom) {
      auto to = self->make_response_promise<actor_load>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(actor_load{.id = self->id(), .mailbox = script->mailbox});
      return to;
    },
    [script](status_atom, std::uint64_t id) {
      actor_status result{"fanout", "", {}, {}};
      if (id == script->known)
        result.facts = {{"verdict", "keeping up"}};
      return result;
    },
    [self, script](resolve_atom, std::uint64_t id) {
      auto to = self->make_response_promise<subscriber_actor>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(id == script->known ? script->subscriber
                                       : subscriber_actor{});
      return to;
    },
    [self, script](status_atom) {
      auto to = self->make_response_promise<actor_status>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(actor_status{"fanout", "fake", {}});
      return to;
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

  bool mute = false; ///< all other questions stay open

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
  auto refs = [self, script] {
    auto to = self->make_response_promise<std::vector<symbol_ref>>();
    if (script->mute)
      script->open.emplace_back(to);
    else
      to.deliver(script->owners);
    return to;
  };
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
    [refs](resolve_atom, const std::vector<symbol_name>&) { return refs(); },
    [refs](list_atom, std::uint64_t) { return refs(); },
    [](watch_atom, const std::vector<symbol_name>&, const fanout_actor&) {},
    [](unwatch_atom, const std::vector<symbol_name>&, const fanout_actor&) {},
    [](watch_atom, const fanout_actor&) {},
    [](unwatch_atom, const fanout_actor&) {},
    [script](feed_atom, const feed_id& which, bool up, const std::string&) {
      script->heard.emplace_back(which.str() + (up ? " up" : " down"));
    },
    [](join_atom, const feed_id&, const feed_actor&) {},
    [](pause_atom, const std::string&, bool) { return std::uint64_t{0}; },
    [script](refuse_atom, const feed_id& from, const std::string& symbol,
             const std::string& why) {
      script->heard.emplace_back(from.str() + " refused " + symbol + ": "
                                 + why);
    },
    [](check_atom) {},
    [](feed_atom) { return std::vector<feed_summary>{}; },
    [](feed_atom, const std::string&) { return std::vector<symbol_name>{}; },
    [](status_atom, const symbol_name& which) {
      return actor_status{"market", which.str(), {}, {}};
    },
    [self](load_atom) { return actor_load{.id = self->id()}; },
    [self, script](status_atom) {
      auto to = self->make_response_promise<actor_status>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(actor_status{"market", "fake", {}});
      return to;
    },
  };
}

/// What a fake owner of a symbol knows.
struct symbol_script {
  row_ptr row; ///< without it, questions for the row stay open
  symbol_summary summary;

  bool mute = false; ///< status questions stay open
  std::vector<caf::response_promise> open;
};

inline symbol_actor::behavior_type
fake_symbol(symbol_actor::pointer self, std::shared_ptr<symbol_script> script) {
  return {
    [](apply_atom, const tick_batch&) {},
    [](follow_atom, const fanout_actor&) {},
    [](unfollow_atom, const fanout_actor&) {},
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
      auto to = self->make_response_promise<symbol_summary>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(script->summary);
      return to;
    },
    [self, script](status_atom) {
      auto to = self->make_response_promise<actor_status>();
      if (script->mute)
        script->open.emplace_back(to);
      else
        to.deliver(actor_status{"symbol", "fake", {}});
      return to;
    },
  };
}

} // namespace livegrid::test
