#include "livegrid/actors/fanout.hpp"

#include <algorithm>

#include "livegrid/counters.hpp"
#include "livegrid/load.hpp"
#include "livegrid/log.hpp"
#include "livegrid/verdict.hpp"
#include "livegrid/view.hpp"

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
    if (symbol.latest && x->version() <= symbol.latest->version())
      continue;
    // What changed is told against the row before it.
    auto whole = !symbol.latest || x->version() != symbol.latest->version() + 1;
    auto index = static_cast<std::uint32_t>(staged_.size());
    staged_.push_back({x, symbol.key, whole, std::exchange(symbol.latest, x),
                       std::exchange(symbol.staged, true)});
    auto stage = [&](audience* a) {
      if (a->staged.empty())
        dirty_.emplace_back(a);
      a->staged.emplace_back(index);
    };
    for (auto* a : symbol.audiences)
      stage(a);
    if (!x->is_vacant())
      for (auto* a : everything_)
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
        if (passes(box->shown(), x))
          box->hold(x.key, x.row, x.row->changed(), x.whole, now,
                    {.row = x.before,
                     .at = x.follows ? now : symbols_[x.key]->flushed});
      }
      box->pump(now);
      track(*box, now);
    }
  }
  to.staged.clear();
}

bool fanout_state::passes(const view& shown, const staged_row& x) {
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
  if (members_.contains(who.get()))
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
      continue;
    }
    box->pump(now);
    track(*box, now);
  }
}

void fanout_state::drain() {
  draining_ = true;
  flush();
  for (auto& [box, who] : members_)
    box->drain(false);
}

subscriber_summary fanout_state::summary_of(const member& who) const {
  const auto& box = *who.box;
  const auto& books = box.books();
  subscriber_summary result;
  result.id = box.owner ? box.owner->id() : 0;
  result.peer = who.box->sink().peer();
  auto age = std::chrono::duration_cast<std::chrono::milliseconds>(
    self_->clock().now() - box.since);
  result.age_ms =
    static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count()));
  result.symbols = who.where->symbols.size();
  result.everything = who.where->everything;
  result.published = books.published;
  result.delivered = books.delivered;
  result.merged = books.merged;
  result.discarded = books.discarded;
  result.unsent = who.box->sink().unsent();
  result.blocked = box.blocked();
  result.held = box.held_rows();
  result.interval_ms =
    static_cast<std::uint64_t>(box.options().interval.count());
  result.link = who.box->sink().link();
  return result;
}

std::vector<subscriber_summary> fanout_state::summaries() const {
  std::vector<subscriber_summary> result;
  result.reserve(members_.size());
  for (const auto& [box, who] : members_)
    result.push_back(summary_of(who));
  return result;
}

std::vector<subscriber_summary>
fanout_state::summaries(const symbol_name& which) const {
  std::vector<subscriber_summary> result;
  auto add_all = [&](const audience& x) {
    for (auto* box : x.members)
      result.push_back(summary_of(members_.find(box)->second));
  };
  if (auto i = keys_.find(which); i != keys_.end())
    for (const auto* x : symbols_[i->second]->audiences)
      add_all(*x);
  for (const auto* x : everything_)
    add_all(*x);
  return result;
}

const fanout_state::member* fanout_state::find_member(std::uint64_t id) const {
  for (const auto& [box, who] : members_)
    if (box->owner && box->owner->id() == id)
      return &who;
  return nullptr;
}

subscriber_actor fanout_state::find(std::uint64_t id) const {
  const auto* who = find_member(id);
  return who ? who->box->owner : subscriber_actor{};
}

std::vector<subscriber_actor> fanout_state::subscribers() const {
  std::vector<subscriber_actor> result;
  result.reserve(members_.size());
  for (const auto& [box, who] : members_)
    if (box->owner)
      result.emplace_back(box->owner);
  return result;
}

