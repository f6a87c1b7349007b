#include "livegrid/actors/delivery/fanout.hpp"

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// One write of an audience; what a blocked socket may keep of a flush.
constexpr std::size_t chunk_size = 64 * 1024;

/// A busy loop gathers so many rows before it sends them: one send of many rows
/// costs little more than one send of one.
constexpr std::size_t enough_rows = 256;

/// What a send costs. Rows wait for others at most as long as it takes to send
/// them, so that gathering never more than doubles their way.
constexpr std::chrono::microseconds send_cost{3};

/// A turn without anything to do takes about 1 us: one more of them for every
/// so many subscribers is about 1 % of what more rows a flush can save.
constexpr std::size_t subscribers_per_quiet_turn = 50;

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
  if (!config_.after_turn)
    config_.after_turn = [self](const fanout_actor&) {
      self->send(self, flush_atom_v);
    };
}

// -- rows ---------------------------------------------------------------------

void fanout_state::take(const row_batch& batch) {
  for (const auto& x : batch.rows) {
    auto known = keys_.find(x->symbol());
    if (known == keys_.end()) {
      // A late row of a symbol that nobody here wants any more, or the first of
      // a new one, where somebody wants all.
      if (everything_.empty())
        continue;
      std::vector<symbol_name> fresh;
      find_or_make(x->symbol(), fresh);
      known = keys_.find(x->symbol());
    }
    auto& symbol = *symbols_[known->second];
    if (symbol.latest && x->order() <= symbol.latest->order())
      continue;
    // What changed is told against the row before it.
    auto whole = !symbol.latest || !x->order().follows(symbol.latest->order());
    auto old = !symbol.latest && x->stamp().received < symbol.since;
    if (!symbol.latest || symbol.latest->is_vacant())
      note_arrival(symbol, *x);
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
      for (auto* a : everything_)
        if (allows(a->key.filter, x->symbol()))
          stage(a);
  }
  if (!staged_.empty() && !flush_due_) {
    flush_due_ = true;
    gathering_since_ = self_->clock().now();
    config_.after_turn(self_);
  }
}

void fanout_state::end_turn() {
  if (!flush_due_)
    return;
  if (staged_.size() > rows_last_turn_)
    quiet_turns_ = 0;
  else
    ++quiet_turns_;
  auto patience = send_cost * members_.size();
  if (quiet_turns_ <= members_.size() / subscribers_per_quiet_turn
      && staged_.size() < enough_rows
      && self_->clock().now() - gathering_since_ < patience) {
    rows_last_turn_ = staged_.size();
    config_.after_turn(self_);
    return;
  }
  flush();
}

void fanout_state::flush() {
  flush_due_ = false;
  rows_last_turn_ = 0;
  quiet_turns_ = 0;
  auto now = self_->clock().now();
  for (auto* a : dirty_)
    deliver(*a, now);
  dirty_.clear();
  if (!staged_.empty())
    note_flush();
  staged_.clear();
  forms_.clear();
  arena_.clear();
  catch_up_all(now);
}

void fanout_state::note_flush() {
  config_.stats->flush_rows.observe(staged_.size());
  auto now = self_->clock().now();
  auto today = config_.wall_clock().time_since_epoch().count();
  for (const auto& x : staged_) {
    // Since it was staged, nobody may want the symbol any more.
    if (auto& symbol = symbols_[x.key]) {
      symbol->staged = false;
      if (symbol->latest == x.row) {
        if (!x.row->is_restated()) {
          symbol->ticked.reset();
        } else if (x.before && !x.before->is_restated()) {
          symbol->ticked = x.before;
          symbol->ticked_at = symbol->flushed;
        }
        symbol->flushed = now;
      }
    }
    if (auto received = x.row->stamp().received;
        received > 0 && !x.row->is_restated())
      config_.stats->tick_to_socket.observe(static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, today - received)));
  }
}

