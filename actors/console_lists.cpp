// The operator's lists: symbols and subscribers.

#include <algorithm>
#include <charconv>
#include <iterator>

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

namespace {

constexpr std::size_t rows_per_page = 50;

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t result = 0;
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, result);
  if (ec != std::errc{} || at != end)
    return std::nullopt;
  return result;
}

/// The option `sort`, or `by_default`; an error if it is none of `known`.
caf::expected<std::string> sort_key(const console_command& x,
                                    std::string by_default,
                                    std::initializer_list<const char*> known) {
  auto i = x.options.find("sort");
  if (i == x.options.end())
    return by_default;
  if (std::find(known.begin(), known.end(), i->second) != known.end())
    return i->second;
  std::string names;
  for (const auto* name : known)
    names += (names.empty() ? "" : ", ") + std::string{name};
  return make_error(errc::invalid,
                    "--sort: '" + i->second + "' is none of " + names);
}

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

caf::expected<page_of_list> page_of_list::of(std::size_t total,
                                             const console_command& x) {
  page_of_list result;
  result.pages =
    std::max<std::uint64_t>(1, (total + rows_per_page - 1) / rows_per_page);
  if (auto i = x.options.find("page"); i != x.options.end()) {
    auto n = to_number(i->second);
    if (!n || *n == 0)
      return make_error(errc::invalid,
                        "--page: '" + i->second + "' is no page number");
    if (*n > result.pages)
      return make_error(errc::invalid,
                        "--page: there are " + std::to_string(result.pages));
    result.page = *n;
  }
  result.begin = (result.page - 1) * rows_per_page;
  result.end = std::min(total, result.begin + rows_per_page);
  return result;
}

std::string short_span(std::uint64_t ms) {
  struct {
    std::uint64_t ms;
    const char* unit;
  } const units[] = {
    {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}};
  for (const auto& x : units)
    if (ms >= 2 * x.ms)
      return std::to_string(ms / x.ms) + x.unit;
  return std::to_string(ms) + "ms";
}

