#include "livegrid/actors/operator/node_parts.hpp"

#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/version.hpp"

namespace livegrid {

void ask_parts(asker& ask, std::function<void(std::vector<node_part>&)> done) {
  // All of them answer the same question, whatever they are otherwise.
  using anybody =
    caf::typed_actor<caf::replies_to<status_atom>::with<actor_status>>;
  std::vector<anybody> whom;
  std::vector<node_part> parts;
  auto add_all = [&](const auto& xs, const char* kind) {
    for (const auto& x : xs) {
      whom.emplace_back(x);
      parts.push_back({kind, {}});
    }
  };
  add_all(std::vector{ask.node.market}, "market");
  add_all(ask.node.fanouts, "fanout");
  add_all(ask.node.ingresses, "ingress");
  add_all(ask.node.feeds, "feed");
  if (ask.node.monitor)
    add_all(std::vector{ask.node.monitor}, "monitor");
  ask.all<actor_status>(
    whom,
    [parts, done](std::vector<outcome<actor_status>>& xs) mutable {
      for (std::size_t i = 0; i < xs.size(); ++i)
        parts[i].said = std::move(xs[i]);
      done(parts);
    },
    status_atom_v);
}

actor_status status_of_node(const asker& ask) {
  actor_status result{"node", std::string{version}, {}};
  auto put = [&](const char* key, std::uint64_t x) {
    result.facts.emplace_back(key, x);
  };
  const auto& x = *ask.node.stats;
  auto uptime = ask.now() - ask.started();
  put("uptime_s",
      static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(uptime).count()));
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
  if (ask.node.process)
    for (auto& fact : ask.node.process())
      result.facts.emplace_back(std::move(fact));
  return result;
}

} // namespace livegrid
