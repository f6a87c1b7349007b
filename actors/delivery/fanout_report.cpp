// What the operator sees of a fan-out and its subscribers.

#include <algorithm>
#include <unordered_set>

#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"
#include "livegrid/actors/stats/verdict.hpp"

namespace livegrid {

namespace {

/// A summary asks the kernel for the state of its connection, which takes 1 to
/// 2 us: so many take less than 0.5 ms.
constexpr std::size_t members_at_once = 256;

} // namespace

subscriber_summary fanout_state::summary_of(const member& who) const {
  const auto& box = *who.box;
  const auto& books = box.books();
  subscriber_summary result;
  result.id = box.owner ? box.owner->id() : 0;
  result.peer = who.box->sink().peer();
  auto age = std::chrono::duration_cast<std::chrono::milliseconds>(
    self_->clock().now() - box.since);
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

template <class F>
std::uint64_t fanout_state::for_some(std::uint64_t from, F f) const {
  auto i = by_age_.lower_bound(from);
  for (std::size_t n = 0; i != by_age_.end() && n < members_at_once; ++i, ++n)
    f(*i->second);
  return i != by_age_.end() ? i->first : 0;
}

subscriber_slice fanout_state::summaries(std::uint64_t from) const {
  subscriber_slice result;
  result.next = for_some(
    from, [&](const member& who) { result.some.push_back(summary_of(who)); });
  return result;
}

subscriber_slice fanout_state::summaries(const symbol_name& which,
                                         std::uint64_t from) const {
  subscriber_slice result;
  result.next = for_some(from, [&](const member& who) {
    if (wants(who, which))
      result.some.push_back(summary_of(who));
  });
  return result;
}

bool fanout_state::wants(const member& who, const symbol_name& which) const {
  if (who.where->key.everything)
    return allows(who.where->key.filter, which);
  auto known = keys_.find(which);
  return known != keys_.end()
         && std::binary_search(who.where->key.symbols.begin(),
                               who.where->key.symbols.end(), known->second);
}

const fanout_state::member* fanout_state::find_member(std::uint64_t id) const {
  for (const auto& [box, who] : members_)
    if (box->owner && box->owner->id() == id)
      return &who;
  return nullptr;
}

subscriber_actor fanout_state::find(std::uint64_t id) const {
  const auto* who = find_member(id);
  return who ? who->box->owner : subscriber_actor{};
}

handle_slice fanout_state::subscribers(std::uint64_t from) const {
  handle_slice result;
  result.next = for_some(from, [&](const member& who) {
    if (who.box->owner)
      result.some.push_back(who.box->owner);
  });
  return result;
}

viewer_cell fanout_state::explain(std::uint64_t id, const symbol_name& which) {
  viewer_cell result;
  const auto* who = find_member(id);
  if (who == nullptr)
    return result;
  // What has been gathered is about to go out anyway.
  if (flush_due_)
    flush();
  const auto& box = *who->box;
  result.found = true;
  result.viewer = summary_of(*who);
  const auto& where = *who->where;
  auto known = keys_.find(which);
  result.wanted = wants(*who, which);
  if (!result.wanted || known == keys_.end())
    return result;
  const auto& symbol = *symbols_[known->second];
  auto now = self_->clock().now();
  auto today = config_.wall_clock();
  auto time_of_day = [&](time_point x) {
    return (today
            - std::chrono::duration_cast<std::chrono::nanoseconds>(now - x))
      .time_since_epoch()
      .count();
  };
  const auto* waiting = box.find_waiting(symbol.key);
  const auto* given = box.find_given(symbol.key);
  if (waiting != nullptr) {
    result.waiting = waiting->row;
    result.waiting_since = time_of_day(waiting->at);
    result.waiting_merged = waiting->merged;
  }
  if (box.passes_over(symbol.key)) {
    // It will be looked up; what was given before is not known any more.
    result.waiting = symbol.latest;
    result.waiting_since = time_of_day(box.behind_since());
    return result;
  }
  // Nothing waits: the latest row went out to it with the others, or it was
  // given that one by itself.
  given_row last{.row = symbol.latest, .at = symbol.flushed};
  auto added =
    who->added_all
    || std::binary_search(who->added.begin(), who->added.end(), symbol.key);
  if (added && who->changed >= symbol.flushed)
    last.at = who->changed;
  else if (symbol.ticked
           && !box.shown().shows(*symbol.latest, symbol.latest->changed()))
    last = {.row = symbol.ticked, .at = symbol.ticked_at};
  if (given != nullptr && (waiting != nullptr || given->row == symbol.latest))
    last = *given;
  else if (waiting != nullptr)
    last = {};
  // Those who want all get no row of what has not traded.
  if (where.key.everything && last.row && last.row->is_vacant())
    last = {};
  result.shown = last.row;
  if (!last.row)
    return result;
  box.shown().append_row(result.text, *last.row);
  result.handed = time_of_day(last.at);
  if (auto taken = box.taken_at(last.at))
    result.taken = time_of_day(*taken);
  result.waited_us = static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::microseconds>(last.waited).count());
  result.merged = last.merged;
  return result;
}

std::vector<std::uint64_t>
fanout_state::count(const std::vector<symbol_name>& xs) const {
  std::vector<std::uint64_t> result;
  result.reserve(xs.size());
  for (const auto& x : xs) {
    std::uint64_t n = 0;
    for (const auto* a : everything_)
      if (allows(a->key.filter, x))
        n += a->members.size();
    if (auto i = keys_.find(x); i != keys_.end())
      n += symbols_[i->second]->viewers;
    result.push_back(n);
  }
  return result;
}

std::uint64_t fanout_state::reach(const std::vector<symbol_name>& xs) const {
  if (xs.empty())
    return 0;
  std::unordered_set<const audience*> all;
  for (const auto* a : everything_)
    if (std::any_of(xs.begin(), xs.end(),
                    [&](const auto& x) { return allows(a->key.filter, x); }))
      all.insert(a);
  for (const auto& x : xs)
    if (auto i = keys_.find(x); i != keys_.end())
      for (const auto* a : symbols_[i->second]->audiences)
        all.insert(a);
  std::uint64_t result = 0;
  for (const auto* a : all)
    result += a->members.size();
  return result;
}

ledger_audit fanout_state::audit() const {
  ledger_audit result;
  for (const auto& [box, who] : members_) {
    result.held += box->held_rows();
    if (box->books().waiting() != box->held_rows())
      ++result.off;
  }
  const auto& stats = *config_.stats;
  result.published = get(stats.rows_published);
  result.delivered = get(stats.rows_delivered);
  result.merged = get(stats.rows_merged);
  result.discarded = get(stats.rows_discarded);
  return result;
}

actor_status fanout_state::status_of(std::uint64_t id) const {
  actor_status result{name, "", {}, {}};
  const auto* who = find_member(id);
  if (who == nullptr)
    return result;
  auto put = [&](const char* key, fact_value value) {
    result.facts.emplace_back(key, std::move(value));
  };
  auto x = summary_of(*who);
  auto judged =
    judge(x, std::chrono::nanoseconds{get(config_.stats->loop_lag)});
  put("verdict", std::string{to_string(judged.fault)} + ": " + judged.why);
  if (x.everything) {
    put("set", "*");
  } else {
    constexpr std::size_t most = 20;
    std::string names;
    for (std::size_t i = 0; i < who->where->key.symbols.size() && i < most; ++i)
      names +=
        (i > 0 ? "," : "") + symbols_[who->where->key.symbols[i]]->name.str();
    if (x.symbols > most)
      names += ",... " + std::to_string(x.symbols) + " in all";
    put("set", names.empty() ? "nothing" : names);
  }
  put("socket", x.blocked ? "full" : "open");
  put("held", x.held);
  put("ledger", x.adds_up() ? "adds up" : "does not add up");
  return result;
}

actor_status fanout_state::status() const {
  actor_status result{name, "", {}, load_of(self_)};
  auto put = [&](const char* key, auto value) {
    result.facts.emplace_back(key, value);
  };
  put("subscribers", members_.size());
  put("audiences", audiences_.size());
  put("symbols", keys_.size());
  put("slow", slow_.size());
  put("behind", behind_.size());
  return result;
}

} // namespace livegrid
