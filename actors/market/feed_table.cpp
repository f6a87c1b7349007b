#include "livegrid/actors/market/feed_table.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_set>
#include <vector>

namespace livegrid {

namespace {

/// A source that has gone on for so long is expected to go on. Whoever sends
/// some ticks by hand, or a file of them, is done sooner.
constexpr std::chrono::minutes habit_after{10};

/// Publishers' connections that are over and told apart. Who connects anew for
/// each tick would make the market keep, count and list ever more of them.
constexpr std::size_t max_past = 1000;

} // namespace

feed_state state_of(const feed_entry& x, feed_entry::time_point now) {
  // Nobody is shown its prices any more, or it is nobody's habit.
  auto missed = x.symbols > 0
                && (x.owner
                    || (x.beat.usual_gap() > 0
                        && x.beat.last() - x.first_beat >= habit_after));
  if (!x.up && !(x.lost && missed))
    return feed_state::ended;
  if (x.paused)
    return feed_state::paused;
  if (!x.up)
    return feed_state::lost;
  // A recording may have gaps of its own.
  if (missed && !x.owner && x.beat.quiet_at() <= now)
    return feed_state::silent;
  return feed_state::up;
}

feed_slot& feed_table::find_or_make(const feed_id& which, time_point now) {
  auto [i, fresh] = feeds_.try_emplace(which);
  if (fresh)
    recount(*i, now);
  return *i;
}

feed_slot* feed_table::find(const std::string& which) {
  auto i = std::find_if(feeds_.begin(), feeds_.end(),
                        [&](const auto& x) { return x.first.str() == which; });
  return i == feeds_.end() ? nullptr : &*i;
}

const feed_slot* feed_table::find(const feed_id& which) const {
  auto i = feeds_.find(which);
  return i == feeds_.end() ? nullptr : &*i;
}

feed_slot& feed_table::set_up(const feed_id& which, bool up,
                              const std::string& peer, time_point now) {
  auto& result = find_or_make(which, now);
  auto& x = result.second;
  if (std::exchange(x.up, up) != up && up)
    std::erase(past_, which);
  x.lost = x.lost && !up;
  if (!peer.empty())
    x.peer = peer;
  return result;
}

void feed_table::settle(const feed_id& which, time_point now) {
  auto i = feeds_.find(which);
  auto up = i->second.up;
  recount(*i, now);
  drop_if_done(i);
  if (!up)
    note_past(which, now);
}

bool feed_table::count_all(time_point now) {
  auto may_fall_silent = false;
  for (auto& x : feeds_) {
    recount(x, now);
    may_fall_silent = may_fall_silent
                      || (x.second.counted == feed_state::up && !x.second.owner
                          && x.second.beat.quiet_at() > now);
  }
  return may_fall_silent;
}

void feed_table::recount(feed_slot& which, time_point now) {
  auto& [id, x] = which;
  auto state = state_of(x, now);
  if (x.counted == state)
    return;
  uncount(which);
  x.counted = state;
  ++stats_->feeds[id.kind.index()][static_cast<std::size_t>(state)];
}

void feed_table::uncount(feed_slot& which) {
  auto& [id, x] = which;
  if (x.counted)
    --stats_->feeds[id.kind.index()][static_cast<std::size_t>(*x.counted)];
  x.counted.reset();
}

void feed_table::feed_symbol(symbol_slot& x, feed_slot& from) {
  auto& known = x.second;
  if (known.from == &from)
    return;
  if (known.from != nullptr) {
    --known.from->second.symbols;
    drop_if_done(feeds_.find(known.from->first));
  }
  known.from = &from;
  ++from.second.symbols;
  from.second.fed.emplace_back(&x);
  tidy_if_grown(from);
}

void feed_table::forget(const symbol_slots& gone) {
  for (auto& [id, source] : feeds_)
    std::erase_if(source.fed,
                  [&](const symbol_slot* x) { return gone.contains(x); });
  std::vector<feed_id> emptied;
  for (const auto* x : gone)
    if (auto* from = x->second.from; from && --from->second.symbols == 0)
      emptied.emplace_back(from->first);
  for (const auto& id : emptied)
    drop_if_done(feeds_.find(id));
}

void feed_table::tidy(feed_slot& which) {
  std::unordered_set<const symbol_slot*> seen;
  std::erase_if(which.second.fed, [&](const symbol_slot* x) {
    return x->second.from != &which || !seen.insert(x).second;
  });
}

void feed_table::tidy_if_grown(feed_slot& which) {
  // Symbols that go to and fro would make it grow without end.
  constexpr std::size_t slack = 16;
  if (which.second.fed.size() > 2 * which.second.symbols + slack)
    tidy(which);
}

void feed_table::drop_if_done(feed_map::iterator which) {
  // A connection does not come back under its number.
  auto& [id, x] = *which;
  if (id.kind != source::socket || x.up || x.symbols > 0)
    return;
  uncount(*which);
  std::erase(past_, id);
  feeds_.erase(which);
}

void feed_table::note_past(const feed_id& which, time_point now) {
  if (which.kind != source::socket || which.number == 0
      || !feeds_.contains(which)
      || std::find(past_.begin(), past_.end(), which) != past_.end())
    return;
  past_.emplace_back(which);
  if (past_.size() <= max_past)
    return;
  auto first = past_.front();
  past_.pop_front();
  merge_past(feeds_.find(first), now);
}

void feed_table::merge_past(feed_map::iterator which, time_point now) {
  auto& from = which->second;
  auto& to = find_or_make({source::socket, 0}, now);
  to.second.up = false;
  recount(to, now);
  tidy(*which);
  for (auto* x : from.fed)
    x->second.from = &to;
  to.second.fed.insert(to.second.fed.end(), from.fed.begin(), from.fed.end());
  to.second.symbols += from.symbols;
  to.second.ticks += from.ticks;
  to.second.refused += from.refused;
  tidy_if_grown(to);
  uncount(*which);
  feeds_.erase(which);
}

} // namespace livegrid
