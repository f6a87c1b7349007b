// What the operator sees of symbols.

#include <algorithm>

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

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
        auto page = page_of_list::of(refs.size(), x);
        if (!page)
          return refuse(to, page.error());
        if (sort == "name") {
          std::sort(refs.begin(), refs.end(),
                    [](const symbol_ref& a, const symbol_ref& b) {
                      return a.symbol.str() < b.symbol.str();
                    });
          // The owners of one page are enough.
          page->cut(refs);
        }
        summarize(std::move(refs), [this, to, sort, page = *page](
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
          if (sort != "name")
            page.cut(all);
          show(all, page, to);
        });
      },
      fail);
}

void console_state::show(const std::vector<symbol_summary>& some,
                         const page_of_list& page, promise to) const {
  console_answer result;
  auto& list = result.lists.emplace_back();
  page.mark(list);
  list.columns = {"symbol", "price", "change", "ticks", "repeats", "age"};
  auto now = config.wall_clock().time_since_epoch().count();
  for (const auto& s : some) {
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
              summarize_subscribers(&which,
                                    [this, x, to, owner = std::move(owner)](
                                      subscriber_list& all) mutable {
                                      show(all, x, {std::move(owner)}, to);
                                    });
            },
            fail);
      },
      fail);
}

} // namespace livegrid
