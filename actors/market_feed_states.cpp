// Which feeds should tick and do not.

#include "livegrid/actors/market.hpp"
#include "livegrid/counters.hpp"

namespace livegrid {

namespace {

/// A source that has gone on for so long is expected to go on. Whoever sends
/// some ticks by hand, or a file of them, is done sooner.
constexpr std::chrono::minutes habit_after{10};

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
  std::array<std::array<std::uint64_t, num_feed_states>, num_sources> found{};
  auto now = self->clock().now();
  auto may_fall_silent = false;
  for (const auto& [id, x] : feeds) {
    auto state = x.state(now);
    ++found[static_cast<std::size_t>(id.kind)][static_cast<std::size_t>(state)];
    may_fall_silent =
      may_fall_silent
      || (state == feed_state::up && !x.owner && x.beat.quiet_at() > now);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    for (std::size_t k = 0; k < found[i].size(); ++k)
      set(stats->feeds[i][k], found[i][k]);
  return may_fall_silent;
}

} // namespace livegrid
