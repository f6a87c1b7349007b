#include "livegrid/actors/operator/subscriber_lines.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/stats/verdict.hpp"

namespace livegrid {

namespace {

/// Bytes that it has yet to take or to acknowledge.
std::uint64_t lag_of(const subscriber_summary& x) {
  return x.unsent + x.link.unsent + x.link.unacked;
}

} // namespace

void summarize_subscribers(asker& ask, std::optional<symbol_name> which,
                           subscribers_taker done) {
  auto all = std::make_shared<subscriber_list>();
  auto take = [all](std::vector<subscriber_summary>& some) {
    for (auto& x : some)
      all->known.push_back({.summary = std::move(x)});
  };
  auto finish = [all, done](const std::string& error) {
    if (!error.empty())
      all->missing = "those of one fan-out are missing: " + error;
    done(*all);
  };
  if (which)
    ask.slices<subscriber_slice>(take, finish, summary_atom_v, *which);
  else
    ask.slices<subscriber_slice>(take, finish, summary_atom_v);
}

void rate_subscribers(asker& ask, std::optional<symbol_name> which,
                      subscribers_taker done) {
  auto rate_all = [&ask](subscriber_list& all) {
    auto now = ask.now();
    auto known = true;
    for (auto& x : all.known) {
      auto found = ask.rows.look(x.summary.id, now, {x.summary.delivered, 0});
      known = known && found;
      x.rate = found ? found->at(0) : 0;
    }
    ask.rows.tidy(now);
    return known;
  };
  summarize_subscribers(ask, which, [=, &ask](subscriber_list& all) {
    // Who does not answer now does not in a while either.
    if (rate_all(all) || !all.missing.empty())
      return done(all);
    ask.after_a_while([=, &ask] {
      summarize_subscribers(ask, which, [=](subscriber_list& again) {
        rate_all(again);
        done(again);
      });
    });
  });
}

void summarize_viewers(asker& ask, std::vector<symbol_name> which,
                       subscribers_taker done) {
  auto all = std::make_shared<subscriber_list>();
  auto seen = std::make_shared<std::set<std::uint64_t>>();
  auto step = [=, &ask](auto& again, std::size_t i) -> void {
    if (i == which.size())
      return done(*all);
    summarize_subscribers(ask, which[i], [=](subscriber_list& some) {
      for (auto& x : some.known)
        if (seen->insert(x.summary.id).second)
          all->known.emplace_back(std::move(x));
      if (!some.missing.empty())
        all->missing = some.missing;
      again(again, i + 1);
    });
  };
  step(step, 0);
}

caf::expected<std::string> subscribers_sort(const console_command& x) {
  return sort_key(x, "age", {"age", "lag", "merged", "rate"});
}

void sort_subscribers(std::vector<subscriber_line>& xs, std::string_view by) {
  using amount = std::pair<double, double>;
  auto key = [by](const subscriber_line& x) {
    const auto& s = x.summary;
    auto number = [](std::uint64_t n) { return static_cast<double>(n); };
    return by == "lag"      ? amount{number(s.waiting()), number(lag_of(s))}
           : by == "merged" ? amount{number(s.merged), 0}
           : by == "rate"   ? amount{x.rate, 0}
                            : amount{number(s.age_ms), 0};
  };
  // The most of it first; of equals the one that has been here longest.
  std::sort(xs.begin(), xs.end(), [&](const auto& a, const auto& b) {
    return std::pair{key(b), a.summary.id} < std::pair{key(a), b.summary.id};
  });
}

listing list_of(const std::vector<subscriber_line>& some,
                std::chrono::nanoseconds loop_lag) {
  listing result;
  result.columns = {"id",        "peer",   "age",     "symbols", "rows/s",
                    "delivered", "merged", "waiting", "lag B",   "verdict"};
  auto text = [](std::uint64_t n) { return std::to_string(n); };
  for (const auto& line : some) {
    const auto& x = line.summary;
    result.rows.push_back({text(x.id), x.peer, short_span(x.age_ms),
                           x.everything ? "*" : text(x.symbols),
                           text(static_cast<std::uint64_t>(line.rate + 0.5)),
                           text(x.delivered), text(x.merged), text(x.waiting()),
                           text(lag_of(x)),
                           std::string{to_string(judge(x, loop_lag).fault)}});
  }
  result.total = result.rows.size();
  return result;
}

void show_subscribers(const asker& ask, subscriber_list& all,
                      const console_command& x, std::vector<actor_status> parts,
                      console_promise to) {
  auto sort = subscribers_sort(x);
  if (!sort)
    return refuse(to, sort.error());
  auto page = list_page::of(all.known.size(), x);
  if (!page)
    return refuse(to, page.error());
  sort_subscribers(all.known, *sort);
  page->cut(all.known);
  console_answer result;
  result.parts = std::move(parts);
  auto& list = result.lists.emplace_back(list_of(all.known, ask.loop_lag()));
  page->mark(list);
  // Who it is, where there is room for it.
  for (const auto* more : {"key", "agent"})
    list.columns.emplace_back(more);
  for (std::size_t i = 0; i < list.rows.size(); ++i) {
    list.rows[i].emplace_back(all.known[i].summary.key);
    list.rows[i].emplace_back(all.known[i].summary.agent);
  }
  result.note = all.missing;
  to.deliver(std::move(result));
}

std::optional<std::uint64_t> subscriber_id(const std::string& word,
                                           console_promise to) {
  auto result = to_number(word);
  if (!result)
    refuse(to,
           make_error(errc::invalid, "'" + word + "' is no subscriber's id"));
  return result;
}

void find_subscriber(asker& ask, const std::string& word, console_promise to,
                     std::function<void(subscriber_actor)> done) {
  auto id = subscriber_id(word, to);
  if (!id)
    return;
  ask.all<subscriber_actor>(
    ask.node.fanouts,
    [to, done, id = *id](std::vector<outcome<subscriber_actor>>& xs) mutable {
      for (auto& found : xs)
        if (found.value)
          return done(std::move(found.value));
      refuse(to, no_subscriber(xs, id));
    },
    resolve_atom_v, *id);
}

} // namespace livegrid
