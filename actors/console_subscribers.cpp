// What the operator sees of subscribers, and of their ledgers.

#include <algorithm>
#include <iterator>

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

namespace {

/// Rows a second over its life.
std::uint64_t rate_of(const subscriber_summary& x) {
  return x.delivered * 1000 / std::max<std::uint64_t>(x.age_ms, 1);
}

std::vector<std::string> cells_of(const subscriber_summary& x) {
  auto text = [](std::uint64_t n) { return std::to_string(n); };
  return {text(x.id),           x.peer,
          short_span(x.age_ms), x.everything ? "*" : text(x.symbols),
          text(rate_of(x)),     text(x.delivered),
          text(x.merged),       text(x.waiting()),
          text(x.unsent),       x.blocked ? "full" : "open"};
}

} // namespace

void console_state::summarize_subscribers(
  const symbol_name* which, std::function<void(subscriber_list&)> done) {
  using summaries = std::vector<subscriber_summary>;
  auto join = [done](std::vector<outcome<summaries>>& xs) {
    subscriber_list all;
    for (auto& x : xs) {
      all.known.insert(all.known.end(), std::move_iterator{x.value.begin()},
                       std::move_iterator{x.value.end()});
      if (!x.error.empty())
        all.missing = "those of one fan-out are missing: " + x.error;
    }
    done(all);
  };
  if (which == nullptr)
    gather<summaries>(config.fanouts, join, summary_atom_v);
  else
    gather<summaries>(config.fanouts, join, summary_atom_v, *which);
}

void console_state::subscribers(const console_command& x, promise to) {
  summarize_subscribers(nullptr, [this, x, to](subscriber_list& all) mutable {
    show(all, x, {}, to);
  });
}

void console_state::show(subscriber_list& all, const console_command& x,
                         std::vector<actor_status> parts, promise to) const {
  auto sort = sort_key(x, "age", {"age", "lag", "merged", "rate"});
  if (!sort)
    return refuse(to, sort.error());
  auto page = page_of_list::of(all.known.size(), x);
  if (!page)
    return refuse(to, page.error());
  auto key = [&](const subscriber_summary& s) {
    return *sort == "lag"      ? s.waiting() + s.unsent
           : *sort == "merged" ? s.merged
           : *sort == "rate"   ? rate_of(s)
                               : s.age_ms;
  };
  // The most of it first; of equals the one that has been here longest.
  std::sort(all.known.begin(), all.known.end(),
            [&](const auto& a, const auto& b) {
              return std::pair{key(b), a.id} < std::pair{key(a), b.id};
            });
  page->cut(all.known);
  console_answer result;
  result.parts = std::move(parts);
  auto& list = result.lists.emplace_back();
  list.columns = {"id",        "peer",   "age",     "symbols", "rows/s",
                  "delivered", "merged", "waiting", "unsent",  "socket"};
  page->mark(list);
  for (const auto& s : all.known)
    list.rows.push_back(cells_of(s));
  result.note = all.missing;
  to.deliver(std::move(result));
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
    self->request(who, console_timeout, status_atom_v)
      .then(
        [to](actor_status& found) mutable {
          console_answer result;
          result.parts.emplace_back(std::move(found));
          to.deliver(std::move(result));
        },
        [to](caf::error& why) mutable { to.deliver(std::move(why)); });
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
  summarize_subscribers(nullptr, [x, to, only](subscriber_list& all) mutable {
    auto& known = all.known;
    if (only)
      std::erase_if(known, [&](const auto& s) { return s.id != *only; });
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
    auto& list = result.lists.emplace_back();
    list.columns = {"id",        "published", "delivered", "merged",
                    "discarded", "waiting",   "adds up"};
    page->mark(list);
    auto fine = [](const auto& s) { return s.waiting() == s.held; };
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
    if (!all.missing.empty())
      result.note += "; " + all.missing;
    to.deliver(std::move(result));
  });
}

} // namespace livegrid
