// What the operator sees of symbols.

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/operator/console_gather.hpp"

namespace livegrid {

namespace {

std::string age_text(std::uint64_t ms) {
  return ms == UINT64_MAX ? "-" : short_span(ms);
}

/// What comes first has the least of it.
std::uint64_t place_of(const symbol_ref& x, std::uint64_t subscribers,
                       std::string_view sort) {
  if (sort == "subscribers")
    return ~subscribers;
  if (sort == "rate")
    return ~x.milli_rate;
  // The stalest first; what has not traded has no age.
  if (sort == "age")
    return x.age_ms == UINT64_MAX ? UINT64_MAX : UINT64_MAX - 1 - x.age_ms;
  return 0;
}

} // namespace

void console_state::fill(time_point end, symbol_lines lines, lines_taker done) {
  std::vector<symbol_actor> owners;
  owners.reserve(lines.size());
  for (const auto& x : lines)
    owners.emplace_back(x.ref.owner);
  gather_until<symbol_summary>(
    end, std::move(owners),
    [lines = std::move(lines),
     done](std::vector<outcome<symbol_summary>>& xs) mutable {
      for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].summary = std::move(xs[i].value);
        lines[i].summary.error = std::move(xs[i].error);
      }
      done(lines);
    },
    summary_atom_v);
}

void console_state::count_subscribers(fanouts_asked whom, symbol_lines lines,
                                      lines_taker done) {
  using counts = std::vector<std::uint64_t>;
  std::vector<symbol_name> names;
  names.reserve(lines.size());
  for (const auto& x : lines)
    names.push_back(x.ref.symbol);
  gather<counts>(
    *whom,
    [whom, lines = std::move(lines),
     done](std::vector<outcome<counts>>& xs) mutable {
      auto asked = std::exchange(*whom, {});
      for (std::size_t k = 0; k < xs.size(); ++k) {
        if (xs[k].error.empty())
          whom->push_back(asked[k]);
        const auto& found = xs[k].value;
        for (std::size_t i = 0; i < found.size() && i < lines.size(); ++i)
          lines[i].subscribers += found[i];
      }
      done(lines);
    },
    count_atom_v, std::move(names));
}

void console_state::all_symbols(promise to, slice_taker take,
                                std::function<void()> done,
                                std::uint64_t start) {
  ask_now(config.market, list_atom_v, start, max_symbols_listed)
    .then(
      [=, this](std::vector<symbol_ref>& refs) {
        if (refs.empty())
          return done();
        auto next = start + refs.size();
        symbol_lines lines;
        lines.reserve(refs.size());
        for (auto& x : refs)
          lines.push_back({.ref = std::move(x), .summary = {}});
        take(lines, [=, this] { all_symbols(to, take, done, next); });
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::symbols(const console_command& x, promise to) {
  auto sort = sort_key(x, "name", {"name", "age", "rate", "subscribers"});
  if (!sort)
    return refuse(to, sort.error());
  auto most = page_of_list::rows_needed(x);
  if (!most)
    return refuse(to, most.error());
  auto earlier = [by = *sort](const symbol_line& a, const symbol_line& b) {
    auto l = place_of(a.ref, a.subscribers, by);
    auto r = place_of(b.ref, b.subscribers, by);
    return l != r ? l < r : a.ref.symbol < b.ref.symbol;
  };
  struct found {
    first_ones<symbol_line, decltype(earlier)> first;
    std::size_t total = 0;
  };
  auto all = std::make_shared<found>(found{{*most, earlier}});
  auto keep = [all](symbol_lines& some) {
    for (auto& line : some)
      all->first.add(std::move(line));
  };
  // The owners of one page are enough: all else the market knows.
  auto show = [this, to](const page_of_list& page, symbol_lines& some) {
    fill(self->clock().now() + console_timeout, std::move(some),
         [to, page](symbol_lines& filled) mutable {
           console_answer result;
           page.mark(result.lists.emplace_back(list_of(filled)));
           to.deliver(std::move(result));
         });
  };
  auto whom = all_fanouts();
  // Who has many subscribers only the fan-outs know.
  auto counted = *sort == "subscribers";
  all_symbols(
    to,
    [=, this](symbol_lines& lines, std::function<void()> next) {
      if (!x.args.empty())
        std::erase_if(lines, [&](const symbol_line& line) {
          return !matches(line.ref.symbol.str(), x.args[0]);
        });
      all->total += lines.size();
      if (!counted) {
        keep(lines);
        return next();
      }
      count_subscribers(whom, std::move(lines), [=](symbol_lines& some) {
        keep(some);
        next();
      });
    },
    [=, this]() mutable {
      auto page = page_of_list::of(all->total, x);
      if (!page)
        return refuse(to, page.error());
      auto some = all->first.take();
      page->cut(some);
      if (counted)
        return show(*page, some);
      count_subscribers(
        whom, std::move(some),
        [show, page = *page](symbol_lines& seen) { show(page, seen); });
    });
}

listing console_state::list_of(const symbol_lines& some) {
  listing result;
  result.columns = {"symbol", "price",       "change",   "ticks/s",
                    "age",    "subscribers", "freshness"};
  for (const auto& x : some) {
    const auto& s = x.summary;
    auto bad = !s.error.empty();
    result.rows.push_back(
      {x.ref.symbol.str(), bad ? s.error : s.price, bad ? "" : s.change,
       to_tenths(static_cast<double>(x.ref.milli_rate) / 1000),
       age_text(x.ref.age_ms), std::to_string(x.subscribers),
       std::string{to_string(static_cast<freshness>(x.ref.fresh))}});
  }
  result.total = result.rows.size();
  return result;
}

void console_state::symbol(const console_command& x, promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
  // Before anybody is asked.
  if (auto sort = subscribers_sort(x); !sort)
    return refuse(to, sort.error());
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  auto show_owner = [this, x, to, which = *which,
                     fail](symbol_actor owner, actor_status seen) mutable {
    ask_now(owner, status_atom_v)
      .then(
        [this, x, to, which, seen](actor_status& found) mutable {
          rate_subscribers(which, [this, x, to, found = std::move(found),
                                   seen](subscriber_list& all) mutable {
            show(all, x, {std::move(found), std::move(seen)}, to);
          });
        },
        fail);
  };
  ask_now(config.market, resolve_atom_v, std::vector{*which})
    .then(
      [this, to, which = *which, fail,
       show_owner](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return refuse(to, make_error(errc::invalid,
                                       which.str() + " has not traded here"));
        ask_now(config.market, status_atom_v, which)
          .then(
            [owner = found[0].owner, show_owner](actor_status& seen) mutable {
              show_owner(std::move(owner), std::move(seen));
            },
            fail);
      },
      fail);
}

} // namespace livegrid
