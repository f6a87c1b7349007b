#include "livegrid/actors/operator/console_log.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/operator/list_page.hpp"

namespace livegrid {

namespace {

constexpr std::string_view level_of(log_level x) noexcept {
  constexpr std::string_view names[]{"error", "warning", "info", "debug"};
  return names[static_cast<std::size_t>(x)];
}

void events(asker& ask, const console_command& x, console_promise to) {
  auto past = ask.node.log->past();
  auto pattern = x.args.empty() ? std::string{"*"} : x.args[0];
  std::erase_if(
    past, [&](const past_event& e) { return !matches(e.event, pattern); });
  std::reverse(past.begin(), past.end());
  auto page = list_page::of(past.size(), x);
  if (!page)
    return refuse(to, page.error());
  page->cut(past);
  console_answer result;
  auto& list = result.lists.emplace_back();
  list.columns = {"time", "level", "event", "what"};
  page->mark(list);
  for (const auto& e : past)
    list.rows.push_back(
      {date_and_time(std::chrono::duration_cast<std::chrono::nanoseconds>(
                       e.when.time_since_epoch())
                       .count()),
       std::string{level_of(e.level)}, e.event, e.fields});
  to.deliver(std::move(result));
}

void log(asker& ask, const console_command& x, console_promise to) {
  auto level = parse_log_level(x.args[0]);
  if (!level)
    return refuse(
      to,
      make_error(errc::invalid,
                 "'" + x.args[0] + "' is none of error, warning, info, debug"));
  ask.node.log->threshold(*level);
  console_answer result;
  result.note = "logging at " + x.args[0];
  to.deliver(std::move(result));
}

} // namespace

console_entries log_commands() {
  return {
    {"events",
     "[PATTERN] [--page=N]",
     "what the log has said of late, the newest first; the pattern is of names",
     events,
     0,
     1,
     {"page"}},
    {"log", "LEVEL", "logs error, warning, info or debug from now on", log, 1,
     1},
  };
}

} // namespace livegrid
