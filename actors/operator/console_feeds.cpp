// What the operator sees of feeds, and does to them.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/operator/console_gather.hpp"

namespace livegrid {

namespace {

/// Of what an end of a feed would hit, so many are shown.
constexpr std::size_t reach_shown = 20;

} // namespace

void console_state::feeds(const console_command&, promise to) {
  ask_now(config.market, feed_atom_v)
    .then(
      [this, to](std::vector<feed_summary>& found) mutable {
        gather<actor_status>(
          config.feeds,
          [to, found = std::move(found)](
            std::vector<outcome<actor_status>>& xs) mutable {
            console_answer result;
            for (auto& x : xs)
              result.parts.emplace_back(part_of(x, "feed"));
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
                 x.age_ms == UINT64_MAX ? "-" : short_span(x.age_ms),
                 std::to_string(x.refused), x.last_refusal, x.peer});
            }
            list.total = list.rows.size();
            to.deliver(std::move(result));
          },
          status_atom_v);
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

std::string console_state::reach::str() const {
  auto plural = [](std::uint64_t n, const char* what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
  };
  auto result = plural(viewers, "viewer") + " and " + plural(symbols, "symbol")
                + " affected";
  if (!missing.empty())
    result += " (viewers of one fan-out are not counted: " + missing + ')';
  return result;
}

void console_state::ask_reach(const std::string& feed, promise to,
                              std::function<void(const reach&)> done) {
  auto count = [this, done](std::vector<symbol_name>& names) {
    std::uint64_t symbols = names.size();
    gather<std::uint64_t>(
      config.fanouts,
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
  self->request(config.market, console_timeout, feed_atom_v, feed)
    .then(count, [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::pause(const console_command& x, promise to) {
  if (!x.options.contains("ask"))
    return set_paused(x.args[0], true, to);
  ask_reach(x.args[0], to, [this, x, to](const reach& affected) {
    show_reach(x.args[0], affected, to);
  });
}

void console_state::show_reach(const std::string& feed, const reach& affected,
                               promise to) {
  auto show = [this, to, affected](std::vector<symbol_name>& names) mutable {
    std::sort(names.begin(), names.end());
    listing symbols;
    symbols.title = "symbols";
    symbols.columns = {"symbol"};
    symbols.total = names.size();
    names.resize(std::min(names.size(), reach_shown));
    for (const auto& x : names)
      symbols.rows.push_back({x.str()});
    summarize_viewers(std::move(names), [this, to, affected, symbols](
                                          subscriber_list& all) mutable {
      sort_subscribers(all.known, "age");
      all.known.resize(std::min(all.known.size(), reach_shown));
      auto viewers = list_of(all.known);
      viewers.title = "viewers of these";
      console_answer result;
      result.lists = {std::move(symbols), std::move(viewers)};
      result.note = affected.str();
      to.deliver(std::move(result));
    });
  };
  self->request(config.market, console_timeout, feed_atom_v, feed)
    .then(show, [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::resume(const console_command& x, promise to) {
  set_paused(x.args[0], false, to);
}

void console_state::set_paused(const std::string& feed, bool on, promise to) {
  // Who is affected is known only before.
  ask_reach(feed, to, [this, to, feed, on](const reach& affected) {
    auto tell = [this, to, feed, on, affected](std::uint64_t) mutable {
      config.log->info("feed_held", {{"feed", feed},
                                     {"paused", on},
                                     {"symbols", affected.symbols},
                                     {"viewers", affected.viewers}});
      console_answer result;
      result.note =
        affected.str() + "; " + (on ? "paused " : "resumed ") + feed;
      to.deliver(std::move(result));
    };
    ask_now(config.market, pause_atom_v, feed, on)
      .then(tell,
            [to](caf::error& why) mutable { to.deliver(std::move(why)); });
  });
}

} // namespace livegrid
