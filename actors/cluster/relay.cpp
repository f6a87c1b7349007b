#include "livegrid/actors/cluster/relay.hpp"

#include <algorithm>
#include <unordered_set>

#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// Rows in a message: more save nothing, and the first would wait for the last.
constexpr std::size_t max_rows = 512;

/// Messages under way: enough to keep a fast link busy while answers travel.
constexpr std::size_t max_under_way = 16;

/// From so many rows on, only the newest of each symbol waits.
constexpr std::size_t many_rows = 64 * 1024;

} // namespace

void relay_state::add_rows(const row_batch& batch) {
  waiting.insert(waiting.end(), batch.rows.begin(), batch.rows.end());
  if (waiting.size() >= conflate_at)
    conflate();
  if (!flush_due && under_way < max_under_way) {
    flush_due = true;
    // What has come to the mailbox already goes with the same message.
    self->send(self, flush_atom_v);
  }
}

void relay_state::flush() {
  flush_due = false;
  std::size_t from = 0;
  while (from < waiting.size() && under_way < max_under_way) {
    auto n = std::min(max_rows, waiting.size() - from);
    auto first = waiting.begin() + static_cast<std::ptrdiff_t>(from);
    row_batch out{
      {std::make_move_iterator(first),
       std::make_move_iterator(first + static_cast<std::ptrdiff_t>(n))}};
    from += n;
    ++under_way;
    sent += n;
    add(stats->relay_rows, n);
    add(stats->relay_batches);
    auto taken = [this, begin = self->clock().now()] {
      stats->relay_lag.observe(
        static_cast<std::uint64_t>((self->clock().now() - begin).count()));
      --under_way;
      if (!waiting.empty() && !flush_due)
        flush();
    };
    // Without a time-out, which would cost more than the rows: the grid ends
    // this actor when the link is gone.
    self->request(inlet, caf::infinite, relay_atom_v, node, std::move(out))
      .then([taken](std::uint64_t) { taken(); },
            [taken](const caf::error&) { taken(); });
  }
  waiting.erase(waiting.begin(),
                waiting.begin() + static_cast<std::ptrdiff_t>(from));
}

void relay_state::conflate() {
  std::unordered_set<symbol_name> seen;
  std::vector<row_ptr> kept;
  for (auto i = waiting.rbegin(); i != waiting.rend(); ++i)
    if (seen.insert((*i)->symbol()).second)
      kept.emplace_back(std::move(*i));
  merged += waiting.size() - kept.size();
  add(stats->relay_merged, waiting.size() - kept.size());
  waiting.assign(std::make_move_iterator(kept.rbegin()),
                 std::make_move_iterator(kept.rend()));
  // The next time there is twice as much, so that it pays.
  conflate_at = std::max(many_rows, 2 * waiting.size());
}

actor_status relay_state::status() const {
  return {name,
          "",
          {{"sent", sent},
           {"merged", merged},
           {"waiting", waiting.size()},
           {"messages_under_way", under_way}},
          load_of(self)};
}

relay_actor::behavior_type
relay(relay_actor::stateful_pointer<relay_state> self, inlet_actor inlet,
      std::uint64_t node, counters_ptr stats) {
  auto& state = self->state;
  state.self = self;
  state.inlet = std::move(inlet);
  state.node = node;
  state.stats = std::move(stats);
  state.conflate_at = many_rows;
  return {
    [self](const row_batch& batch) { self->state.add_rows(batch); },
    [self](flush_atom) { self->state.flush(); },
    [self](load_atom) { return load_of(self); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