viewer_cell fanout_state::explain(std::uint64_t id, const symbol_name& which) {
  viewer_cell result;
  const auto* who = find_member(id);
  if (who == nullptr)
    return result;
  // What has been gathered is about to go out anyway.
  if (flush_due_)
    flush();
  const auto& box = *who->box;
  result.found = true;
  result.viewer = summary_of(*who);
  const auto& where = *who->where;
  auto known = keys_.find(which);
  result.wanted =
    where.everything
    || (known != keys_.end()
        && std::binary_search(where.symbols.begin(), where.symbols.end(),
                              known->second));
  if (!result.wanted || known == keys_.end())
    return result;
  const auto& symbol = *symbols_[known->second];
  auto now = self_->clock().now();
  auto today = config_.wall_clock();
  auto time_of_day = [&](time_point x) {
    return (today
            - std::chrono::duration_cast<std::chrono::nanoseconds>(now - x))
      .time_since_epoch()
      .count();
  };
  const auto* waiting = box.find_waiting(symbol.key);
  const auto* given = box.find_given(symbol.key);
  if (waiting != nullptr) {
    result.waiting = waiting->row;
    result.waiting_since = time_of_day(waiting->at);
    result.waiting_merged = waiting->merged;
  }
  // Nothing waits: the latest row went out to it with the others, or it was
  // given that one by itself.
  given_row last{.row = symbol.latest, .at = symbol.flushed};
  auto added =
    who->added_all
    || std::binary_search(who->added.begin(), who->added.end(), symbol.key);
  if (added && who->changed >= symbol.flushed)
    last.at = who->changed;
  else if (symbol.ticked
           && !box.shown().shows(*symbol.latest, symbol.latest->changed()))
    last = {.row = symbol.ticked, .at = symbol.ticked_at};
  if (given != nullptr && (waiting != nullptr || given->row == symbol.latest))
    last = *given;
  else if (waiting != nullptr)
    last = {};
  // Those who want all get no row of what has not traded.
  if (where.everything && last.row && last.row->is_vacant())
    last = {};
  result.shown = last.row;
  if (!last.row)
    return result;
  box.shown().append_row(result.text, *last.row);
  result.handed = time_of_day(last.at);
  result.waited_us = static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::microseconds>(last.waited).count());
  result.merged = last.merged;
  return result;
}

std::vector<std::uint64_t>
fanout_state::count(const std::vector<symbol_name>& xs) const {
  std::uint64_t of_all = 0;
  for (const auto* x : everything_)
    of_all += x->members.size();
  std::vector<std::uint64_t> result;
  result.reserve(xs.size());
  for (const auto& x : xs) {
    auto n = of_all;
    if (auto i = keys_.find(x); i != keys_.end())
      for (const auto* a : symbols_[i->second]->audiences)
        n += a->members.size();
    result.push_back(n);
  }
  return result;
}

std::uint64_t fanout_state::reach(const std::vector<symbol_name>& xs) const {
  if (xs.empty())
    return 0;
  std::unordered_set<const audience*> all{everything_.begin(),
                                          everything_.end()};
  for (const auto& x : xs)
    if (auto i = keys_.find(x); i != keys_.end())
      for (const auto* a : symbols_[i->second]->audiences)
        all.insert(a);
  std::uint64_t result = 0;
  for (const auto* a : all)
    result += a->members.size();
  return result;
}

ledger_audit fanout_state::audit() const {
  ledger_audit result;
  for (const auto& [box, who] : members_) {
    result.held += box->held_rows();
    if (box->books().waiting() != box->held_rows())
      ++result.off;
  }
  const auto& stats = *config_.stats;
  result.published = get(stats.rows_published);
  result.delivered = get(stats.rows_delivered);
  result.merged = get(stats.rows_merged);
  result.discarded = get(stats.rows_discarded);
  return result;
}

actor_status fanout_state::status_of(std::uint64_t id) const {
  actor_status result{name, "", {}, {}};
  const auto* who = find_member(id);
  if (who == nullptr)
    return result;
  auto put = [&](const char* key, std::string value) {
    result.facts.emplace_back(key, std::move(value));
  };
  auto x = summary_of(*who);
  auto judged =
    judge(x, std::chrono::nanoseconds{get(config_.stats->loop_lag)});
  put("verdict", std::string{to_string(judged.fault)} + ": " + judged.why);
  if (x.everything) {
    put("set", "*");
  } else {
    constexpr std::size_t most = 20;
    std::string names;
    for (std::size_t i = 0; i < who->where->symbols.size() && i < most; ++i)
      names +=
        (i > 0 ? "," : "") + symbols_[who->where->symbols[i]]->name.str();
    if (x.symbols > most)
      names += ",... " + std::to_string(x.symbols) + " in all";
    put("set", names.empty() ? "nothing" : names);
  }
  put("socket", x.blocked ? "full" : "open");
  put("held", std::to_string(x.held));
  put("ledger", x.adds_up() ? "adds up" : "does not add up");
  return result;
}

actor_status fanout_state::status() const {
  actor_status result{name, "", {}, load_of(self_)};
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, std::to_string(value));
  };
  put("subscribers", members_.size());
  put("audiences", audiences_.size());
  put("symbols", keys_.size());
  put("slow", slow_.size());
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
    [self](summary_atom) { return self->state.summaries(); },
    [self](summary_atom, const symbol_name& which) {
      return self->state.summaries(which);
    },
    [self](resolve_atom, std::uint64_t id) { return self->state.find(id); },
    [self](list_atom) { return self->state.subscribers(); },
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
