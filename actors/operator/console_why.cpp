#include "livegrid/actors/operator/console_why.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"
#include "livegrid/actors/stats/verdict.hpp"

namespace livegrid {

namespace {

/// A moment, and how long after `before` it was.
std::string step(std::int64_t at, std::int64_t before) {
  return time_of_day(at) + gap_after(at, before);
}

/// The way of the row that the viewer shows.
actor_status way_of(const viewer_cell& x, const symbol_name& which) {
  actor_status result{"shown", which.str(), {}, {}};
  auto put = [&](const char* key, std::string value) {
    result.facts.emplace_back(key, std::move(value));
  };
  const auto& row = *x.shown;
  const auto& stamp = row.stamp();
  put("row", x.text);
  put("version", std::to_string(row.version()));
  if (row.is_vacant()) {
    put("tick", "none: the symbol has not traded");
  } else {
    put("tick", "from " + feed_id{stamp.from, stamp.feed}.str() + ", seq "
                  + std::string{row.text(cell::seq)});
    put("source", time_of_day(stamp.source_time));
    put("received", step(stamp.received, stamp.source_time));
    put("applied", step(stamp.applied, stamp.received));
  }
  auto before = row.is_restated() ? 0 : stamp.applied;
  if (row.came() != 0) {
    put("came_from_owner", step(row.came(), before));
    before = row.came();
  }
  if (x.taken == 0)
    put("given_to_socket",
        step(x.handed, before) + "; the kernel has not taken all of it");
  else
    put("handed_to_kernel", step(x.taken, before));
  if (x.waited_us > 0)
    put("waited", "its place "
                    + fine_span(static_cast<std::int64_t>(x.waited_us) * 1000)
                    + (x.viewer.interval_ms > 0
                         ? " for the interval that the viewer wants"
                         : " for the socket"));
  put("merged", counted(x.merged, "older row"));
  return result;
}

/// Where rows are that the viewer has not been given, although nobody here
/// holds them back: on their way, unless that takes too long to be so.
/// @param now the time of day, in nanoseconds since 1970.
std::string whereabouts(const viewer_cell& x, const row& newest,
                        const counters& stats, std::int64_t now) {
  constexpr std::int64_t long_on_its_way = 3'000'000'000;
  const std::string on_their_way = "they are on their way";
  if (get(stats.clustered) == 0)
    return on_their_way;
  auto made = newest.stamp().applied;
  auto age = made == 0 ? 0 : span_between(made, now);
  if (age > long_on_its_way)
    return "the newest has not come from its owner's node for "
           + fine_span(age);
  // Of a symbol that ticks all the time the newest row is never old.
  if (get(stats.viewers_behind) > 0)
    return "none has come from its owner's node for "
           + fine_span(std::max<std::int64_t>(0, span_between(x.handed, now)));
  return on_their_way;
}

/// How far behind the viewer is, and whose fault that is.
/// @param where_rows_are says it of those that nobody here holds back.
std::string position(const viewer_cell& x, const row_ptr& newest,
                     const verdict& judged, std::string_view where_rows_are,
                     std::string_view name) {
  std::string viewer = "viewer " + std::to_string(x.viewer.id);
  if (!x.shown)
    return viewer + " has been given nothing of " + std::string{name} + " yet";
  // A newer row of the same tick says only that time has passed.
  auto same_tick = newest->is_restated() && newest->stamp() == x.shown->stamp();
  auto behind = newest->version() > x.shown->version() && !same_tick
                  ? newest->version() - x.shown->version()
                  : 0;
  if (behind > 0) {
    auto result = viewer + " is " + counted(behind, "row") + " behind: ";
    if (x.waiting && x.viewer.interval_ms > 0
        && judged.fault == fault_of::nobody)
      return result + "it has asked for at most one a "
             + std::to_string(x.viewer.interval_ms) + " ms";
    if (judged.fault == fault_of::nobody)
      return result + std::string{where_rows_are};
    return result + std::string{to_string(judged.fault)} + ", " + judged.why;
  }
  auto result = viewer + " has been given the newest row";
  if (judged.fault != fault_of::nobody)
    result +=
      ", but: " + std::string{to_string(judged.fault)} + ", " + judged.why;
  return result;
}

/// What the whole says, in a sentence.
std::string conclusion(const viewer_cell& x, const row_ptr& newest,
                       freshness fresh, const verdict& judged,
                       std::string_view where_rows_are, std::string_view name) {
  auto result = position(x, newest, judged, where_rows_are, name);
  switch (fresh) {
  case freshness::live:
    return result;
  case freshness::quiet:
    return result + "; its feed is alive, but " + std::string{name}
           + " is silent for longer than usual";
  case freshness::down:
    return result + "; its feed is down";
  case freshness::never:
    return result + "; it has not traded";
  }
  return result;
}

/// Goes on with the newest row of a symbol, wherever it is, and how far that
/// can be believed.
void find_newest(asker& ask, const symbol_name& which,
                 std::function<void(freshness, row_ptr)> done,
                 std::function<void(caf::error&)> fail) {
  if (ask.node.grid) {
    ask.grid(asker::timeout, fetch_atom_v, std::vector{which})
      .then(
        [done](row_batch& x) {
          // The row itself says how fresh it is.
          auto text = x.rows.at(0)->text(cell::freshness);
          auto fresh = parse_freshness(text.substr(1, text.size() - 2));
          done(fresh.value_or(freshness::never), x.rows.at(0));
        },
        fail);
    return;
  }
  ask.one(ask.node.market, resolve_atom_v, std::vector{which})
    .then(
      [&ask, done, fail](std::vector<symbol_ref>& refs) {
        auto fresh = static_cast<freshness>(refs.at(0).fresh);
        if (!refs[0].owner)
          return done(fresh, row::vacant(refs[0].symbol));
        ask.one(refs[0].owner, row_atom_v)
          .then([done, fresh](row_batch& x) { done(fresh, x.rows.at(0)); },
                fail);
      },
      fail);
}

/// What keeps the viewer, and what the owner knows.
actor_status state_of(const viewer_cell& x, const row& newest, freshness fresh,
                      const verdict& judged) {
  actor_status result{"viewer", std::to_string(x.viewer.id), {}, {}};
  auto put = [&](const char* key, std::string value) {
    result.facts.emplace_back(key, std::move(value));
  };
  put("peer", x.viewer.peer);
  if (x.waiting)
    put("waiting", "version " + std::to_string(x.waiting->version())
                     + ", since " + time_of_day(x.waiting_since)
                     + ", merged with "
                     + counted(x.waiting_merged, "older row"));
  put("newest", "version " + std::to_string(newest.version()) + ", price "
                  + std::string{newest.text(cell::price)});
  put("freshness", std::string{to_string(fresh)});
  put("socket", x.viewer.blocked ? "full, " + std::to_string(x.viewer.unsent)
                                     + " bytes wait in the node"
                                 : "open");
  put("kernel", std::to_string(x.viewer.link.unsent) + " bytes not sent, "
                  + std::to_string(x.viewer.link.unacked)
                  + " not acknowledged");
  put("verdict", std::string{to_string(judged.fault)} + ": " + judged.why);
  return result;
}

console_answer explain(const asker& ask, const symbol_name& which,
                       const viewer_cell& seen, freshness fresh,
                       const row_ptr& newest) {
  auto judged = judge(seen.viewer, ask.loop_lag());
  console_answer result;
  if (seen.shown)
    result.parts.emplace_back(way_of(seen, which));
  result.parts.emplace_back(state_of(seen, *newest, fresh, judged));
  auto where_rows_are =
    whereabouts(seen, *newest, *ask.node.stats,
                ask.node.wall_clock().time_since_epoch().count());
  result.note =
    conclusion(seen, newest, fresh, judged, where_rows_are, which.str());
  return result;
}

void why(asker& ask, const console_command& x, console_promise to) {
  auto id = subscriber_id(x.args[0], to);
  if (!id)
    return;
  auto which = symbol_of(x, 1, to);
  if (!which)
    return;
  // The viewer first: what the owner says then can only be newer.
  ask.all<viewer_cell>(
    ask.node.fanouts,
    [&ask, to, id = *id,
     which = *which](std::vector<outcome<viewer_cell>>& xs) {
      auto found = std::find_if(xs.begin(), xs.end(),
                                [](const auto& y) { return y.value.found; });
      if (found == xs.end())
        return refuse(to, no_subscriber(xs, id));
      if (!found->value.wanted)
        return refuse(to, make_error(errc::invalid,
                                     "viewer " + std::to_string(id)
                                       + " has not asked for " + which.str()));
      auto tell = [&ask, to, which, seen = std::move(found->value)](
                    freshness fresh, const row_ptr& newest) mutable {
        to.deliver(explain(ask, which, seen, fresh, newest));
      };
      find_newest(ask, which, std::move(tell), refusal_to(to));
    },
    why_atom_v, *id, *which);
}

} // namespace

console_entries why_commands() {
  return {
    {"why", "ID NAME",
     "one viewer's one row: from which tick, how long on its way, whose fault",
     why, 2, 2},
  };
}

} // namespace livegrid
