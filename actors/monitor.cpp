#include "livegrid/actors/monitor.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/load.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds check_every{1};

/// Ledgers are looked at each time after so many checks: all subscribers are.
constexpr std::uint64_t checks_per_audit = 10;

std::uint64_t ns(std::chrono::steady_clock::duration x) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(
    0, std::chrono::duration_cast<std::chrono::nanoseconds>(x).count()));
}

} // namespace

void monitor_state::wait(time_point now) {
  due = now + check_every;
  self->delayed_send(self, check_every, check_atom_v);
}

void monitor_state::measure(time_point now) {
  auto& stats = *config.stats;
  std::chrono::duration<double> span = now - last_.when;
  auto rate = [&](counters::value& to, std::uint64_t& last,
                  std::uint64_t value) {
    if (span.count() > 0)
      set(to, static_cast<std::uint64_t>(
                static_cast<double>(value - last) / span.count() + 0.5));
    last = value;
  };
  rate(stats.ticks_per_s, last_.ticks,
       stats.total(&counters::tick_counts::applied));
  rate(stats.rows_per_s, last_.rows, get(stats.rows_delivered));
  rate(stats.merged_per_s, last_.merged, get(stats.rows_merged));
  if (config.cpu_seconds != nullptr) {
    auto used = config.cpu_seconds();
    if (span.count() > 0)
      set(stats.cpu_permille,
          static_cast<std::uint64_t>(
            std::max(0., used - last_.cpu_s) / span.count() * 1000 + 0.5));
    last_.cpu_s = used;
  }
  last_.when = now;
}

template <class Handle>
void monitor_state::ask_load(const Handle& whom, counters::part which) {
  // Who is stuck answers late: the gauge keeps what was true before.
  self->request(whom, caf::infinite, load_atom_v)
    .then(
      [this, which](const actor_load& x) {
        set(config.stats->mailbox[static_cast<std::size_t>(which)], x.mailbox);
      },
      [](const caf::error&) {
        // It has ended, and the node is about to.
      });
}

void monitor_state::check() {
  auto now = self->clock().now();
  auto& stats = *config.stats;
  set(stats.scheduler_lag, ns(now - due));
  wait(now);
  measure(now);
  config.log->report_left_out();
  if (asked) {
    // The loop has not answered since: no use in asking again.
    set(stats.loop_lag, ns(now - *asked));
    return;
  }
  ask_load(config.market, counters::part::market);
  for (const auto& x : config.ingresses)
    ask_load(x, counters::part::ingress);
  if (!config.fanouts.empty())
    asked = now;
  for (const auto& x : config.fanouts)
    self->request(x, caf::infinite, load_atom_v)
      .then(
        [this, now](const actor_load& load) {
          set(config.stats
                ->mailbox[static_cast<std::size_t>(counters::part::fanout)],
              load.mailbox);
          set(config.stats->loop_lag, ns(self->clock().now() - now));
          asked.reset();
        },
        [this](const caf::error&) { asked.reset(); });
  if (checks++ % checks_per_audit == 0)
    for (const auto& x : config.fanouts)
      self->request(x, caf::infinite, audit_atom_v)
        .then(
          [this](const ledger_audit& found) {
            set(config.stats->ledger_off, found.off);
            if (found.off > 0)
              config.log->error("ledger_off", {{"subscribers", found.off}});
          },
          [](const caf::error&) {
            // As above.
          });
}

actor_status monitor_state::status() const {
  return {name, "", {{"checks", checks}}, load_of(self)};
}

monitor_actor::behavior_type
monitor(monitor_actor::stateful_pointer<monitor_state> self,
        monitor_config config) {
  auto& state = self->state;
  state.self = self;
  state.config = std::move(config);
  state.last_.when = self->clock().now();
  if (state.config.cpu_seconds != nullptr)
    state.last_.cpu_s = state.config.cpu_seconds();
  state.wait(state.last_.when);
  return {
    [self](check_atom) { self->state.check(); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
