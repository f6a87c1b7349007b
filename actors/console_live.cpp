// What the operator watches as it changes, and who has how much to do.

#include <algorithm>
#include <memory>

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

namespace {

constexpr std::size_t lines_of_top = 10;

/// The first ones of a list.
template <class T>
void keep_first(std::vector<T>& xs, std::size_t n) {
  if (xs.size() > n)
    xs.erase(xs.begin() + static_cast<std::ptrdiff_t>(n), xs.end());
}

/// An actor in the list of all.
struct worker {
  std::string kind;
  std::string name;
  actor_load load;
  std::string error;
};

} // namespace

void console_state::watch(const console_command& x, promise to) {
  auto which = symbol_name::parse(x.args[0]);
  if (!which)
    return refuse(
      to, make_error(errc::invalid, "'" + x.args[0] + "' is no symbol name"));
  auto fail = [to](caf::error& why) mutable { to.deliver(std::move(why)); };
  auto show = [to](const row& shown) mutable {
    console_answer result;
    auto& list = result.lists.emplace_back();
    list.columns = {"version", "symbol"};
    list.rows.push_back(
      {std::to_string(shown.version()), shown.symbol().str()});
    for (auto c :
         {cell::price, cell::change, cell::change_percent, cell::volume,
          cell::bid, cell::ask, cell::seq, cell::freshness}) {
      list.columns.emplace_back(to_string(c));
      std::string text{shown.text(c)};
      std::erase(text, '"');
      list.rows[0].push_back(text == "null" ? "-" : text);
    }
    list.total = 1;
    to.deliver(std::move(result));
  };
  self
    ->request(config.market, console_timeout, resolve_atom_v,
              std::vector{*which})
    .then(
      [this, show, fail](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return show(*row::vacant(found[0].symbol));
        self->request(found[0].owner, console_timeout, row_atom_v)
          .then([show](row_batch& now) mutable { show(*now.rows.at(0)); },
                fail);
      },
      fail);
}

void console_state::top(const console_command&, promise to) {
  all_symbols(to, [this, to](std::vector<symbol_line>& lines) {
    auto busier = [](const symbol_line& a, const symbol_line& b) {
      return std::pair{b.ref.milli_rate, a.ref.symbol.str()}
             < std::pair{a.ref.milli_rate, b.ref.symbol.str()};
    };
    auto n = std::min(lines.size(), lines_of_top);
    std::partial_sort(lines.begin(),
                      lines.begin() + static_cast<std::ptrdiff_t>(n),
                      lines.end(), busier);
    keep_first(lines, lines_of_top);
    auto with_viewers = [this, to](std::vector<symbol_line>& busiest) {
      summarize_subscribers(nullptr,
                            [this, to, busiest](subscriber_list& all) mutable {
                              sort_subscribers(all.known, "lag");
                              keep_first(all.known, lines_of_top);
                              console_answer result;
                              result.parts.emplace_back(node());
                              result.lists.push_back(list_of(busiest));
                              result.lists.back().title = "busiest symbols";
                              result.lists.push_back(list_of(all.known));
                              result.lists.back().title = "slowest subscribers";
                              result.note = all.missing;
                              to.deliver(std::move(result));
                            });
    };
    count_subscribers(std::move(lines),
                      [this, with_viewers](std::vector<symbol_line>& some) {
                        fill(std::move(some), with_viewers);
                      });
  });
}

void console_state::actors(const console_command& x, promise to) {
  auto sort = sort_key(x, "busy", {"mailbox", "rate", "busy"});
  if (!sort)
    return refuse(to, sort.error());
  auto workers = std::make_shared<std::vector<worker>>();
  auto show = [this, x, to, workers, sort = *sort]() mutable {
    auto page = page_of_list::of(workers->size(), x);
    if (!page)
      return refuse(to, page.error());
    auto key = [&](const worker& w) {
      // Who does not answer is what one looks for.
      return std::pair{!w.error.empty(), sort == "mailbox" ? w.load.mailbox
                                         : sort == "rate"  ? w.load.messages
                                                           : w.load.busy_us};
    };
    std::stable_sort(
      workers->begin(), workers->end(),
      [&](const auto& a, const auto& b) { return key(b) < key(a); });
    page->cut(*workers);
    auto up = std::chrono::duration<double>{self->clock().now() - started_};
    console_answer result;
    auto& list = result.lists.emplace_back();
    page->mark(list);
    list.columns = {"kind",     "id",         "name",   "mailbox",
                    "messages", "messages/s", "busy us"};
    for (const auto& w : *workers) {
      if (!w.error.empty()) {
        list.rows.push_back({w.kind, "-", w.name, w.error, "", "", ""});
        continue;
      }
      auto rate =
        static_cast<double>(w.load.messages) / std::max(up.count(), 1e-3);
      list.rows.push_back(
        {w.kind, std::to_string(w.load.id), w.name,
         std::to_string(w.load.mailbox), std::to_string(w.load.messages),
         std::to_string(static_cast<std::uint64_t>(rate + 0.5)),
         std::to_string(w.load.busy_us)});
    }
    to.deliver(std::move(result));
  };
  auto ask_symbols = [this, to, workers, show]() mutable {
    all_symbols(to, [this, workers, show](std::vector<symbol_line>& lines) {
      fill(std::move(lines),
           [workers, show](std::vector<symbol_line>& filled) mutable {
             for (auto& l : filled)
               workers->push_back({"symbol", l.ref.symbol.str(), l.summary.load,
                                   l.summary.error});
             show();
           });
    });
  };
  auto ask_subscribers = [this, workers, ask_symbols]() mutable {
    using handles = std::vector<subscriber_actor>;
    gather<handles>(
      config.fanouts,
      [this, workers, ask_symbols](std::vector<outcome<handles>>& xs) mutable {
        handles all;
        for (auto& some : xs)
          all.insert(all.end(), some.value.begin(), some.value.end());
        gather<actor_status>(
          all,
          [workers, all,
           ask_symbols](std::vector<outcome<actor_status>>& found) mutable {
            for (std::size_t i = 0; i < found.size(); ++i)
              workers->push_back({"subscriber", std::to_string(all[i]->id()),
                                  found[i].value.load, found[i].error});
            ask_symbols();
          },
          status_atom_v);
      },
      list_atom_v);
  };
  ask_parts([workers, ask_subscribers](std::vector<part>& parts) mutable {
    for (auto& p : parts) {
      const auto& said = p.said.value;
      // Of what kind a feed is, it alone knows; there is one of each.
      if (p.kind == "feed" && p.said.error.empty())
        workers->push_back({said.kind, said.kind, said.load, {}});
      else
        workers->push_back({p.kind, said.name, said.load, p.said.error});
    }
    ask_subscribers();
  });
}

} // namespace livegrid
