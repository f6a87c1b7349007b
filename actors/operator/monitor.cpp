#include "livegrid/actors/operator/monitor.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds check_every{1};

/// Ledgers are looked at each time after so many checks: all subscribers are.
constexpr std::uint64_t checks_per_audit = 10;

/// Descriptors that are no connections come and go seldom.
constexpr std::uint64_t checks_per_count = 5;

std::uint64_t ns(std::chrono::steady_clock::duration x) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(
    0, std::chrono::duration_cast<std::chrono::nanoseconds>(x).count()));
}

} // namespace

void monitor_state::watch_parts() {
  std::map<caf::actor_addr, std::string> names;
  auto watch = [&](const auto& x, const char* part) {
    if (!x)
      return;
    self->monitor(x);
    names.emplace(x.address(), part);
  };
  watch(config.market, "market");
  watch(config.grid, "grid");
  for (const auto& x : config.fanouts)
    watch(x, "fanout");
  for (const auto& x : config.ingresses)
    watch(x, "ingress");
  self->set_down_handler([this, names](const caf::down_msg& x) {
    // They end so when the node does.
    if (x.reason == caf::exit_reason::user_shutdown)
      return;
    config.log->error(
      "part_failed",
      {{"part", names.at(x.source)}, {"why", self->system().render(x.reason)}});
    if (config.fail != nullptr)
      config.fail();
  });
}

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

void monitor_state::count_descriptors() {
  auto& stats = *config.stats;
  auto all = config.count_descriptors();
  set(stats.other_descriptors, all - std::min(all, get(stats.connections)));
}

template <class Answer, class Handle, class Done, class... Ts>
void monitor_state::ask_all(const std::vector<Handle>& whom,
                            std::uint64_t Answer::*figure, Done done,
                            Ts... what) {
  struct round {
    std::size_t missing = 0;
    std::uint64_t sum = 0;
  };
  auto all = std::make_shared<round>();
  all->missing = whom.size();
  auto answered = [all, done](std::uint64_t n) {
    all->sum += n;
    if (--all->missing == 0)
      done(all->sum);
  };
  // Who is stuck answers late: the gauge keeps what was true before.
  for (const auto& x : whom)
    self->request(x, caf::infinite, what...)
      .then(
        [answered, figure](const Answer& found) { answered(found.*figure); },
        [answered](const caf::error&) {
          // It has ended, and the node is about to.
          answered(0);
        });
}

void monitor_state::check() {
  auto now = self->clock().now();
  auto& stats = *config.stats;
  set(stats.scheduler_lag, ns(now - due));
  wait(now);
  measure(now);
  if (config.count_descriptors && counts++ % checks_per_count == 0)
    count_descriptors();
  config.log->report_left_out();
  if (asked) {
    // The loop has not answered since: no use in asking again.
    set(stats.loop_lag, ns(now - *asked));
    return;
  }
  auto put_into = [this](counters::part which) {
    return [this, which](std::uint64_t n) {
      set(config.stats->mailbox[static_cast<std::size_t>(which)], n);
    };
  };
  ask_all(std::vector{config.market}, &actor_load::mailbox,
          put_into(counters::part::market), load_atom_v);
  ask_all(config.ingresses, &actor_load::mailbox,
          put_into(counters::part::ingress), load_atom_v);
  if (!config.fanouts.empty())
    asked = now;
  // The last one to answer is the loop that is latest.
  ask_all(
    config.fanouts, &actor_load::mailbox,
    [this, now, put = put_into(counters::part::fanout)](std::uint64_t n) {
      put(n);
      set(config.stats->loop_lag, ns(self->clock().now() - now));
      asked.reset();
    },
    load_atom_v);
  if (checks++ % checks_per_audit == 0)
    ask_all(
      config.fanouts, &ledger_audit::off,
      [this](std::uint64_t off) {
        set(config.stats->ledger_off, off);
        if (off > 0)
          config.log->error("ledger_off", {{"subscribers", off}});
      },
      audit_atom_v);
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
  self->state.watch_parts();
  return {
    [self](check_atom) { self->state.check(); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
