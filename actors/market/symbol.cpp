#include "livegrid/actors/market/symbol.hpp"

#include <algorithm>

#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

void symbol_state::apply(const tick_batch& batch) {
  row_batch out;
  std::uint64_t repeats = 0;
  std::uint64_t late = 0;
  auto day = prices.trade_date();
  auto loads = batch.from.standing() == standing::loads;
  tick_arrival how{batch.received, loads ? timestamp{} : wall_clock(),
                   batch.from, batch.feed, batch.seq_of};
  std::uint32_t nth = 0;
  auto had = batch.id ? prices.applied_of(batch.id) : 0;
  for (const auto& x : batch.ticks) {
    if (batch.id) {
      // Sent once more, since it was not known whether it had arrived.
      if (++nth <= had) {
        ++repeats;
        continue;
      }
      prices.mark(batch.id, nth);
    }
    if (loads) {
      prices.load(x, simulated);
    } else if (auto became = prices.apply(x, how); became != applied::yes) {
      ++(became == applied::repeat ? repeats : late);
      continue;
    }
    // Nobody looks: the row can wait until somebody does.
    if (!followers.empty())
      out.rows.emplace_back(prices.render());
  }
  if (!loads) {
    auto& counts = stats->of(batch.from);
    add(counts.applied, batch.ticks.size() - repeats - late);
    if (repeats > 0)
      add(counts.repeated, repeats);
    if (late > 0)
      add(stats->late_ticks, late);
  }
  if (day && prices.trade_date() != day)
    tell_day();
  // Repeats show as well that its feed is at work.
  if (!loads && prices.set_fresh(freshness::live) && !followers.empty())
    out.rows.emplace_back(prices.render());
  send(std::move(out));
}

void symbol_state::send(row_batch out) {
  if (out.rows.empty())
    return;
  auto last = followers.size() - 1;
  for (std::size_t i = 0; i < last; ++i)
    self->send(followers[i], out);
  self->send(followers[last], std::move(out));
}

void symbol_state::tell_day() {
  auto who = caf::actor_cast<market_actor>(self->current_sender());
  if (who)
    self->send(who, roll_atom_v, prices.symbol(), *prices.trade_date());
}

void symbol_state::trade_at(venue_ptr x) {
  prices.trade_at(std::move(x));
}

void symbol_state::end_day(std::int32_t date, bool heard_or_not) {
  if (prices.end_day(date, heard_or_not) && !followers.empty())
    send(row_batch{{prices.render()}});
}

void symbol_state::follow(const row_sink_actor& who) {
  if (std::find(followers.begin(), followers.end(), who) == followers.end())
    followers.emplace_back(who);
  if (prices.alive())
    self->send(who, row_batch{{prices.render()}});
}

void symbol_state::set_fresh(freshness x) {
  if (prices.set_fresh(x) && !followers.empty())
    send(row_batch{{prices.render()}});
}

void symbol_state::unfollow(const row_sink_actor& who) {
  std::erase(followers, who);
}

row_batch symbol_state::merge(const row_batch& had, std::uint64_t epoch) {
  row_batch dropped;
  for (const auto& x : had.rows) {
    auto became = prices.merge(x, epoch);
    if (became.changed && !followers.empty())
      send(row_batch{{prices.render()}});
    if (became.dropped)
      dropped.rows.emplace_back(std::move(became.dropped));
  }
  return dropped;
}

symbol_summary symbol_state::summary() {
  symbol_summary result;
  result.symbol = prices.symbol();
  result.load = load_of(self);
  result.applied = prices.ticks_applied();
  result.repeats = prices.repeats();
  if (auto last = prices.last_received())
    result.received = last->time_since_epoch().count();
  auto shown = prices.render();
  result.price = shown->text(cell::price);
  result.change = shown->text(cell::change);
  return result;
}

actor_status symbol_state::status() {
  actor_status result{name, prices.symbol().str(), {}, load_of(self)};
  auto shown = prices.render();
  for (std::size_t i = 0; i < fixed_cells; ++i) {
    auto x = static_cast<cell>(i);
    result.facts.emplace_back(to_string(x), fact_value::json(shown->text(x)));
  }
  for (std::size_t i = 0; i < shown->num_extras(); ++i)
    result.facts.emplace_back(shown->extra_name(i),
                              fact_value::json(shown->extra_text(i)));
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, value);
  };
  put("applied", prices.ticks_applied());
  put("repeats", prices.repeats());
  put("late", prices.late());
  put("numbers_from", prices.origins());
  put("venue", prices.where().name());
  if (prices.trade_date())
    put("next_roll", date_and_time(prices.next_roll()));
  put("followers", followers.size());
  const auto& at = shown->stamp();
  if (at.received != 0) {
    result.facts.emplace_back("source_time", date_and_time(at.source_time));
    result.facts.emplace_back("received_time",
                              date_and_time(at.received)
                                + gap_after(at.received, at.source_time));
    result.facts.emplace_back("applied_time",
                              date_and_time(at.applied)
                                + gap_after(at.applied, at.received));
  }
  return result;
}

symbol_actor::behavior_type
symbol(symbol_actor::stateful_pointer<symbol_state> self, symbol_origin origin,
       counters_ptr stats, timestamp (*wall_clock)()) {
  auto& state = self->state;
  state.self = self;
  state.prices = price_state{std::move(origin.symbol)};
  state.prices.set_epoch(origin.epoch);
  state.prices.trade_at(std::move(origin.venue));
  if (origin.by_time)
    state.prices.order_by_time();
  if (origin.last)
    state.prices.restore(origin.last);
  state.stats = std::move(stats);
  state.wall_clock = wall_clock;
  state.simulated = origin.simulated;
  return {
    [self](apply_atom, const tick_batch& batch) { self->state.apply(batch); },
    [self](follow_atom, const row_sink_actor& who) { self->state.follow(who); },
    [self](unfollow_atom, const row_sink_actor& who) {
      self->state.unfollow(who);
    },
    [self](evict_atom) {
      self->quit();
      return row_batch{{self->state.prices.render()}};
    },
    [self](merge_atom, const row_batch& had, std::uint64_t epoch) {
      return self->state.merge(had, epoch);
    },
    [self](fresh_atom, std::uint8_t x) {
      if (x < num_freshness)
        self->state.set_fresh(static_cast<freshness>(x));
    },
    [self](venue_atom, const venue_ptr& x) { self->state.trade_at(x); },
    [self](roll_atom, std::int32_t date, bool heard_or_not) {
      self->state.end_day(date, heard_or_not);
    },
    [self](row_atom) { return row_batch{{self->state.prices.render()}}; },
    [self](summary_atom) { return self->state.summary(); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
