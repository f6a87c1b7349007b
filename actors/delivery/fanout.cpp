#include "livegrid/actors/delivery/fanout.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/delivery/catching_up.hpp"
#include "livegrid/actors/delivery/fanout_report.hpp"
#include "livegrid/actors/delivery/snapshot.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// A subscriber whose TCP acknowledges nothing for so long is closed.
constexpr std::chrono::seconds stall_limit{30};

/// How often blocked sockets are looked at.
constexpr std::chrono::milliseconds stall_check{1000};

/// Held rows that fall due this close together go out together.
constexpr std::chrono::milliseconds check_grain{5};

} // namespace

void fanout_state::init(fanout_actor::pointer self, fanout_config config) {
  self_ = self;
  config_ = std::move(config);
  texts_ = flush_texts{config_.frame};
  if (!config_.after_turn)
    config_.after_turn = [self](const fanout_actor&) {
      self->send(self, flush_atom_v);
    };
}

// -- who gets what ------------------------------------------------------------

void fanout_state::join(const outbox_ptr& who, const subscription& what) {
  if (who->closed())
    return;
  if (draining_) {
    who->drain(true);
    return;
  }
  auto& x = audiences_.find_or_add(who);
  if (what.what == subscription::change::keep)
    return;
  // What came before this must go to those who were there before it.
  if (!staged_.empty())
    flush();
  auto now = self_->clock().now();
  auto changed = audiences_.change_set(x, what, now, today());
  if (!changed.moved)
    return;
  tell_market(changed.news);
  // Whoever appends what comes has the rows of now from his GET.
  if (who->shown().has_row_id()) {
    if (give_snapshot(x, changed, audiences_, now))
      behind_.insert(who.get());
    who->pump(now);
    catch_up(*who, now);
    track(*who, now);
  }
  release(changed.before);
}

void fanout_state::tell_market(const interest_changes& news) {
  row_sink_actor me{self_};
  for (const auto& x : news) {
    if (x.names.empty() && x.wanted)
      self_->send(config_.market, watch_atom_v, me);
    else if (x.names.empty())
      self_->send(config_.market, unwatch_atom_v, me);
    else if (x.wanted)
      self_->send(config_.market, watch_atom_v, x.names, me);
    else
      self_->send(config_.market, unwatch_atom_v, x.names, me);
  }
}

void fanout_state::leave(const outbox_ptr& who) {
  auto* x = audiences_.find(who.get());
  if (x == nullptr)
    return;
  who->abandon();
  who->set_awaited(0);
  slow_.erase(who.get());
  behind_.erase(who.get());
  release(audiences_.remove(*x));
}

void fanout_state::release(audience* x) {
  if (!x->members.empty())
    return;
  std::erase(dirty_, x);
  tell_market(audiences_.release(x));
}

// -- rows ---------------------------------------------------------------------

void fanout_state::take(const row_batch& batch) {
  for (const auto& x : batch.rows) {
    auto* known = audiences_.find(x->symbol());
    if (known == nullptr) {
      // A late row of a symbol that nobody here wants any more, or the first of
      // a new one, where somebody wants all.
      if (audiences_.of_everything().empty())
        continue;
      known = &audiences_.add(x->symbol(), today());
    }
    auto& symbol = *known;
    if (symbol.latest && x->order() <= symbol.latest->order())
      continue;
    // What changed is told against the row before it.
    auto whole = !symbol.latest || !x->order().follows(symbol.latest->order());
    auto old = !symbol.latest && x->stamp().received < symbol.since;
    if (symbol.is_awaited())
      audiences_.note_arrival(symbol, *x);
    auto index = static_cast<std::uint32_t>(staged_.size());
    staged_.push_back({x, symbol.key, whole, std::exchange(symbol.latest, x),
                       std::exchange(symbol.staged, true), old});
    auto stage = [&](audience* a) {
      if (a->staged.empty())
        dirty_.emplace_back(a);
      a->staged.emplace_back(index);
    };
    for (auto* a : symbol.audiences)
      stage(a);
    if (!x->is_vacant())
      for (auto* a : audiences_.of_everything())
        if (allows(a->key.filter, x->symbol()))
          stage(a);
  }
  if (!staged_.empty() && !flush_due_) {
    flush_due_ = true;
    turns_.begin(self_->clock().now());
    config_.after_turn(self_);
  }
}

