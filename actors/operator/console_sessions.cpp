#include "livegrid/actors/operator/console_sessions.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/market/market_days.hpp"
#include "livegrid/actors/operator/list_page.hpp"

namespace livegrid {

namespace {

void sessions(asker& ask, const console_command&, console_promise to) {
  ask.one(ask.node.market, venue_atom_v)
    .then(
      [to](listing& found) mutable {
        console_answer result;
        result.lists.emplace_back(std::move(found));
        to.deliver(std::move(result));
      },
      refusal_to(to));
}

/// The day that `--date` says, `no_date` without it; nothing if it says none.
std::optional<std::int32_t> date_of(const console_command& x) {
  auto said = x.options.find("date");
  if (said == x.options.end())
    return no_date;
  std::string_view rest = said->second;
  auto day = take_date(rest);
  if (!day || !rest.empty())
    return std::nullopt;
  return static_cast<std::int32_t>(day->time_since_epoch().count());
}

void roll(asker& ask, const console_command& x, console_promise to) {
  auto date = date_of(x);
  if (!date)
    return refuse(
      to, make_error(errc::invalid, "--date takes a day such as 2026-01-31"));
  auto which = x.args[0];
  ask.one(ask.node.market, roll_atom_v, which, *date)
    .then(
      [&ask, to, which](std::uint64_t n) mutable {
        ask.node.log->info("rolled", {{"what", which}, {"symbols", n}});
        console_answer result;
        result.note = counted(n, "symbol")
                      + " told; what is of an earlier trade date goes on to it";
        to.deliver(std::move(result));
      },
      refusal_to(to));
}

} // namespace

console_entries sessions_commands() {
  return {
    {"sessions", "", "the venues, and the trade dates of their symbols",
     sessions},
    {"roll",
     "VENUE|SYMBOL [--date=YYYY-MM-DD]",
     "ends the trade date of a symbol, or of all of a venue, without a tick",
     roll,
     1,
     1,
     {"date"}},
  };
}

} // namespace livegrid
