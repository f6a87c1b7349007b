#include "livegrid/actors/feeds/replay.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

constexpr std::size_t max_batch = 100;
constexpr std::chrono::seconds publish_timeout{10};

/// A recording that is over sooner would keep a CPU busy with itself for ever
/// if it is played again and again, ...
constexpr std::chrono::milliseconds shortest_round{10};

/// ... and is played so often instead.
constexpr std::chrono::seconds pause_of_round{1};

} // namespace

void replay_state::start_round() {
  begin = self->clock().now();
  begin_due.reset();
  last_due.reset();
  fetch();
  seen.clear();
  begun.clear();
}

bool replay_state::spans_no_time() const {
  // Who wants it as fast as possible has said so.
  if (config.speed <= 0)
    return false;
  if (!begin_due || !last_due)
    return true;
  auto span = static_cast<double>((*last_due - *begin_due).count());
  return span / config.speed < static_cast<double>(
           std::chrono::nanoseconds{shortest_round}.count());
}

bool replay_state::start_over() {
  auto hasty = spans_no_time();
  if (!config.loop || !config.source->rewind())
    return false;
  ++round;
  start_round();
  if (!next || !hasty)
    return next.has_value();
  begin += pause_of_round;
  if (!std::exchange(said_no_time, true))
    config.log->warning(
      "replay_spans_no_time",
      {{"why", "the ticks have no time, or all the same, so that a round would "
               "take no time: one is played each second"},
       {"cure", "a column of times (ts_ms, time), or replay.loop=false"}});
  return true;
}

void replay_state::fetch() {
  next = config.source->next();
  if (next && next->due)
    last_due = next->due;
  if (!next || !next->due || begin_due)
    return;
  // Whatever came before it had no time to be played at.
  begin_due = next->due;
  begin = self->clock().now();
}

replay_state::time_point replay_state::play_time(const timed_tick& x) const {
  if (config.speed <= 0 || !x.due || !begin_due)
    return begin;
  // In double, since a slow speed may stretch a recording beyond the range of
  // 64-bit nanoseconds; such a tick is as good as never due.
  auto ns = [](timestamp t) { return t.time_since_epoch().count(); };
  auto wait = static_cast<double>(span_between(ns(*begin_due), ns(*x.due)))
              / config.speed;
  constexpr double a_century = 3.2e18;
  return begin
         + std::chrono::nanoseconds{
           static_cast<std::int64_t>(std::clamp(wait, 0., a_century))};
}

void replay_state::step() {
  if (paused_at) {
    stepping = false;
    return;
  }
  auto now = self->clock().now();
  if (next && play_time(*next) > now) {
    self->delayed_send(self, play_time(*next) - now, step_atom_v);
    return;
  }
  tick_batch batch{source::replay, config.wall_clock(), {}};
  while (next && batch.ticks.size() < max_batch && play_time(*next) <= now) {
    auto& x = next->tick;
    x.anew = round > 0 && begun.insert(x.symbol).second;
    if (round > 0 && x.seq && seen.insert(x.symbol).second)
      x.seq = 0;
    batch.ticks.emplace_back(std::move(x));
    fetch();
  }
  if (batch.ticks.empty()) {
    if (start_over()) {
      self->send(self, step_atom_v);
      return;
    }
    ended = true;
    self->send(config.market, feed_atom_v, feed_id{source::replay}, false,
               std::string{});
    config.log->info("replay_ended", {{"ticks", ticks}});
    return;
  }
  auto n = batch.ticks.size();
  self
    ->request(config.market, publish_timeout, publish_atom_v, std::move(batch))
    .then(
      [this, n](std::uint64_t) {
        ticks += n;
        step();
      },
      [this](caf::error& why) {
        // One batch that the market cannot take (too many symbols) does not
        // end the recording.
        config.log->warning("replay_refused",
                            {{"why", to_refusal(why).message}});
        self->send(self, step_atom_v);
      });
}

void replay_state::pause(bool on) {
  auto now = self->clock().now();
  if (on == paused_at.has_value() || ended)
    return;
  if (on) {
    paused_at = now;
    return;
  }
  // What is left keeps its pace.
  begin += now - *paused_at;
  paused_at.reset();
  if (!std::exchange(stepping, true))
    self->send(self, step_atom_v);
}

actor_status replay_state::status() const {
  return {name,
          "",
          {{"ticks", ticks},
           {"round", round},
           {"bad_rows", config.source->bad_rows()},
           {"bad_cells", config.source->bad_cells()},
           {"ended", ended},
           {"paused", paused_at.has_value()}},
          load_of(self)};
}

feed_actor::behavior_type
replay(feed_actor::stateful_pointer<replay_state> self, replay_config config) {
  auto& state = self->state;
  state.self = self;
  state.config = std::move(config);
  state.start_round();
  self->send(self, step_atom_v);
  return {
    // It has its own idea of which symbols tick.
    [](const row_batch&) {},
    [self](step_atom) { self->state.step(); },
    [self](pause_atom, bool on) { self->state.pause(on); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
