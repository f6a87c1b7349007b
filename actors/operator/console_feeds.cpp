#include "livegrid/actors/operator/console_feeds.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"

namespace livegrid {

namespace {

/// Of what an end of a feed would hit, so many are shown.
constexpr std::size_t reach_shown = 20;

/// Whom the end of a feed would affect.
struct reach {
  std::uint64_t viewers = 0;
  std::uint64_t symbols = 0;
  std::string missing; ///< why some viewers are not counted, if so

  /// It as a sentence.
  std::string str() const {
    auto result = counted(viewers, "viewer") + " and "
                  + counted(symbols, "symbol") + " affected";
    if (!missing.empty())
      result += " (viewers of one fan-out are not counted: " + missing + ')';
    return result;
  }
};

void feeds(asker& ask, const console_command&, console_promise to) {
  ask.one(ask.node.market, feed_atom_v)
    .then(
      [&ask, to](std::vector<feed_summary>& found) mutable {
        ask.all<actor_status>(
          ask.node.feeds,
          [to, found = std::move(found)](
            std::vector<outcome<actor_status>>& xs) mutable {
            console_answer result;
            for (auto& x : xs)
              result.parts.emplace_back(status_in(x, "feed"));
            auto& list = result.lists.emplace_back();
            list.columns = {"feed",    "state",        "symbols",
                            "ticks",   "ticks/s",      "age",
                            "refused", "last refusal", "peer"};
            for (const auto& x : found) {
              auto tenths = (x.milli_rate + 50) / 100;
              list.rows.push_back(
                {x.id.str(), x.state, std::to_string(x.symbols),
                 std::to_string(x.ticks),
                 std::to_string(tenths / 10) + '.'
                   + std::to_string(tenths % 10),
                 age_text(x.age_ms), std::to_string(x.refused), x.last_refusal,
                 x.peer});
            }
            list.total = list.rows.size();
            to.deliver(std::move(result));
          },
          status_atom_v);
      },
      refusal_to(to));
}

/// Goes on with whom a feed reaches.
void ask_reach(asker& ask, const std::string& feed, console_promise to,
               std::function<void(const reach&)> done) {
  auto count = [&ask, done](std::vector<symbol_name>& names) {
    std::uint64_t symbols = names.size();
    ask.all<std::uint64_t>(
      ask.node.fanouts,
      [done, symbols](std::vector<outcome<std::uint64_t>>& xs) {
        reach result{.viewers = 0, .symbols = symbols, .missing = {}};
        for (const auto& x : xs) {
          result.viewers += x.value;
          if (!x.error.empty())
            result.missing = x.error;
        }
        done(result);
      },
      reach_atom_v, std::move(names));
  };
  ask.one(ask.node.market, feed_atom_v, feed).then(count, refusal_to(to));
}

/// Answers whom the end of a feed would affect, by name as far as they are few.
void show_reach(asker& ask, const std::string& feed, const reach& affected,
                console_promise to) {
  auto show = [&ask, to, affected](std::vector<symbol_name>& names) mutable {
    std::sort(names.begin(), names.end());
    listing symbols;
    symbols.title = "symbols";
    symbols.columns = {"symbol"};
    symbols.total = names.size();
    names.resize(std::min(names.size(), reach_shown));
    for (const auto& x : names)
      symbols.rows.push_back({x.str()});
    summarize_viewers(
      ask, std::move(names),
      [&ask, to, affected, symbols](subscriber_list& all) mutable {
        sort_subscribers(all.known, "age");
        all.known.resize(std::min(all.known.size(), reach_shown));
        auto viewers = list_of(all.known, ask.loop_lag());
        viewers.title = "viewers of these";
        console_answer result;
        result.lists = {std::move(symbols), std::move(viewers)};
        result.note = affected.str();
        to.deliver(std::move(result));
      });
  };
  ask.one(ask.node.market, feed_atom_v, feed).then(show, refusal_to(to));
}

/// Pauses a feed or lets it go on, and says whom that affects.
void set_paused(asker& ask, const std::string& feed, bool on,
                console_promise to) {
  // Who is affected is known only before.
  ask_reach(ask, feed, to, [&ask, to, feed, on](const reach& affected) {
    auto tell = [&ask, to, feed, on, affected](std::uint64_t) mutable {
      ask.node.log->info("feed_held", {{"feed", feed},
                                       {"paused", on},
                                       {"symbols", affected.symbols},
                                       {"viewers", affected.viewers}});
      console_answer result;
      result.note =
        affected.str() + "; " + (on ? "paused " : "resumed ") + feed;
      to.deliver(std::move(result));
    };
    ask.one(ask.node.market, pause_atom_v, feed, on).then(tell, refusal_to(to));
  });
}

void pause(asker& ask, const console_command& x, console_promise to) {
  if (!x.options.contains("ask"))
    return set_paused(ask, x.args[0], true, to);
  ask_reach(ask, x.args[0], to, [&ask, x, to](const reach& affected) {
    show_reach(ask, x.args[0], affected, to);
  });
}

void resume(asker& ask, const console_command& x, console_promise to) {
  set_paused(ask, x.args[0], false, to);
}

} // namespace

console_entries feeds_commands() {
  return {
    {"feeds", "", "the sources of ticks", feeds},
    {"pause",
     "FEED [--ask]",
     "holds a feed back; with --ask it only says whom that affects",
     pause,
     1,
     1,
     {"ask"}},
    {"resume", "FEED", "lets a feed go on", resume, 1, 1},
  };
}

} // namespace livegrid
