// What the operator sees of feeds, and does to them.

#include "livegrid/actors/console_gather.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

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

void console_state::pause(const console_command& x, promise to) {
  set_paused(x.args[0], true, to);
}

void console_state::resume(const console_command& x, promise to) {
  set_paused(x.args[0], false, to);
}

void console_state::set_paused(const std::string& feed, bool on, promise to) {
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  auto act = [this, to, feed, on, fail](std::uint64_t viewers,
                                        const std::string& missing) mutable {
    ask_now(config.market, pause_atom_v, feed, on)
      .then(
        [this, to, feed, on, viewers, missing](std::uint64_t symbols) mutable {
          config.log->info("feed_held", {{"feed", feed},
                                         {"paused", on},
                                         {"symbols", symbols},
                                         {"viewers", viewers}});
          console_answer result;
          auto count = [](std::uint64_t n, const char* what) {
            return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
          };
          result.note = count(viewers, "viewer") + " and "
                        + count(symbols, "symbol") + " affected; "
                        + (on ? "paused " : "resumed ") + feed;
          if (!missing.empty())
            result.note += "; " + missing;
          to.deliver(std::move(result));
        },
        fail);
  };
  // Who is affected is known only before.
  ask_now(config.market, feed_atom_v, feed)
    .then(
      [this, act](std::vector<symbol_name>& names) mutable {
        gather<std::uint64_t>(
          config.fanouts,
          [act](std::vector<outcome<std::uint64_t>>& xs) mutable {
            std::uint64_t viewers = 0;
            std::string missing;
            for (const auto& x : xs) {
              viewers += x.value;
              if (!x.error.empty())
                missing = "viewers of one fan-out are not counted: " + x.error;
            }
            act(viewers, missing);
          },
          reach_atom_v, std::move(names));
      },
      fail);
}

} // namespace livegrid
