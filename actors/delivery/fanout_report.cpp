#include "livegrid/actors/delivery/fanout_report.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_set>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/verdict.hpp"

namespace livegrid {

namespace {

/// A summary asks the kernel for the state of its connection, which takes 1 to
/// 2 us: so many take less than 0.5 ms.
constexpr std::size_t members_at_once = 256;

subscriber_summary summary_of(const audience_member& who,
                              outbox::time_point now) {
  const auto& box = *who.box;
  const auto& books = box.books();
  subscriber_summary result;
  result.id = box.owner ? box.owner->id() : 0;
  result.peer = who.box->sink().peer();
  auto age =
    std::chrono::duration_cast<std::chrono::milliseconds>(now - box.since);
  result.age_ms =
    static_cast<std::uint64_t>(std::max<std::int64_t>(0, age.count()));
  result.symbols = who.where->key.symbols.size();
  result.everything = who.where->key.everything;
  result.published = books.published;
  result.delivered = books.delivered;
  result.merged = books.merged;
  result.discarded = books.discarded;
  result.unsent = who.box->sink().unsent();
  result.blocked = box.blocked();
  result.held = box.held_rows();
  result.interval_ms =
    static_cast<std::uint64_t>(box.options().interval.count());
  result.link = who.box->sink().link();
  result.key = box.key_name;
  result.agent = box.agent;
  return result;
}

/// Calls `f` with the next members by age, no more than the rows of others can
/// wait for.
/// @returns where those after them begin; 0 if there are none.
template <class F>
std::uint64_t for_some(const audiences& all, std::uint64_t from, F f) {
  auto i = all.by_age().lower_bound(from);
  for (std::size_t n = 0; i != all.by_age().end() && n < members_at_once;
       ++i, ++n)
    f(*i->second);
  return i != all.by_age().end() ? i->first : 0;
}

/// The row of a symbol that was given to a subscriber last, and when; none if
/// that is not known.
given_row last_given(const audience_member& who, const watched_symbol& symbol,
                     const given_row* waiting) {
  const auto& box = *who.box;
  const auto* given = box.find_given(symbol.key);
  if (given != nullptr && (waiting != nullptr || given->row == symbol.latest))
    return *given;
  if (waiting != nullptr)
    return {};
  // Nothing waits: the latest row went out to it with the others, or it was
  // given that one by itself.
  auto added =
    who.added_all
    || std::binary_search(who.added.begin(), who.added.end(), symbol.key);
  if (added && who.changed >= symbol.flushed)
    return {.row = symbol.latest, .at = who.changed};
  if (symbol.ticked
      && !box.shown().shows(*symbol.latest, symbol.latest->changed()))
    return {.row = symbol.ticked, .at = symbol.ticked_at};
  return {.row = symbol.latest, .at = symbol.flushed};
}

} // namespace

subscriber_slice summaries(const audiences& all, std::uint64_t from,
                           outbox::time_point now) {
  subscriber_slice result;
  result.next = for_some(all, from, [&](const audience_member& who) {
    result.some.push_back(summary_of(who, now));
  });
  return result;
}

subscriber_slice summaries(const audiences& all, const symbol_name& which,
                           std::uint64_t from, outbox::time_point now) {
  subscriber_slice result;
  result.next = for_some(all, from, [&](const audience_member& who) {
    if (all.wants(who, which))
      result.some.push_back(summary_of(who, now));
  });
  return result;
}

subscriber_actor subscriber_of(const audiences& all, std::uint64_t id) {
  const auto* who = all.find(id);
  return who ? who->box->owner : subscriber_actor{};
}

handle_slice subscribers(const audiences& all, std::uint64_t from) {
  handle_slice result;
  result.next = for_some(all, from, [&](const audience_member& who) {
    if (who.box->owner)
      result.some.push_back(who.box->owner);
  });
  return result;
}

viewer_cell explain(const audiences& all, const audience_member& who,
                    const symbol_name& which, outbox::time_point now,
                    timestamp today) {
  viewer_cell result;
  const auto& box = *who.box;
  result.found = true;
  result.viewer = summary_of(who, now);
  result.wanted = all.wants(who, which);
  const auto* symbol = all.find(which);
  if (!result.wanted || symbol == nullptr)
    return result;
  auto time_of_day = [&](outbox::time_point x) {
    return (today
            - std::chrono::duration_cast<std::chrono::nanoseconds>(now - x))
      .time_since_epoch()
      .count();
  };
  const auto* waiting = box.find_waiting(symbol->key);
  if (waiting != nullptr) {
    result.waiting = waiting->row;
    result.waiting_since = time_of_day(waiting->at);
    result.waiting_merged = waiting->merged;
  }
  if (box.passes_over(symbol->key)) {
    // It will be looked up; what was given before is not known any more.
    result.waiting = symbol->latest;
    result.waiting_since = time_of_day(box.behind_since());
    return result;
  }
  auto last = last_given(who, *symbol, waiting);
  // Those who want all get no row of what has not traded.
  if (!last.row || (who.where->key.everything && last.row->is_vacant()))
    return result;
  result.shown = last.row;
  box.shown().append_row(result.text, *last.row);
  result.handed = time_of_day(last.at);
  if (auto taken = box.taken_at(last.at))
    result.taken = time_of_day(*taken);
  result.waited_us = static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::microseconds>(last.waited).count());
  result.merged = last.merged;
  return result;
}

