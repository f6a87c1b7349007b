#include "livegrid/actors/market/market.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "livegrid/actors/market/batch_check.hpp"
#include "livegrid/actors/market/market_feeds.hpp"
#include "livegrid/actors/market/market_interest.hpp"
#include "livegrid/actors/market/market_moves.hpp"
#include "livegrid/actors/market/market_report.hpp"
#include "livegrid/actors/market/symbol.hpp"
#include "livegrid/actors/runtime/spawn.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// How exact silence is measured.
constexpr std::chrono::seconds check_every{1};

bool contains(const std::vector<row_sink_actor>& xs, const row_sink_actor& x) {
  return std::find(xs.begin(), xs.end(), x) != xs.end();
}

} // namespace

symbol_slot& market_state::find_or_make(const symbol_name& which,
                                        const row_ptr& last) {
  auto [i, fresh] = symbols.try_emplace(which);
  if (!fresh)
    return *i;
  prepared.note_made(which);
  by_age.emplace_back(&*i);
  add(stats->symbols);
  add(stats->fresh[static_cast<std::size_t>(freshness::never)]);
  auto owner = spawn_on<caf::lazy_init>(
    self->system(), nullptr, symbol,
    symbol_origin{which, epoch, last, simulated, days.place(*i, last), by_time},
    stats, wall_clock);
  i->second.owner = owner;
  for (const auto& who : everything)
    self->send(owner, follow_atom_v, who);
  if (auto waiting = interest.find(which); waiting != interest.end()) {
    i->second.followers = std::move(waiting->second);
    interest.erase(waiting);
    for (const auto& who : i->second.followers)
      if (!contains(everything, who))
        self->send(owner, follow_atom_v, who);
  }
  return *i;
}

void market_state::note_maker(symbol_entry& x, std::uint64_t publisher) {
  x.made_by = publisher;
  if (publisher != 0)
    ++made[publisher];
}

caf::result<std::uint64_t> market_state::publish(tick_batch& batch) {
  if (auto why = check(batch))
    return refuse(batch, std::move(*why));
  return take(batch);
}

std::optional<refusal> market_state::check(const tick_batch& batch) const {
  if (const auto* x = feeds.find({batch.from, batch.feed});
      x != nullptr && x->second.paused && !x->second.owner)
    return refusal{.code = errc::unavailable,
                   .message = "the operator has paused " + x->first.str(),
                   .type = "paused"};
  auto whose = made.find(batch.publisher);
  return check_room(batch, {symbols, prepared, max_symbols,
                            whose == made.end() ? 0 : whose->second});
}

caf::error market_state::refuse(const tick_batch& batch, refusal why) {
  // The others of a batch that wants all told come again.
  auto n =
    batch.tells_all && why.element >= 0 ? why.ticks() : batch.ticks.size();
  add(stats->of(batch.from).refused, n);
  note_refusal(
    *this, {batch.from, batch.feed},
    why.element < 0
      ? ""
      : batch.ticks[static_cast<std::size_t>(why.element)].symbol.str(),
    why.message, n, 1);
  return make_error(std::move(why));
}

caf::result<std::uint64_t> market_state::prepare(tick_batch& batch) {
  if (auto why = check(batch))
    return refuse(batch, std::move(*why));
  auto n = batch.ticks.size();
  prepared.add(std::move(batch), symbols);
  return n;
}

caf::result<std::uint64_t> market_state::commit(const batch_id& which) {
  auto batch = prepared.take(which);
  if (!batch)
    return make_error(errc::unavailable, "no such batch is prepared");
  return take(*batch);
}

void market_state::note_extras(symbol_slot& which, const tick& brings,
                               std::uint64_t publisher) {
  auto& x = which.second;
  if (!x.extras)
    x.extras = std::make_unique<std::vector<extra_name>>();
  auto& names = *x.extras;
  for (const auto& extra : brings.extras) {
    if (extra.name == "venue")
      if (auto where = days.name_venue(which, extra.json))
        self->send(x.owner, venue_atom_v, where);
    if (extra.json != "null"
        && std::none_of(names.begin(), names.end(),
                        [&](const auto& y) { return y.name == extra.name; }))
      names.push_back({extra.name, publisher});
  }
}