void fanout_state::deliver(audience& to, time_point now) {
  if (to.members.empty()) {
    to.staged.clear();
    return;
  }
  // All members of an audience want the same form.
  const auto& options = to.members.front()->options();
  auto& as = form_for(*to.members.front(), !options.as_array);
  std::string array;
  for (std::size_t i = 0; i < to.staged.size();) {
    if (!buffer_ || buffer_.use_count() > 1)
      buffer_ = std::make_shared<std::string>();
    buffer_->clear();
    array.clear();
    std::size_t rows = 0;
    auto first = i;
    for (; i < to.staged.size() && buffer_->size() + array.size() < chunk_size;
         ++i) {
      auto text = text_of(as, to.staged[i]);
      if (text.empty())
        continue;
      ++rows;
      if (!options.as_array) {
        *buffer_ += text;
      } else {
        array += rows == 1 ? '[' : ',';
        array += text;
      }
    }
    if (rows == 0)
      continue;
    if (options.as_array) {
      array += ']';
      config_.frame(*buffer_, array);
    }
    bytes_ptr bytes = buffer_;
    for (auto* box : to.members) {
      if (box->ready()) {
        box->send(bytes, rows, now);
        if (box->blocked())
          track(*box, now);
        continue;
      }
      for (auto j = first; j < i; ++j) {
        const auto& x = staged_[to.staged[j]];
        if (!passes(box->shown(), x))
          continue;
        if (box->passes_over(x.key))
          box->pass_over();
        else
          box->hold(x.key, x.row, x.row->changed(), x.whole, now,
                    {.row = x.before,
                     .at = x.follows ? now : symbols_[x.key]->flushed});
      }
      box->pump(now);
      keep_in_share(*box, now);
      track(*box, now);
    }
  }
  to.staged.clear();
}

bool fanout_state::passes(const view& shown, const staged_row& x) {
  if (x.old && !shown.has_row_id())
    return false;
  return !x.row->is_restated() || x.whole
         || shown.shows(*x.row, x.row->changed());
}

fanout_state::form& fanout_state::form_for(const outbox& box, bool framed) {
  auto changes = box.options().changes_only;
  for (auto& x : forms_)
    if (x.shown == &box.shown() && x.changes_only == changes
        && x.framed == framed)
      return x;
  forms_.push_back({&box.shown(), changes, framed, {}});
  return forms_.back();
}

std::string_view fanout_state::text_of(form& as, std::uint32_t staged) {
  if (as.texts.size() <= staged)
    as.texts.resize(staged_.size());
  auto& text = as.texts[staged];
  if (text)
    return *text;
  std::string json;
  const auto& x = *staged_[staged].row;
  if (!passes(*as.shown, staged_[staged])) {
    text.emplace();
    return *text;
  }
  if (!as.changes_only || staged_[staged].whole)
    as.shown->append_row(json, x);
  else if (!as.shown->append_changes(json, x, x.changed())) {
    text.emplace();
    return *text;
  }
  constexpr std::size_t block = 64 * 1024;
  auto need = json.size() + 16;
  // A block never grows, so that views into it stay valid.
  if (arena_.empty() || arena_.back().capacity() - arena_.back().size() < need)
    arena_.emplace_back().reserve(std::max(block, need));
  auto& to = arena_.back();
  auto before = to.size();
  if (as.framed)
    config_.frame(to, json);
  else
    to += json;
  return text.emplace(std::string_view{to}.substr(before));
}

void fanout_state::resume(const outbox_ptr& who) {
  auto now = self_->clock().now();
  who->resume(now);
  if (!members_.contains(who.get()))
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

void fanout_state::drain() {
  draining_ = true;
  flush();
  for (auto& [box, who] : members_) {
    box->drain(false);
    catch_up(*box, self_->clock().now());
  }
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
      return self->state.summaries(from);
    },
    [self](summary_atom, const symbol_name& which, std::uint64_t from) {
      return self->state.summaries(which, from);
    },
    [self](resolve_atom, std::uint64_t id) { return self->state.find(id); },
    [self](list_atom, std::uint64_t from) {
      return self->state.subscribers(from);
    },
    [self](why_atom, std::uint64_t id, const symbol_name& which) {
      return self->state.explain(id, which);
    },
    [self](count_atom, const std::vector<symbol_name>& xs) {
      return self->state.count(xs);
    },
    [self](reach_atom, const std::vector<symbol_name>& xs) {
      return self->state.reach(xs);
    },
    [self](audit_atom) { return self->state.audit(); },
    [self](status_atom, std::uint64_t id) { return self->state.status_of(id); },
    [self](load_atom) { return load_of(self); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
