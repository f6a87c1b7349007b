// Which feeds should tick and do not.

#include <algorithm>

#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// A source that has gone on for so long is expected to go on. Whoever sends
/// some ticks by hand, or a file of them, is done sooner.
constexpr std::chrono::minutes habit_after{10};

/// Publishers' connections that are over and told apart. Who connects anew for
/// each tick would make the market keep, count and list ever more of them.
constexpr std::size_t max_past = 1000;

} // namespace

feed_state market_state::feed::state(time_point now) const {
  // Nobody is shown its prices any more, or it is nobody's habit.
  auto missed =
    symbols > 0
    && (owner
        || (beat.usual_gap() > 0 && beat.last() - first_beat >= habit_after));
  if (!up && !(lost && missed))
    return feed_state::ended;
  if (paused)
    return feed_state::paused;
  if (!up)
    return feed_state::lost;
  // A recording may have gaps of its own.
  if (missed && !owner && beat.quiet_at() <= now)
    return feed_state::silent;
  return feed_state::up;
}

void market_state::lose(const feed_id& which) {
  find_or_make_feed(which).second.lost = true;
  set_up(which, false, {});
}

bool market_state::count_feeds() {
  auto now = self->clock().now();
  auto may_fall_silent = false;
  for (auto& x : feeds) {
    recount(x);
    may_fall_silent = may_fall_silent
                      || (x.second.counted == feed_state::up && !x.second.owner
                          && x.second.beat.quiet_at() > now);
  }
  return may_fall_silent;
}

void market_state::recount(feed_map::value_type& which) {
  auto& [id, x] = which;
  auto state = x.state(self->clock().now());
  if (x.counted == state)
    return;
  uncount(which);
  x.counted = state;
  ++stats->feeds[id.kind.index()][static_cast<std::size_t>(state)];
}

void market_state::uncount(feed_map::value_type& which) {
  auto& [id, x] = which;
  if (x.counted)
    --stats->feeds[id.kind.index()][static_cast<std::size_t>(*x.counted)];
  x.counted.reset();
}

void market_state::note_past(const feed_id& which) {
  if (which.kind != source::socket || which.number == 0
      || !feeds.contains(which)
      || std::find(past.begin(), past.end(), which) != past.end())
    return;
  past.emplace_back(which);
  if (past.size() <= max_past)
    return;
  auto first = past.front();
  past.pop_front();
  merge_past(feeds.find(first));
}

void market_state::merge_past(feed_map::iterator which) {
  auto& from = which->second;
  auto& to = find_or_make_feed({source::socket, 0});
  to.second.up = false;
  recount(to);
  tidy(*which);
  for (auto* x : from.fed)
    x->second.from = &to;
  to.second.fed.insert(to.second.fed.end(), from.fed.begin(), from.fed.end());
  to.second.symbols += from.symbols;
  to.second.ticks += from.ticks;
  to.second.refused += from.refused;
  tidy_if_grown(to);
  uncount(*which);
  feeds.erase(which);
}

} // namespace livegrid