std::uint64_t market_state::take(tick_batch& batch) {
  // Sorts the ticks by symbol, keeping their order within each.
  std::vector<std::pair<symbol_slot*, tick_batch>> parts;
  std::uint64_t taken = 0;
  auto means = batch.from.standing();
  for (auto& x : batch.ticks) {
    auto before = symbols.size();
    auto& known = find_or_make(x.symbol);
    auto& where = known.second;
    if (symbols.size() > before)
      note_maker(where, batch.publisher);
    if (means == standing::yields && where.claimed)
      continue;
    ++taken;
    if (means == standing::claims)
      where.claimed = true;
    if (!x.extras.empty())
      note_extras(known, x, batch.publisher);
    if (where.part == 0) {
      parts.emplace_back(&known, batch.without_ticks());
      where.part = static_cast<std::uint32_t>(parts.size());
    }
    parts[where.part - 1].second.ticks.emplace_back(std::move(x));
  }
  if (parts.empty())
    return taken;
  auto now = self->clock().now();
  auto& from = feeds.find_or_make({batch.from, batch.feed}, now);
  from.second.ticks += taken;
  if (!from.second.beat.started())
    from.second.first_beat = now;
  from.second.beat.beat(now, taken);
  for (auto& [known, part] : parts) {
    known->second.part = 0;
    note_ticks(*known, from, part.ticks.size(), now);
    self->send(known->second.owner, apply_atom_v, std::move(part));
    // What was on its way when its feed was paused.
    if (!from.second.alive())
      set_fresh(known->second, freshness::down);
  }
  return taken;
}

std::vector<symbol_ref>
market_state::resolve(const std::vector<symbol_name>& names) const {
  std::vector<symbol_ref> result;
  result.reserve(names.size());
  auto now = self->clock().now();
  for (const auto& x : names) {
    auto i = symbols.find(x);
    result.push_back(i != symbols.end() ? ref_of(*i, now)
                                        : symbol_ref{.symbol = x});
  }
  return result;
}

std::vector<symbol_ref> market_state::list(std::uint64_t start,
                                           std::uint64_t count) const {
  std::vector<symbol_ref> result;
  auto first = std::min<std::uint64_t>(start, by_age.size());
  auto n = std::min({count, max_symbols_listed, by_age.size() - first});
  result.reserve(n);
  auto now = self->clock().now();
  for (auto i = first; i < first + n; ++i)
    result.push_back(ref_of(*by_age[i], now));
  return result;
}

// -- freshness ----------------------------------------------------------------

void market_state::note_ticks(symbol_slot& x, feed_slot& from,
                              std::uint64_t ticks, time_point now) {
  auto& known = x.second;
  feeds.feed_symbol(x, from);
  known.beat.beat(now, ticks);
  // Its owner knows by the ticks themselves.
  count_fresh(known, freshness::live);
  if (!known.watched)
    watch_silence(x);
}

void market_state::count_fresh(symbol_entry& x, freshness to) {
  if (x.fresh == to)
    return;
  --stats->fresh[static_cast<std::size_t>(x.fresh)];
  ++stats->fresh[static_cast<std::size_t>(to)];
  x.fresh = to;
}

void market_state::set_fresh(symbol_entry& x, freshness to) {
  if (x.fresh == to)
    return;
  count_fresh(x, to);
  self->send(x.owner, fresh_atom_v, static_cast<std::uint8_t>(to));
  // As long as it ticked on the date before it was left alone.
  if (to != freshness::live && x.days->told != no_date)
    self->send(x.owner, roll_atom_v, x.days->told, true);
}

void market_state::watch_silence(symbol_slot& x) {
  silent.watch(x, self->clock().now());
  check_later();
}

void market_state::check_later() {
  if (!std::exchange(checking, true))
    self->delayed_send(self, check_every, check_atom_v);
}

void market_state::check_silence() {
  checking = false;
  auto now = self->clock().now();
  for (auto* x : silent.take_due(now)) {
    if (x->second.fresh != freshness::live)
      continue;
    if (x->second.beat.quiet_at() <= now)
      set_fresh(x->second, freshness::quiet);
    else
      watch_silence(*x);
  }
  roll_due(*this);
  auto feed_due = feeds.count_all(now);
  if (feed_due || !silent.empty() || days.pending())
    check_later();
}

void market_state::note_roll(const symbol_name& which, std::int32_t date) {
  auto i = symbols.find(which);
  if (i == symbols.end())
    return;
  days.note_roll(i->second, date);
  check_later();
}

