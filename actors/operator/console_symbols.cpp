#include "livegrid/actors/operator/console_symbols.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"

namespace livegrid {

namespace {

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

void symbols(asker& ask, const console_command& x, console_promise to) {
  auto sort = sort_key(x, "name", {"name", "age", "rate", "subscribers"});
  if (!sort)
    return refuse(to, sort.error());
  auto most = list_page::rows_needed(x);
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
  auto show = [&ask, to](const list_page& page, symbol_lines& some) {
    ask_owners(ask, ask.end_of_wait(), std::move(some),
               [to, page](symbol_lines& filled) mutable {
                 console_answer result;
                 page.mark(result.lists.emplace_back(list_of(filled)));
                 to.deliver(std::move(result));
               });
  };
  auto whom = all_fanouts(ask);
  // Who has many subscribers only the fan-outs know.
  auto counted = *sort == "subscribers";
  all_symbols(
    ask, to,
    [=, &ask](symbol_lines& lines, std::function<void()> next) {
      if (!x.args.empty())
        std::erase_if(lines, [&](const symbol_line& line) {
          return !matches(line.ref.symbol.str(), x.args[0]);
        });
      all->total += lines.size();
      if (!counted) {
        keep(lines);
        return next();
      }
      count_subscribers(ask, whom, std::move(lines), [=](symbol_lines& some) {
        keep(some);
        next();
      });
    },
    [=, &ask]() mutable {
      auto page = list_page::of(all->total, x);
      if (!page)
        return refuse(to, page.error());
      auto some = all->first.take();
      page->cut(some);
      if (counted)
        return show(*page, some);
      count_subscribers(
        ask, whom, std::move(some),
        [show, page = *page](symbol_lines& seen) { show(page, seen); });
    });
}

void symbol(asker& ask, const console_command& x, console_promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
  // Before anybody is asked.
  if (auto sort = subscribers_sort(x); !sort)
    return refuse(to, sort.error());
  auto fail = refusal_to(to);
  auto show_owner = [&ask, x, to, which = *which,
                     fail](symbol_actor owner, actor_status seen) mutable {
    ask.one(owner, status_atom_v)
      .then(
        [&ask, x, to, which, seen](actor_status& found) mutable {
          rate_subscribers(ask, which,
                           [&ask, x, to, found = std::move(found),
                            seen](subscriber_list& all) mutable {
                             show_subscribers(
                               ask, all, x, {std::move(found), std::move(seen)},
                               to);
                           });
        },
        fail);
  };
  ask.one(ask.node.market, resolve_atom_v, std::vector{*which})
    .then(
      [&ask, to, which = *which, fail,
       show_owner](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return refuse(to, make_error(errc::invalid,
                                       which.str() + " has not traded here"));
        ask.one(ask.node.market, status_atom_v, which)
          .then(
            [owner = found[0].owner, show_owner](actor_status& seen) mutable {
              show_owner(std::move(owner), std::move(seen));
            },
            fail);
      },
      fail);
}

} // namespace

console_entries symbols_commands() {
  return {
    {"symbols",
     "[PATTERN] [--sort=rate|subscribers|age|name] [--page=N]",
     "a line a symbol; * and ? in the pattern stand for any",
     symbols,
     0,
     1,
     {"sort", "page"}},
    {"symbol",
     "NAME [--sort=age|lag|merged|rate] [--page=N]",
     "all of one symbol, and who gets it",
     symbol,
     1,
     1,
     {"sort", "page", "here"},
     true},
  };
}

} // namespace livegrid
