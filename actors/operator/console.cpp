#include "livegrid/actors/operator/console.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/operator/console_gather.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

void console_state::check(std::uint64_t number) {
  auto i = open_.find(number);
  if (i == open_.end())
    return;
  // It takes itself off the list.
  auto finish = i->second;
  finish();
}

void console_state::after_a_while(std::function<void()> next) {
  auto number = ++questions_;
  open_.emplace(number, [this, number, next = std::move(next)] {
    open_.erase(number);
    next();
  });
  self->delayed_send(self, sampler::least_span, check_atom_v, number);
}

console_state::fanouts_asked console_state::all_fanouts() const {
  return std::make_shared<std::vector<fanout_actor>>(config.fanouts);
}

actor_status console_state::node() {
  actor_status result{"node", std::string{version}, {}};
  auto put = [&](const char* key, std::uint64_t x) {
    result.facts.emplace_back(key, x);
  };
  const auto& x = *config.stats;
  auto now = self->clock().now();
  put("uptime_s",
      static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now - started_)
          .count()));
  put("symbols", get(x.symbols));
  for (std::size_t i = 0; i < num_freshness; ++i)
    put(
      ("symbols_" + std::string{to_string(static_cast<freshness>(i))}).c_str(),
      get(x.fresh[i]));
  put("ticks_applied", x.total(&counters::tick_counts::applied));
  put("ticks_repeated", x.total(&counters::tick_counts::repeated));
  put("ticks_refused", x.total(&counters::tick_counts::refused));
  auto closed = get(x.subscribers_closed);
  put("subscribers", get(x.subscribers_opened) - closed);
  put("subscribers_opened", get(x.subscribers_opened));
  put("subscribers_closed", get(x.subscribers_closed));
  put("rows_published", get(x.rows_published));
  put("rows_delivered", get(x.rows_delivered));
  put("rows_merged", get(x.rows_merged));
  put("rows_discarded", get(x.rows_discarded));
  put("bad_messages", get(x.bad_messages));
  put("ticks_per_s", get(x.ticks_per_s));
  put("rows_per_s", get(x.rows_per_s));
  put("merged_per_s", get(x.merged_per_s));
  put("loop_lag_us", get(x.loop_lag) / 1000);
  put("scheduler_lag_us", get(x.scheduler_lag) / 1000);
  auto cpu = get(x.cpu_permille);
  result.facts.emplace_back("cpu_percent",
                            fact_value::json(std::to_string(cpu / 10) + '.'
                                             + std::to_string(cpu % 10)));
  if (config.process)
    for (auto& fact : config.process())
      result.facts.emplace_back(std::move(fact));
  return result;
}

actor_status console_state::part_of(outcome<actor_status>& x,
                                    const std::string& kind) {
  if (x.error.empty())
    return std::move(x.value);
  return {kind, "", {{"error", std::move(x.error)}}};
}

void console_state::ask_parts(std::function<void(std::vector<part>&)> done) {
  // All of them answer the same question, whatever they are otherwise.
  using anybody =
    caf::typed_actor<caf::replies_to<status_atom>::with<actor_status>>;
  std::vector<anybody> whom;
  std::vector<part> parts;
  auto add_all = [&](const auto& xs, const char* kind) {
    for (const auto& x : xs) {
      whom.emplace_back(x);
      parts.push_back({kind, {}});
    }
  };
  add_all(std::vector{config.market}, "market");
  add_all(config.fanouts, "fanout");
  add_all(config.ingresses, "ingress");
  add_all(config.feeds, "feed");
  if (config.monitor)
    add_all(std::vector{config.monitor}, "monitor");
  gather<actor_status>(
    whom,
    [parts, done](std::vector<outcome<actor_status>>& xs) mutable {
      for (std::size_t i = 0; i < xs.size(); ++i)
        parts[i].said = std::move(xs[i]);
      done(parts);
    },
    status_atom_v);
}

void console_state::status(const console_command&, promise to) {
  ask_parts([this, to](std::vector<part>& parts) mutable {
    console_answer result;
    result.parts.emplace_back(node());
    for (auto& x : parts)
      result.parts.emplace_back(part_of(x.said, x.kind));
    result.parts.insert(result.parts.begin(), verdict(result.parts));
    auto& list = result.lists.emplace_back();
    list.title = "settings that differ from their defaults";
    list.columns = {"setting", "value", "default"};
    for (const auto& x : config.settings)
      if (x.size() == 3 && x[1] != x[2])
        list.rows.push_back(x);
    list.total = list.rows.size();
    if (list.rows.empty()) {
      result.lists.clear();
      result.note = "all settings are at their defaults";
    }
    to.deliver(std::move(result));
  });
}

void console_state::settings(const console_command&, promise to) {
  console_answer result;
  result.lists.push_back({.columns = {"setting", "value", "default"},
                          .rows = config.settings,
                          .total = config.settings.size()});
  to.deliver(std::move(result));
}

void console_state::log(const console_command& x, promise to) {
  auto level = parse_log_level(x.args[0]);
  if (!level) {
    to.deliver(
      make_error(errc::invalid,
                 "'" + x.args[0] + "' is none of error, warning, info, debug"));
    return;
  }
  config.log->threshold(*level);
  console_answer result;
  result.note = "logging at " + x.args[0];
  to.deliver(std::move(result));
}

void console_state::close(const console_command& x, promise to) {
  std::string reason;
  for (std::size_t i = 1; i < x.args.size(); ++i)
    reason += (i > 1 ? " " : "") + x.args[i];
  if (reason.empty())
    reason = "closed by the operator";
  // What a close frame has room for.
  constexpr std::size_t max_reason = 123;
  if (reason.size() > max_reason) {
    to.deliver(make_error(errc::invalid, "the reason is over 123 bytes"));
    return;
  }
  auto id = x.args[0];
  auto only_ask = x.options.contains("ask");
  find_subscriber(
    x, to,
    [this, to, id, reason, only_ask](const subscriber_actor& who) mutable {
      console_answer result;
      result.note = "1 viewer affected";
      if (!only_ask) {
        self->send(who, close_atom_v, reason);
        config.log->info("subscriber_closing",
                         {{"subscriber", who->id()}, {"reason", reason}});
        result.note += "; closing subscriber " + id + ": " + reason;
      }
      to.deliver(std::move(result));
    });
}

console_actor::behavior_type
console(console_actor::stateful_pointer<console_state> self,
        console_config config) {
  auto& state = self->state;
  state.self = self;
  state.config = std::move(config);
  state.started_ = self->clock().now();
  return {
    [self](join_atom, const feed_actor& x) {
      self->state.config.feeds.emplace_back(x);
    },
    [self](ask_atom, const std::string& line) { return self->state.ask(line); },
    [self](check_atom, std::uint64_t number) { self->state.check(number); },
  };
}

} // namespace livegrid