std::vector<std::uint64_t> count(const audiences& all,
                                 const std::vector<symbol_name>& xs) {
  std::vector<std::uint64_t> result;
  result.reserve(xs.size());
  for (const auto& x : xs) {
    std::uint64_t n = 0;
    for (const auto* a : all.of_everything())
      if (allows(a->key.filter, x))
        n += a->members.size();
    if (const auto* symbol = all.find(x))
      n += symbol->viewers;
    result.push_back(n);
  }
  return result;
}

std::uint64_t reach(const audiences& all, const std::vector<symbol_name>& xs) {
  if (xs.empty())
    return 0;
  std::unordered_set<const audience*> found;
  for (const auto* a : all.of_everything())
    if (std::any_of(xs.begin(), xs.end(),
                    [&](const auto& x) { return allows(a->key.filter, x); }))
      found.insert(a);
  for (const auto& x : xs)
    if (const auto* symbol = all.find(x))
      for (const auto* a : symbol->audiences)
        found.insert(a);
  std::uint64_t result = 0;
  for (const auto* a : found)
    result += a->members.size();
  return result;
}

ledger_audit audit(const audiences& all, const counters& stats) {
  ledger_audit result;
  for (const auto& [box, who] : all.members()) {
    result.held += box->held_rows();
    if (box->books().waiting() != box->held_rows())
      ++result.off;
  }
  result.published = get(stats.rows_published);
  result.delivered = get(stats.rows_delivered);
  result.merged = get(stats.rows_merged);
  result.discarded = get(stats.rows_discarded);
  return result;
}

actor_status status_of(const audiences& all, const audience_member& who,
                       const char* kind, outbox::time_point now,
                       std::chrono::nanoseconds loop_lag) {
  actor_status result{kind, "", {}, {}};
  auto put = [&](const char* key, fact_value value) {
    result.facts.emplace_back(key, std::move(value));
  };
  auto x = summary_of(who, now);
  auto judged = judge(x, loop_lag);
  put("verdict", std::string{to_string(judged.fault)} + ": " + judged.why);
  if (x.everything) {
    put("set", "*");
  } else {
    constexpr std::size_t most = 20;
    std::string names;
    const auto& wanted = who.where->key.symbols;
    for (std::size_t i = 0; i < wanted.size() && i < most; ++i)
      names += (i > 0 ? "," : "") + all.at(wanted[i])->name.str();
    if (x.symbols > most)
      names += ",... " + std::to_string(x.symbols) + " in all";
    put("set", names.empty() ? "nothing" : names);
  }
  put("socket", x.blocked ? "full" : "open");
  put("held", x.held);
  put("ledger", x.adds_up() ? "adds up" : "does not add up");
  return result;
}

} // namespace livegrid