void fanout_state::end_turn() {
  if (!flush_due_)
    return;
  auto now = self_->clock().now();
  if (turns_.wait(staged_.size(), audiences_.num_members(), now))
    config_.after_turn(self_);
  else
    flush();
}

void fanout_state::flush() {
  flush_due_ = false;
  turns_.reset();
  auto now = self_->clock().now();
  for (auto* a : dirty_)
    deliver(*a, now);
  dirty_.clear();
  if (!staged_.empty())
    note_flush();
  staged_.clear();
  texts_.clear();
  catch_up_all(now);
}

void fanout_state::note_flush() {
  config_.stats->flush_rows.observe(staged_.size());
  auto now = self_->clock().now();
  auto time_of_day = today();
  for (const auto& x : staged_) {
    audiences_.note_sent(x.key, x.row, x.before, now);
    if (auto received = x.row->stamp().received;
        received > 0 && !x.row->is_restated())
      config_.stats->tick_to_socket.observe(static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, time_of_day - received)));
  }
}

void fanout_state::deliver(audience& to, time_point now) {
  if (to.members.empty()) {
    to.staged.clear();
    return;
  }
  // All members of an audience want the same form.
  auto& as = texts_.form_for(*to.members.front());
  for (std::size_t i = 0; i < to.staged.size();) {
    auto first = i;
    auto [bytes, rows] = texts_.join(as, staged_, to.staged, i);
    if (rows == 0)
      continue;
    for (auto* box : to.members) {
      if (box->ready()) {
        box->send(bytes, rows, now);
        if (box->blocked())
          track(*box, now);
        continue;
      }
      hold(*box, std::span{to.staged}.subspan(first, i - first), now);
      box->pump(now);
      if (keep_in_share(*box, now))
        behind_.insert(box);
      track(*box, now);
    }
  }
  to.staged.clear();
}

void fanout_state::hold(outbox& box, std::span<const std::uint32_t> part,
                        time_point now) {
  for (auto i : part) {
    const auto& x = staged_[i];
    if (!passes(box.shown(), x))
      continue;
    if (box.passes_over(x.key))
      box.pass_over();
    else
      box.hold(x.key, x.row, x.row->changed(), x.whole, now,
               {.row = x.before,
                .at = x.follows ? now : audiences_.at(x.key)->flushed});
  }
}

void fanout_state::resume(const outbox_ptr& who) {
  auto now = self_->clock().now();
  who->resume(now);
  if (audiences_.find(who.get()) == nullptr)
    return;
  if (behind_.contains(who.get())) {
    // What is looked up is newer than what is gathered.
    if (!staged_.empty())
      flush();
    catch_up(*who, now);
  }
  track(*who, now);
}

// -- subscribers that do not keep up ------------------------------------------

void fanout_state::track(outbox& box, time_point now) {
  auto due = box.next_due();
  if (!due && !box.blocked()) {
    slow_.erase(&box);
    return;
  }
  slow_.insert(&box);
  check_at(due ? std::max(*due, now + check_grain) : now + stall_check);
}

void fanout_state::check_at(time_point when) {
  if (next_check_ && *next_check_ <= when)
    return;
  next_check_ = when;
  auto now = self_->clock().now();
  self_->delayed_send(self_, std::max(when - now, time_point::duration::zero()),
                      check_atom_v);
}

void fanout_state::check() {
  auto now = self_->clock().now();
  // An earlier check was asked for after this one: it looks after the rest.
  if (!next_check_ || now < *next_check_)
    return;
  next_check_.reset();
  std::vector<outbox*> boxes{slow_.begin(), slow_.end()};
  for (auto* box : boxes) {
    if (box->stalled(now, stall_limit)) {
      box->close(close_code::policy, "took nothing for 30 s");
      slow_.erase(box);
      behind_.erase(box);
      continue;
    }
    box->pump(now);
    track(*box, now);
  }
  if (!behind_.empty() && !staged_.empty())
    flush();
  else
    catch_up_all(now);
}

