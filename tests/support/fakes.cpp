#include "fakes.hpp"

#include <algorithm>
#include <utility>

// Compiled once for all suites: each of these makes the templates of a whole
// actor.

namespace livegrid::test {

namespace {

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

} // namespace

fanout_actor::behavior_type fake_fanout(fanout_actor::pointer self,
                                        std::shared_ptr<fanout_script> script) {
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

market_actor::behavior_type fake_market(market_actor::pointer self,
                                        std::shared_ptr<market_script> script) {
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
    [](roll_atom, const symbol_name&, std::int32_t) {},
    [](roll_atom, const std::string&, std::int32_t) {
      return std::uint64_t{0};
    },
    [](venue_atom) { return listing{}; },
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

symbol_actor::behavior_type fake_symbol(symbol_actor::pointer self,
                                        std::shared_ptr<symbol_script> script) {
  return {
    [](apply_atom, const tick_batch&) {},
    [](follow_atom, const row_sink_actor&) {},
    [](unfollow_atom, const row_sink_actor&) {},
    [](evict_atom) { return row_batch{}; },
    [](merge_atom, const row_batch&, std::uint64_t) { return row_batch{}; },
    [](fresh_atom, std::uint8_t) {},
    [](venue_atom, const venue_ptr&) {},
    [](roll_atom, std::int32_t, bool) {},
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
