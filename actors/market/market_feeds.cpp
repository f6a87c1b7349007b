// What the market knows of feeds, and of silence.

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// How exact silence is measured.
constexpr std::chrono::seconds check_every{1};

/// A symbol that ticks is looked at this often, however patient one would be
/// with it: its habit may have changed since.
constexpr std::chrono::seconds look_again{10};

std::int64_t second_of(market_state::time_point x) {
  return std::chrono::ceil<std::chrono::seconds>(x.time_since_epoch()).count();
}

std::uint64_t milli(double x) {
  return static_cast<std::uint64_t>(std::llround(x * 1000));
}

std::uint64_t age_ms(const pulse& x, market_state::time_point now) {
  if (!x.started())
    return UINT64_MAX;
  auto age =
    std::chrono::duration_cast<std::chrono::milliseconds>(now - x.last());
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count()));
}

caf::error no_feed(const std::string& name) {
  return make_error(errc::invalid, "no feed '" + name + "'; try feeds");
}

} // namespace

market_state::feed_map::value_type&
market_state::find_or_make_feed(const feed_id& which) {
  auto [i, fresh] = feeds.try_emplace(which);
  if (fresh)
    recount(*i);
  return *i;
}

market_state::feed_map::iterator
market_state::find_feed(const std::string& which) {
  return std::find_if(feeds.begin(), feeds.end(),
                      [&](const auto& x) { return x.first.str() == which; });
}

void market_state::set_up(const feed_id& which, bool up,
                          const std::string& peer) {
  auto& x = find_or_make_feed(which);
  if (std::exchange(x.second.up, up) != up && up)
    std::erase(past, which);
  x.second.lost = x.second.lost && !up;
  if (!peer.empty())
    x.second.peer = peer;
  tell_symbols(x);
  recount(x);
  drop_if_done(feeds.find(which));
  if (!up)
    note_past(which);
}

void market_state::join(const feed_id& which, const feed_actor& who) {
  auto& x = find_or_make_feed(which);
  x.second.owner = who;
  self->monitor(who);
  recount(x);
}

void market_state::drop_if_done(feed_map::iterator which) {
  // A connection does not come back under its number.
  auto& [id, x] = *which;
  if (id.kind != source::socket || x.up || x.symbols > 0)
    return;
  uncount(*which);
  std::erase(past, id);
  feeds.erase(which);
}

caf::result<std::uint64_t> market_state::pause(const std::string& which,
                                               bool on) {
  auto i = find_feed(which);
  if (i == feeds.end())
    return no_feed(which);
  auto& x = i->second;
  // Only a publisher may come back.
  if (on && !x.up && i->first.kind != source::socket)
    return make_error(errc::invalid,
                      which + " has ended: there is nothing to pause");
  if (x.paused == on)
    return make_error(errc::invalid,
                      which + (on ? " is paused already" : " is not paused"));
  x.paused = on;
  if (x.owner)
    self->send(x.owner, pause_atom_v, on);
  tell_symbols(*i);
  recount(*i);
  return x.symbols;
}

caf::result<std::vector<symbol_name>>
market_state::symbols_of(const std::string& which) {
  auto i = find_feed(which);
  if (i == feeds.end())
    return no_feed(which);
  tidy(*i);
  std::vector<symbol_name> result;
  result.reserve(i->second.fed.size());
  for (const auto* x : i->second.fed)
    result.emplace_back(x->first);
  return result;
}

void market_state::note_refusal(const feed_id& from, const std::string& symbol,
                                const std::string& why, std::uint64_t n,
                                std::uint64_t at_fault) {
  auto& x = find_or_make_feed(from).second;
  x.refused += n;
  x.last_refusal = why;
  auto which = symbol_name::parse(symbol);
  auto known = which ? symbols.find(*which) : symbols.end();
  if (known == symbols.end())
    return;
  auto& refused = known->second.refused;
  if (!refused)
    refused = std::make_unique<refusals>();
  refused->ticks += at_fault;
  refused->last = why;
}

void market_state::note_ticks(map::value_type& x, feed_map::value_type& from,
                              std::uint64_t ticks, time_point now) {
  auto& known = x.second;
  if (known.from != &from) {
    if (known.from != nullptr) {
      --known.from->second.symbols;
      drop_if_done(feeds.find(known.from->first));
    }
    known.from = &from;
    ++from.second.symbols;
    from.second.fed.emplace_back(&x);
    tidy_if_grown(from);
  }
  known.beat.beat(now, ticks);
  if (known.fresh != freshness::live) {
    // Its owner knows by the ticks themselves.
    --stats->fresh[static_cast<std::size_t>(known.fresh)];
    ++stats->fresh[static_cast<std::size_t>(freshness::live)];
    known.fresh = freshness::live;
  }
  if (!known.watched)
    watch_silence(x);
}

void market_state::note_adopted(map::value_type& x, const row& last) {
  auto& known = x.second;
  known.claimed = last.stamp().from.standing() == standing::claims;
  for (std::size_t i = 0; i < last.num_extras(); ++i) {
    if (!known.extras)
      known.extras = std::make_unique<std::vector<extra_name>>();
    known.extras->push_back({std::string{last.extra_name(i)}});
  }
  if (last.text(cell::freshness) == "\"never\"")
    return;
  // Its habits are not known here yet; its feed was alive.
  known.beat.beat(self->clock().now(), 1);
  --stats->fresh[static_cast<std::size_t>(known.fresh)];
  ++stats->fresh[static_cast<std::size_t>(freshness::live)];
  known.fresh = freshness::live;
  self->send(known.owner, fresh_atom_v,
             static_cast<std::uint8_t>(freshness::live));
  watch_silence(x);
}

