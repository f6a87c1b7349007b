// What the operator sees of symbols.

#include <algorithm>

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

namespace {

std::string rate_text(std::uint64_t milli) {
  auto tenths = (milli + 50) / 100;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

std::string age_text(std::uint64_t ms) {
  return ms == UINT64_MAX ? "-" : short_span(ms);
}

} // namespace

void console_state::summarize(
  const std::vector<symbol_ref>& refs,
  std::function<void(std::vector<symbol_summary>&)> done) {
  std::vector<symbol_actor> owners;
  owners.reserve(refs.size());
  for (const auto& x : refs)
    owners.emplace_back(x.owner);
  gather<symbol_summary>(
    owners,
    [done](std::vector<outcome<symbol_summary>>& xs) {
      std::vector<symbol_summary> result;
      result.reserve(xs.size());
      for (auto& x : xs) {
        result.emplace_back(std::move(x.value));
        result.back().error = std::move(x.error);
      }
      done(result);
    },
    summary_atom_v);
}

void console_state::fill(std::vector<symbol_line> lines,
                         std::function<void(std::vector<symbol_line>&)> done) {
  std::vector<symbol_ref> refs;
  refs.reserve(lines.size());
  for (const auto& x : lines)
    refs.push_back(x.ref);
  summarize(refs, [lines = std::move(lines),
                   done](std::vector<symbol_summary>& found) mutable {
    for (std::size_t i = 0; i < lines.size(); ++i)
      lines[i].summary = std::move(found[i]);
    done(lines);
  });
}

void console_state::count_subscribers(
  std::vector<symbol_line> lines,
  std::function<void(std::vector<symbol_line>&)> done) {
  using counts = std::vector<std::uint64_t>;
  std::vector<symbol_name> names;
  names.reserve(lines.size());
  for (const auto& x : lines)
    names.push_back(x.ref.symbol);
  gather<counts>(
    config.fanouts,
    [lines = std::move(lines), done](std::vector<outcome<counts>>& xs) mutable {
      for (const auto& x : xs)
        for (std::size_t i = 0; i < x.value.size() && i < lines.size(); ++i)
          lines[i].subscribers += x.value[i];
      done(lines);
    },
    count_atom_v, std::move(names));
}

void console_state::all_symbols(
  promise to, std::function<void(std::vector<symbol_line>&)> done) {
  self->request(config.market, console_timeout, list_atom_v, UINT64_MAX)
    .then(
      [done](std::vector<symbol_ref>& refs) {
        std::vector<symbol_line> lines;
        lines.reserve(refs.size());
        for (auto& x : refs)
          lines.push_back({.ref = std::move(x)});
        done(lines);
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::symbols(const console_command& x, promise to) {
  auto sort = sort_key(x, "name", {"name", "age", "rate", "subscribers"});
  if (!sort)
    return refuse(to, sort.error());
  all_symbols(
    to, [this, x, to, sort = *sort](std::vector<symbol_line>& lines) mutable {
      if (!x.args.empty())
        std::erase_if(lines, [&](const symbol_line& line) {
          return !matches(line.ref.symbol.str(), x.args[0]);
        });
      auto page = page_of_list::of(lines.size(), x);
      if (!page)
        return refuse(to, page.error());
      // The owners of one page are enough: all else the market knows.
      auto show = [this, to, page = *page](std::vector<symbol_line>& sorted) {
        page.cut(sorted);
        count_subscribers(
          std::move(sorted), [this, to, page](std::vector<symbol_line>& some) {
            fill(std::move(some),
                 [to, page](std::vector<symbol_line>& filled) mutable {
                   console_answer result;
                   page.mark(result.lists.emplace_back(list_of(filled)));
                   to.deliver(std::move(result));
                 });
          });
      };
      auto sort_by = [](std::vector<symbol_line>& xs, auto key) {
        std::sort(xs.begin(), xs.end(), [&](const auto& a, const auto& b) {
          auto l = key(a);
          auto r = key(b);
          return l != r ? l < r : a.ref.symbol < b.ref.symbol;
        });
      };
      if (sort == "subscribers") {
        // Only the fan-outs know.
        count_subscribers(
          std::move(lines), [sort_by, show](std::vector<symbol_line>& all) {
            sort_by(all, [](const symbol_line& l) { return ~l.subscribers; });
            for (auto& l : all)
              l.subscribers = 0;
            show(all);
          });
        return;
      }
      if (sort == "rate")
        sort_by(lines, [](const symbol_line& l) { return ~l.ref.milli_rate; });
      else if (sort == "age")
        // The stalest first; what has not traded has no age.
        sort_by(lines, [](const symbol_line& l) {
          return l.ref.age_ms == UINT64_MAX ? UINT64_MAX
                                            : UINT64_MAX - 1 - l.ref.age_ms;
        });
      else
        sort_by(lines, [](const symbol_line&) { return 0; });
      show(lines);
    });
}

listing console_state::list_of(const std::vector<symbol_line>& some) {
  listing result;
  result.columns = {"symbol", "price",       "change",   "ticks/s",
                    "age",    "subscribers", "freshness"};
  for (const auto& x : some) {
    const auto& s = x.summary;
    auto bad = !s.error.empty();
    result.rows.push_back(
      {x.ref.symbol.str(), bad ? s.error : s.price, bad ? "" : s.change,
       rate_text(x.ref.milli_rate), age_text(x.ref.age_ms),
       std::to_string(x.subscribers),
       std::string{to_string(static_cast<freshness>(x.ref.fresh))}});
  }
  result.total = result.rows.size();
  return result;
}

void console_state::symbol(const console_command& x, promise to) {
  auto which = symbol_name::parse(x.args[0]);
  if (!which)
    return refuse(
      to, make_error(errc::invalid, "'" + x.args[0] + "' is no symbol name"));
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  auto show_owner = [this, x, to, which = *which,
                     fail](symbol_actor owner, actor_status seen) mutable {
    self->request(owner, console_timeout, status_atom_v)
      .then(
        [this, x, to, which, seen](actor_status& found) mutable {
          summarize_subscribers(&which, [this, x, to, found = std::move(found),
                                         seen](subscriber_list& all) mutable {
            show(all, x, {std::move(found), std::move(seen)}, to);
          });
        },
        fail);
  };
  self
    ->request(config.market, console_timeout, resolve_atom_v,
              std::vector{*which})
    .then(
      [this, to, which = *which, fail,
       show_owner](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return refuse(to, make_error(errc::invalid,
                                       which.str() + " has not traded here"));
        self->request(config.market, console_timeout, status_atom_v, which)
          .then(
            [owner = found[0].owner, show_owner](actor_status& seen) mutable {
              show_owner(std::move(owner), std::move(seen));
            },
            fail);
      },
      fail);
}

} // namespace livegrid
