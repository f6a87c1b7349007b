// What an operator looks at first: whether all is well, and what has happened.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/operator/console_gather.hpp"
#include "livegrid/actors/prices/feed_state.hpp"

namespace livegrid {

namespace {

/// What waits longer for the loop or a thread is late for viewers, too.
constexpr std::uint64_t late_ns = 100'000'000;

constexpr std::string_view level_of(log_level x) noexcept {
  constexpr std::string_view names[]{"error", "warning", "info", "debug"};
  return names[static_cast<std::size_t>(x)];
}

std::string counted(std::uint64_t n, const char* what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

/// What is wrong, in a few words each.
std::vector<std::string> troubles(const counters& x) {
  std::vector<std::string> result;
  auto note = [&](std::uint64_t n, const char* what, const char* how) {
    if (n > 0)
      result.emplace_back(counted(n, what) + how);
  };
  if (get(x.clustered) != 0 && get(x.is_member) == 0)
    result.emplace_back("no member of its cluster");
  note(get(x.owners_disagree), "peer", " with another view of the members");
  note(get(x.viewers_behind), "symbol", " whose rows do not come to viewers");
  auto feeds = [&](feed_state state) {
    std::uint64_t n = 0;
    for (const auto& of_kind : x.feeds)
      n += get(of_kind[static_cast<std::size_t>(state)]);
    return n;
  };
  note(feeds(feed_state::lost), "feed", " lost");
  note(feeds(feed_state::silent), "feed", " silent");
  note(feeds(feed_state::paused), "feed", " paused");
  note(get(x.fresh[static_cast<std::size_t>(freshness::down)]), "symbol",
       " without a feed");
  note(get(x.fresh[static_cast<std::size_t>(freshness::quiet)]), "symbol",
       " quiet for unusually long");
  note(get(x.ledger_off), "subscriber", " whose ledger does not add up");
  auto lag = std::max(get(x.loop_lag), get(x.scheduler_lag));
  if (lag > late_ns)
    result.emplace_back("messages are " + std::to_string(lag / 1'000'000)
                        + " ms late");
  return result;
}

} // namespace

actor_status
console_state::verdict(const std::vector<actor_status>& parts) const {
  const auto& x = *config.stats;
  auto wrong = troubles(x);
  for (const auto& said : parts)
    if (said.facts.size() == 1 && said.facts[0].first == "error")
      wrong.emplace_back("the " + said.kind + " does not answer");
  std::string text;
  for (const auto& why : wrong)
    text += (text.empty() ? "look at this: " : ", ") + why;
  auto viewers = get(x.subscribers_opened) - get(x.subscribers_closed);
  if (text.empty())
    text = "all is well: " + counted(get(x.symbols), "symbol") + ", "
           + counted(viewers, "viewer") + ", "
           + counted(get(x.ticks_per_s), "tick") + "/s";
  return {"verdict", std::move(text), {}, {}};
}

void console_state::events(const console_command& x, promise to) {
  auto past = config.log->past();
  auto pattern = x.args.empty() ? std::string{"*"} : x.args[0];
  std::erase_if(
    past, [&](const past_event& e) { return !matches(e.event, pattern); });
  std::reverse(past.begin(), past.end());
  auto page = page_of_list::of(past.size(), x);
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

} // namespace livegrid