actor_status market_state::status() const {
  actor_status result{name, "", {}, load_of(self)};
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, value);
  };
  put("symbols", symbols.size());
  put("max_symbols", max_symbols);
  put("awaited", interest.size());
  return result;
}

void market_state::start(market_config config) {
  simulated = config.simulated;
  by_time = config.by_time;
  max_symbols = config.max_symbols;
  stats = std::move(config.stats);
  wall_clock = config.wall_clock;
  feeds = feed_table{stats};
  days = market_days{std::move(config.venues)};
  auto now = self->clock().now();
  // It is there before its first tick, for the operator to pause.
  feeds.find_or_make({source::post}, now);
  feeds.count_all(now);
  self->set_down_handler(
    [this](const caf::down_msg& x) { note_feed_down(*this, x); });
  symbols.reserve(config.first_states.size());
  for (auto& x : config.first_states) {
    auto& known = find_or_make(x.symbol);
    if (!x.extras.empty())
      note_extras(known, x, 0);
    tick_batch first{source::first_state, {}, {}};
    first.ticks.emplace_back(std::move(x));
    self->send(known.second.owner, apply_atom_v, std::move(first));
  }
}

market_actor::behavior_type
market(market_actor::stateful_pointer<market_state> self,
       market_config config) {
  auto& state = self->state;
  state.self = self;
  state.start(std::move(config));
  return {
    [self](publish_atom, tick_batch& batch) {
      return self->state.publish(batch);
    },
    [self](prepare_atom, tick_batch& batch) {
      return self->state.prepare(batch);
    },
    [self](commit_atom, const batch_id& which) {
      return self->state.commit(which);
    },
    [self](abort_atom, const batch_id& which) {
      self->state.prepared.drop(which);
    },
    [self](commit_atom, tick_batch& batch) { return self->state.take(batch); },
    [self](evict_atom, const std::vector<symbol_name>& names) {
      return evict(self->state, names);
    },
    [self](adopt_atom, const row_batch& rows, std::uint64_t since) {
      adopt(self->state, rows, since);
    },
    [self](merge_atom, const row_batch& rows, std::uint64_t epoch) {
      return merge(self->state, rows, epoch);
    },
    [self](fetch_atom, const std::vector<symbol_name>& names) {
      return fetch(self->state, names);
    },
    [self](resolve_atom, const std::vector<symbol_name>& names) {
      return self->state.resolve(names);
    },
    [self](list_atom, std::uint64_t start, std::uint64_t count) {
      return self->state.list(start, count);
    },
    [self](watch_atom, const std::vector<symbol_name>& names,
           const row_sink_actor& who) { watch(self->state, names, who); },
    [self](unwatch_atom, const std::vector<symbol_name>& names,
           const row_sink_actor& who) { unwatch(self->state, names, who); },
    [self](watch_atom, const row_sink_actor& who) {
      watch_all(self->state, who);
    },
    [self](unwatch_atom, const row_sink_actor& who) {
      unwatch_all(self->state, who);
    },
    [self](feed_atom, const feed_id& which, bool up, const std::string& peer) {
      set_feed_up(self->state, which, up, peer);
    },
    [self](gone_atom, const feed_id& which) { lose_feed(self->state, which); },
    [self](join_atom, const feed_id& which, const feed_actor& who) {
      join_feed(self->state, which, who);
    },
    [self](pause_atom, const std::string& which, bool on) {
      return pause_feed(self->state, which, on);
    },
    [self](refuse_atom, const feed_id& from, const std::string& symbol,
           const std::string& why, std::uint64_t n) {
      note_refusal(self->state, from, symbol, why, n, n);
    },
    [self](roll_atom, const symbol_name& which, std::int32_t date) {
      self->state.note_roll(which, date);
    },
    [self](roll_atom, const std::string& which, std::int32_t date) {
      return roll(self->state, which, date);
    },
    [self](venue_atom) { return sessions_of(self->state); },
    [self](check_atom) { self->state.check_silence(); },
    [self](feed_atom) {
      return summaries_of(self->state.feeds.all(), self->clock().now());
    },
    [self](feed_atom, const std::string& which) {
      return symbols_of(self->state, which);
    },
    [self](status_atom, const symbol_name& which) {
      return status_of(self->state.symbols, which, market_state::name,
                       self->clock().now());
    },
    [self](load_atom) { return load_of(self); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