bool matches(std::string_view name, std::string_view pattern) noexcept {
  // On a mismatch the last star takes one more character.
  std::size_t i = 0;
  std::size_t j = 0;
  auto star = pattern.npos;
  std::size_t taken = 0;
  while (i < name.size()) {
    if (j < pattern.size() && pattern[j] == '*') {
      star = j++;
      taken = i;
    } else if (j < pattern.size()
               && (pattern[j] == '?' || pattern[j] == name[i])) {
      ++i;
      ++j;
    } else if (star != pattern.npos) {
      j = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', j) == pattern.npos;
}

// -- symbols ------------------------------------------------------------------

void console_state::summarize(
  std::vector<symbol_ref> refs,
  std::function<void(std::vector<symbol_summary>&)> done) {
  std::vector<symbol_actor> owners;
  owners.reserve(refs.size());
  for (const auto& x : refs)
    owners.emplace_back(x.owner);
  gather<symbol_summary>(
    owners,
    [refs = std::move(refs), done](std::vector<outcome<symbol_summary>>& xs) {
      std::vector<symbol_summary> result;
      result.reserve(xs.size());
      for (std::size_t i = 0; i < xs.size(); ++i) {
        auto& x = result.emplace_back(std::move(xs[i].value));
        x.symbol = refs[i].symbol;
        x.error = std::move(xs[i].error);
      }
      done(result);
    },
    summary_atom_v);
}

void console_state::symbols(const console_command& x, promise to) {
  auto sort = sort_key(x, "name", {"name", "age", "ticks"});
  if (!sort)
    return refuse(to, sort.error());
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  self->request(config.market, console_timeout, list_atom_v, UINT64_MAX)
    .then(
      [this, x, to, sort = *sort](std::vector<symbol_ref>& refs) mutable {
        if (!x.args.empty())
          std::erase_if(refs, [&](const symbol_ref& ref) {
            return !matches(ref.symbol.str(), x.args[0]);
          });
        auto total = refs.size();
        if (sort == "name") {
          // The owners of one page are enough.
          auto page = page_of_list::of(total, x);
          if (!page)
            return refuse(to, page.error());
          std::sort(refs.begin(), refs.end(),
                    [](const symbol_ref& a, const symbol_ref& b) {
                      return a.symbol.str() < b.symbol.str();
                    });
          refs = {refs.begin() + static_cast<std::ptrdiff_t>(page->begin),
                  refs.begin() + static_cast<std::ptrdiff_t>(page->end)};
        }
        summarize(std::move(refs), [this, x, to, sort, total](
                                     std::vector<symbol_summary>& all) mutable {
          if (sort == "age")
            std::stable_sort(all.begin(), all.end(),
                             [](const auto& a, const auto& b) {
                               return a.received > b.received;
                             });
          else if (sort == "ticks")
            std::stable_sort(all.begin(), all.end(),
                             [](const auto& a, const auto& b) {
                               return a.applied > b.applied;
                             });
          show(all, x, total, to);
        });
      },
      fail);
}

void console_state::show(std::vector<symbol_summary>& all,
                         const console_command& x, std::uint64_t total,
                         promise to) const {
  auto page = page_of_list::of(total, x);
  if (!page)
    return refuse(to, page.error());
  console_answer result;
  auto& list = result.list;
  list.columns = {"symbol", "price", "change", "ticks", "repeats", "age"};
  list.total = total;
  list.page = page->page;
  list.pages = page->pages;
  // They are one page already, or all.
  auto begin = all.size() == total ? page->begin : 0;
  auto end = all.size() == total ? page->end : all.size();
  auto now = config.wall_clock().time_since_epoch().count();
  for (auto i = begin; i < end; ++i) {
    const auto& s = all[i];
    if (!s.error.empty()) {
      list.rows.push_back({s.symbol.str(), s.error, "", "", "", ""});
      continue;
    }
    auto age = std::max<std::int64_t>(0, now - s.received) / 1'000'000;
    list.rows.push_back(
      {s.symbol.str(), s.price, s.change, std::to_string(s.applied),
       std::to_string(s.repeats),
       s.received == 0 ? "-" : short_span(static_cast<std::uint64_t>(age))});
  }
  to.deliver(std::move(result));
}

void console_state::symbol(const console_command& x, promise to) {
  auto which = symbol_name::parse(x.args[0]);
  if (!which)
    return refuse(
      to, make_error(errc::invalid, "'" + x.args[0] + "' is no symbol name"));
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  self
    ->request(config.market, console_timeout, resolve_atom_v,
              std::vector{*which})
    .then(
      [this, x, to, which = *which,
       fail](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return refuse(to, make_error(errc::invalid,
                                       which.str() + " has not traded here"));
        self->request(found[0].owner, console_timeout, status_atom_v)
          .then(
            [this, x, to, which](actor_status& owner) mutable {
              summarize_subscribers(
                &which, [this, x, to, owner = std::move(owner)](
                          std::vector<subscriber_summary>& all) mutable {
                  show(all, x, {std::move(owner)}, to);
                });
            },
            fail);
      },
      fail);
}

// -- subscribers --------------------------------------------------------------

void console_state::summarize_subscribers(
  const symbol_name* which,
  std::function<void(std::vector<subscriber_summary>&)> done) {
  using summaries = std::vector<subscriber_summary>;
  auto join = [done](std::vector<outcome<summaries>>& xs) {
    summaries all;
    for (auto& x : xs)
      all.insert(all.end(), std::move_iterator{x.value.begin()},
                 std::move_iterator{x.value.end()});
    done(all);
  };
  if (which == nullptr)
    gather<summaries>(config.fanouts, join, summary_atom_v);
  else
    gather<summaries>(config.fanouts, join, summary_atom_v, *which);
}

void console_state::subscribers(const console_command& x, promise to) {
  summarize_subscribers(
    nullptr, [this, x, to](std::vector<subscriber_summary>& all) mutable {
      show(all, x, {}, to);
    });
}

void console_state::show(std::vector<subscriber_summary>& all,
                         const console_command& x,
                         std::vector<actor_status> parts, promise to) const {
  auto sort = sort_key(x, "age", {"age", "lag", "merged", "rate"});
  if (!sort)
    return refuse(to, sort.error());
  auto page = page_of_list::of(all.size(), x);
  if (!page)
    return refuse(to, page.error());
  auto key = [&](const subscriber_summary& s) {
    return *sort == "lag"      ? s.waiting() + s.unsent
           : *sort == "merged" ? s.merged
           : *sort == "rate"   ? rate_of(s)
                               : s.age_ms;
  };
  // The most of it first; of equals the one that has been here longest.
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return std::pair{key(b), a.id} < std::pair{key(a), b.id};
  });
  console_answer result;
  result.parts = std::move(parts);
  auto& list = result.list;
  list.columns = {"id",        "peer",   "age",     "symbols", "rows/s",
                  "delivered", "merged", "waiting", "unsent",  "socket"};
  list.total = all.size();
  list.page = page->page;
  list.pages = page->pages;
  for (auto i = page->begin; i < page->end; ++i)
    list.rows.push_back(cells_of(all[i]));
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
  summarize_subscribers(
    nullptr, [x, to, only](std::vector<subscriber_summary>& all) mutable {
      if (only)
        std::erase_if(all, [&](const auto& s) { return s.id != *only; });
      if (only && all.empty())
        return refuse(to, make_error(errc::invalid, "there is no subscriber "
                                                      + std::to_string(*only)));
      auto page = page_of_list::of(all.size(), x);
      if (!page)
        return refuse(to, page.error());
      std::sort(all.begin(), all.end(),
                [](const auto& a, const auto& b) { return a.id < b.id; });
      console_answer result;
      auto& list = result.list;
      list.columns = {"id",        "published", "delivered", "merged",
                      "discarded", "waiting",   "adds up"};
      list.total = all.size();
      list.page = page->page;
      list.pages = page->pages;
      std::size_t off = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& s = all[i];
        auto fine = s.waiting() == s.held;
        off += fine ? 0 : 1;
        if (i < page->begin || i >= page->end)
          continue;
        list.rows.push_back({std::to_string(s.id), std::to_string(s.published),
                             std::to_string(s.delivered),
                             std::to_string(s.merged),
                             std::to_string(s.discarded),
                             std::to_string(s.held), fine ? "yes" : "no"});
      }
      result.note = off == 0 ? "all ledgers add up"
                             : std::to_string(off) + " do not add up";
      to.deliver(std::move(result));
    });
}

} // namespace livegrid
