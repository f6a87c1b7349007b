// What the operator sees of subscribers, and of their ledgers.

#include <algorithm>
#include <iterator>
#include <set>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/operator/console_gather.hpp"
#include "livegrid/actors/stats/verdict.hpp"

namespace livegrid {

namespace {

/// Whether an operator means that one: by address, with or without its port, by
/// key or by program.
bool is_of(const subscriber_summary& x, std::string_view pattern) {
  auto address = std::string_view{x.peer}.substr(0, x.peer.rfind(':'));
  return matches(x.peer, pattern) || matches(address, pattern)
         || matches(x.key, pattern) || matches(x.agent, pattern);
}

/// Bytes that it has yet to take or to acknowledge.
std::uint64_t lag_of(const subscriber_summary& x) {
  return x.unsent + x.link.unsent + x.link.unacked;
}

} // namespace

void console_state::sort_subscribers(std::vector<subscriber_line>& xs,
                                     std::string_view by) {
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

void console_state::summarize_subscribers(std::optional<symbol_name> which,
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
    walk_fanouts<subscriber_slice>(take, finish, summary_atom_v, *which);
  else
    walk_fanouts<subscriber_slice>(take, finish, summary_atom_v);
}

void console_state::summarize_viewers(std::vector<symbol_name> which,
                                      subscribers_taker done) {
  auto all = std::make_shared<subscriber_list>();
  auto seen = std::make_shared<std::set<std::uint64_t>>();
  auto step = [=, this](auto& again, std::size_t i) -> void {
    if (i == which.size())
      return done(*all);
    summarize_subscribers(which[i], [=](subscriber_list& some) {
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

void console_state::rate_subscribers(std::optional<symbol_name> which,
                                     subscribers_taker done) {
  auto rate_all = [this](subscriber_list& all) {
    auto now = self->clock().now();
    auto known = true;
    for (auto& x : all.known) {
      auto found = rows_.look(x.summary.id, now, {x.summary.delivered, 0});
      known = known && found;
      x.rate = found ? found->at(0) : 0;
    }
    rows_.tidy(now);
    return known;
  };
  summarize_subscribers(which, [=, this](subscriber_list& all) {
    // Who does not answer now does not in a while either.
    if (rate_all(all) || !all.missing.empty())
      return done(all);
    after_a_while([=, this] {
      summarize_subscribers(which, [=](subscriber_list& again) {
        rate_all(again);
        done(again);
      });
    });
  });
}

void console_state::subscribers(const console_command& x, promise to) {
  if (auto sort = subscribers_sort(x); !sort)
    return refuse(to, sort.error());
  rate_subscribers(std::nullopt, [this, x, to](subscriber_list& all) mutable {
    if (!x.args.empty())
      std::erase_if(all.known, [&](const subscriber_line& line) {
        return !is_of(line.summary, x.args[0]);
      });
    show(all, x, {}, to);
  });
}

void console_state::show(subscriber_list& all, const console_command& x,
                         std::vector<actor_status> parts, promise to) const {
  auto sort = subscribers_sort(x);
  if (!sort)
    return refuse(to, sort.error());
  auto page = page_of_list::of(all.known.size(), x);
  if (!page)
    return refuse(to, page.error());
  sort_subscribers(all.known, *sort);
  page->cut(all.known);
  console_answer result;
  result.parts = std::move(parts);
  auto& list = result.lists.emplace_back(list_of(all.known));
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

listing console_state::list_of(const std::vector<subscriber_line>& some) const {
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
                           std::string{to_string(judge(x, loop_lag()).fault)}});
  }
  result.total = result.rows.size();
  return result;
}

void console_state::find_subscriber(
  const console_command& x, promise to,
  std::function<void(subscriber_actor)> done) {
  auto id = to_number(x.args[0]);
  if (!id)
    return refuse(to, make_error(errc::invalid,
                                 "'" + x.args[0] + "' is no subscriber's id"));
  gather<subscriber_actor>(
    config.fanouts,
    [to, done, id = *id](std::vector<outcome<subscriber_actor>>& xs) mutable {
      for (auto& found : xs)
        if (found.value)
          return done(std::move(found.value));
      // It may be that one's.
      for (const auto& found : xs)
        if (!found.error.empty())
          return refuse(
            to, make_error(errc::unavailable, "a fan-out: " + found.error));
      to.deliver(make_error(errc::invalid,
                            "there is no subscriber " + std::to_string(id)));
    },
    resolve_atom_v, *id);
}

void console_state::subscriber(const console_command& x, promise to) {
  find_subscriber(x, to, [this, to](const subscriber_actor& who) mutable {
    // Its own word, and the fan-outs': one of them has it.
    gather<actor_status>(
      std::vector{who},
      [this, to, id = std::uint64_t{who->id()}](
        std::vector<outcome<actor_status>>& own) mutable {
        gather<actor_status>(
          config.fanouts,
          [to, own = part_of(own.at(0), "subscriber")](
            std::vector<outcome<actor_status>>& xs) mutable {
            console_answer result;
            result.parts.emplace_back(std::move(own));
            for (auto& said : xs)
              if (auto found = part_of(said, "fanout"); !found.facts.empty())
                result.parts.emplace_back(std::move(found));
            to.deliver(std::move(result));
          },
          status_atom_v, id);
      },
      status_atom_v);
  });
}

void console_state::ledger(const console_command& x, promise to) {
  std::optional<std::uint64_t> only;
  if (!x.args.empty()) {
    only = to_number(x.args[0]);
    if (!only)
      return refuse(
        to,
        make_error(errc::invalid, "'" + x.args[0] + "' is no subscriber's id"));
  }
  auto show = [x, to, only](subscriber_list& all,
                            const std::vector<ledger_audit>& audits) mutable {
    std::vector<subscriber_summary> known;
    for (auto& line : all.known)
      if (!only || line.summary.id == *only)
        known.push_back(std::move(line.summary));
    if (only && known.empty())
      return refuse(to, make_error(errc::invalid, all.missing.empty()
                                                    ? "there is no subscriber "
                                                        + std::to_string(*only)
                                                    : all.missing));
    auto page = page_of_list::of(known.size(), x);
    if (!page)
      return refuse(to, page.error());
    std::sort(known.begin(), known.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    console_answer result;
    auto whole = true;
    if (!only && !audits.empty()) {
      // The totals are the node's, whoever tells them; what is held is not.
      auto sum = audits.back();
      sum.held = 0;
      for (const auto& a : audits)
        sum.held += a.held;
      auto known_held = all.missing.empty();
      whole = !known_held
              || sum.published
                   == sum.delivered + sum.merged + sum.discarded + sum.held;
      result.parts.push_back({"ledger",
                              "of the node",
                              {{"published", sum.published},
                               {"delivered", sum.delivered},
                               {"merged", sum.merged},
                               {"discarded", sum.discarded},
                               {"waiting", sum.held},
                               {"adds_up", !known_held ? "not known"
                                           : whole     ? "yes"
                                                       : "no"}},
                              {}});
    }
    auto& list = result.lists.emplace_back();
    list.columns = {"id",        "published", "delivered", "merged",
                    "discarded", "waiting",   "adds up"};
    page->mark(list);
    auto fine = [](const auto& s) { return s.adds_up(); };
    auto good = std::count_if(known.begin(), known.end(), fine);
    auto off = known.size() - static_cast<std::size_t>(good);
    page->cut(known);
    for (const auto& s : known)
      list.rows.push_back({std::to_string(s.id), std::to_string(s.published),
                           std::to_string(s.delivered),
                           std::to_string(s.merged),
                           std::to_string(s.discarded), std::to_string(s.held),
                           fine(s) ? "yes" : "no"});
    result.note =
      off == 0 ? "all ledgers add up" : std::to_string(off) + " do not add up";
    if (!whole)
      result.note += "; the node's does not";
    if (!all.missing.empty())
      result.note += "; " + all.missing;
    to.deliver(std::move(result));
  };
  summarize_subscribers(
    std::nullopt, [this, show](subscriber_list& all) mutable {
      gather<ledger_audit>(
        config.fanouts,
        [show, all](std::vector<outcome<ledger_audit>>& xs) mutable {
          std::vector<ledger_audit> audits;
          for (auto& found : xs)
            if (found.error.empty())
              audits.push_back(found.value);
          show(all, audits);
        },
        audit_atom_v);
    });
}

} // namespace livegrid
