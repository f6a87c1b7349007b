#include "livegrid/actors/operator/console_status.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/console_settings.hpp"
#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/node_parts.hpp"
#include "livegrid/actors/prices/feed_state.hpp"
#include "livegrid/actors/prices/freshness.hpp"

namespace livegrid {

namespace {

/// What waits longer for the loop or a thread is late for viewers, too.
constexpr std::uint64_t late_ns = 100'000'000;

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

/// In a line: whether all is well, or what is not.
/// @param parts what the parts of the node have said.
actor_status verdict(const counters& x,
                     const std::vector<actor_status>& parts) {
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

void status(asker& ask, const console_command&, console_promise to) {
  ask_parts(ask, [&ask, to](std::vector<node_part>& parts) mutable {
    console_answer result;
    result.parts.emplace_back(status_of_node(ask));
    for (auto& x : parts)
      result.parts.emplace_back(status_in(x.said, x.kind));
    result.parts.insert(result.parts.begin(),
                        verdict(*ask.node.stats, result.parts));
    auto changed = changed_settings(ask.node.settings);
    if (changed.rows.empty())
      result.note = "all settings are at their defaults";
    else
      result.lists.emplace_back(std::move(changed));
    to.deliver(std::move(result));
  });
}

} // namespace

console_entries status_commands() {
  return {{"status", "", "the node, and every part of it", status}};
}

} // namespace livegrid