void market_state::note_evicted(const std::unordered_set<const slot*>& gone) {
  for (auto& [second, xs] : silences)
    std::erase_if(xs, [&](const slot* x) { return gone.contains(x); });
  for (auto& [id, source] : feeds)
    std::erase_if(source.fed, [&](const slot* x) { return gone.contains(x); });
  std::vector<feed_id> emptied;
  for (const auto* x : gone) {
    --stats->fresh[static_cast<std::size_t>(x->second.fresh)];
    if (auto maker = made.find(x->second.made_by);
        maker != made.end() && --maker->second == 0)
      made.erase(maker);
    if (auto* from = x->second.from; from && --from->second.symbols == 0)
      emptied.emplace_back(from->first);
  }
  for (const auto& id : emptied)
    drop_if_done(feeds.find(id));
}

void market_state::watch_silence(map::value_type& x) {
  x.second.watched = true;
  auto look =
    std::min(x.second.beat.quiet_at(), self->clock().now() + look_again);
  silences[second_of(look)].emplace_back(&x);
  if (!std::exchange(checking, true))
    self->delayed_send(self, check_every, check_atom_v);
}

void market_state::check_silence() {
  checking = false;
  auto now = self->clock().now();
  while (!silences.empty()
         && silences.begin()->first * std::chrono::seconds{1}
              <= now.time_since_epoch()) {
    auto due = std::move(silences.begin()->second);
    silences.erase(silences.begin());
    for (auto* x : due) {
      x->second.watched = false;
      if (x->second.fresh != freshness::live)
        continue;
      if (x->second.beat.quiet_at() <= now)
        set_fresh(x->second, freshness::quiet);
      else
        watch_silence(*x);
    }
  }
  auto feed_due = count_feeds();
  if ((feed_due || !silences.empty()) && !std::exchange(checking, true))
    self->delayed_send(self, check_every, check_atom_v);
}

void market_state::set_fresh(entry& x, freshness to) {
  if (x.fresh == to)
    return;
  --stats->fresh[static_cast<std::size_t>(x.fresh)];
  ++stats->fresh[static_cast<std::size_t>(to)];
  x.fresh = to;
  self->send(x.owner, fresh_atom_v, static_cast<std::uint8_t>(to));
}

void market_state::tidy(feed_map::value_type& which) {
  std::unordered_set<const slot*> seen;
  std::erase_if(which.second.fed, [&](const slot* x) {
    return x->second.from != &which || !seen.insert(x).second;
  });
}

void market_state::tidy_if_grown(feed_map::value_type& which) {
  // Symbols that go to and fro would make it grow without end.
  constexpr std::size_t slack = 16;
  if (which.second.fed.size() > 2 * which.second.symbols + slack)
    tidy(which);
}

void market_state::tell_symbols(feed_map::value_type& which) {
  tidy(which);
  auto now = self->clock().now();
  for (auto* x : which.second.fed) {
    if (!which.second.alive()) {
      set_fresh(x->second, freshness::down);
    } else if (x->second.fresh == freshness::down) {
      auto silent = x->second.beat.quiet_at() <= now;
      set_fresh(x->second, silent ? freshness::quiet : freshness::live);
      if (!silent && !x->second.watched)
        watch_silence(*x);
    }
  }
}

std::vector<feed_summary> market_state::feed_summaries() const {
  auto now = self->clock().now();
  std::vector<feed_summary> result;
  for (const auto& [id, x] : feeds)
    result.push_back({.id = id,
                      .peer = x.peer,
                      .state = !x.up      ? "down"
                               : x.paused ? "paused"
                                          : "up",
                      .symbols = x.symbols,
                      .ticks = x.ticks,
                      .milli_rate = milli(x.beat.rate(now)),
                      .age_ms = age_ms(x.beat, now),
                      .refused = x.refused,
                      .last_refusal = x.last_refusal});
  return result;
}

symbol_ref market_state::ref_of(const map::value_type& x) const {
  auto now = self->clock().now();
  return {.symbol = x.first,
          .owner = x.second.owner,
          .fresh = static_cast<std::uint8_t>(x.second.fresh),
          .milli_rate = milli(x.second.beat.rate(now)),
          .age_ms = age_ms(x.second.beat, now)};
}

actor_status market_state::status_of(const symbol_name& which) const {
  actor_status result{name, which.str(), {}, {}};
  auto put = [&](const char* key, fact_value value) {
    result.facts.emplace_back(key, std::move(value));
  };
  auto i = symbols.find(which);
  if (i == symbols.end()) {
    put("freshness", std::string{to_string(freshness::never)});
    return result;
  }
  const auto& x = i->second;
  auto now = self->clock().now();
  put("freshness", std::string{to_string(x.fresh)});
  put("feed", x.from ? x.from->first.str() : "none");
  if (x.beat.started()) {
    auto tenths = [](double y) {
      auto n = static_cast<std::uint64_t>(std::llround(y * 10));
      return fact_value::json(std::to_string(n / 10) + '.'
                              + std::to_string(n % 10));
    };
    put("age_ms", age_ms(x.beat, now));
    put("ticks_per_s", tenths(x.beat.rate(now)));
    if (x.beat.usual_gap() > 0)
      put("usual_gap_s", tenths(x.beat.usual_gap()));
    auto patience = std::chrono::round<std::chrono::seconds>(x.beat.quiet_at()
                                                             - x.beat.last());
    put("quiet_after_s", patience.count());
  }
  put("refused", x.refused ? x.refused->ticks : 0);
  if (x.refused)
    put("last_refusal", x.refused->last);
  return result;
}

} // namespace livegrid