void fanout_state::catch_up(outbox& box, time_point now) {
  const auto* who = audiences_.find(&box);
  if (who == nullptr)
    return;
  livegrid::catch_up(box, *who->where, audiences_, now,
                     draining_ ? time_point::max() : now);
  if (!box.behind_from())
    behind_.erase(&box);
}

void fanout_state::catch_up_all(time_point now) {
  if (behind_.empty())
    return;
  std::vector<outbox*> boxes{behind_.begin(), behind_.end()};
  for (auto* box : boxes) {
    catch_up(*box, now);
    track(*box, now);
  }
}

void fanout_state::drain() {
  draining_ = true;
  flush();
  for (const auto& [box, who] : audiences_.members()) {
    box->drain(false);
    catch_up(*box, self_->clock().now());
  }
}

// -- what the operator sees ---------------------------------------------------

viewer_cell fanout_state::explain(std::uint64_t id, const symbol_name& which) {
  const auto* who = audiences_.find(id);
  if (who == nullptr)
    return {};
  // What has been gathered is about to go out anyway.
  if (flush_due_)
    flush();
  return livegrid::explain(audiences_, *who, which, self_->clock().now(),
                           config_.wall_clock());
}

ledger_audit fanout_state::audit() const {
  return livegrid::audit(audiences_, *config_.stats);
}

actor_status fanout_state::status_of(std::uint64_t id) const {
  const auto* who = audiences_.find(id);
  if (who == nullptr)
    return {name, "", {}, {}};
  return livegrid::status_of(
    audiences_, *who, name, self_->clock().now(),
    std::chrono::nanoseconds{get(config_.stats->loop_lag)});
}

actor_status fanout_state::status() const {
  actor_status result{name, "", {}, load_of(self_)};
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, value);
  };
  put("subscribers", audiences_.num_members());
  put("audiences", audiences_.size());
  put("symbols", audiences_.num_symbols());
  put("slow", slow_.size());
  put("behind", behind_.size());
  return result;
}

fanout_actor::behavior_type
fanout(fanout_actor::stateful_pointer<fanout_state> self,
       fanout_config config) {
  self->state.init(self, std::move(config));
  return {
    [self](const row_batch& rows) { self->state.take(rows); },
    [self](join_atom, const outbox_ptr& who, const subscription& what) {
      self->state.join(who, what);
    },
    [self](leave_atom, const outbox_ptr& who) { self->state.leave(who); },
    [self](resume_atom, const outbox_ptr& who) { self->state.resume(who); },
    [self](flush_atom) { self->state.end_turn(); },
    [self](check_atom) { self->state.check(); },
    [self](drain_atom) { self->state.drain(); },
    [self](summary_atom, std::uint64_t from) {
      return summaries(self->state.all(), from, self->clock().now());
    },
    [self](summary_atom, const symbol_name& which, std::uint64_t from) {
      return summaries(self->state.all(), which, from, self->clock().now());
    },
    [self](resolve_atom, std::uint64_t id) {
      return subscriber_of(self->state.all(), id);
    },
    [self](list_atom, std::uint64_t from) {
      return subscribers(self->state.all(), from);
    },
    [self](why_atom, std::uint64_t id, const symbol_name& which) {
      return self->state.explain(id, which);
    },
    [self](count_atom, const std::vector<symbol_name>& xs) {
      return count(self->state.all(), xs);
    },
    [self](reach_atom, const std::vector<symbol_name>& xs) {
      return reach(self->state.all(), xs);
    },
    [self](audit_atom) { return self->state.audit(); },
    [self](status_atom, std::uint64_t id) { return self->state.status_of(id); },
    [self](load_atom) { return load_of(self); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
