#include "livegrid/actors/operator/console_live.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/node_parts.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"

namespace livegrid {

namespace {

constexpr std::size_t lines_of_top = 10;

void watch(asker& ask, const console_command& x, console_promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
  auto fail = refusal_to(to);
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
  ask.one(ask.node.market, resolve_atom_v, std::vector{*which})
    .then(
      [&ask, show, fail](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return show(*row::vacant(found[0].symbol));
        ask.one(found[0].owner, row_atom_v)
          .then([show](row_batch& now) mutable { show(*now.rows.at(0)); },
                fail);
      },
      fail);
}

void top(asker& ask, const console_command&, console_promise to) {
  auto busier = [](const symbol_line& a, const symbol_line& b) {
    return std::pair{b.ref.milli_rate, std::string_view{a.ref.symbol.str()}}
           < std::pair{a.ref.milli_rate, std::string_view{b.ref.symbol.str()}};
  };
  using kept = first_ones<symbol_line, decltype(busier)>;
  auto first = std::make_shared<kept>(lines_of_top, busier);
  auto with_viewers = [&ask, to](symbol_lines& busiest) {
    rate_subscribers(
      ask, std::nullopt, [&ask, to, busiest](subscriber_list& all) mutable {
        sort_subscribers(all.known, "lag");
        if (all.known.size() > lines_of_top)
          all.known.resize(lines_of_top);
        console_answer result;
        result.parts.emplace_back(status_of_node(ask));
        result.lists.push_back(list_of(busiest));
        result.lists.back().title = "busiest symbols";
        result.lists.push_back(list_of(all.known, ask.loop_lag()));
        result.lists.back().title = "slowest subscribers";
        result.note = all.missing;
        to.deliver(std::move(result));
      });
  };
  all_symbols(
    ask, to,
    [first](symbol_lines& lines, const std::function<void()>& next) {
      for (auto& x : lines)
        first->add(std::move(x));
      next();
    },
    [=, &ask] {
      count_subscribers(
        ask, all_fanouts(ask), first->take(), [=, &ask](symbol_lines& some) {
          ask_owners(ask, ask.end_of_wait(), std::move(some), with_viewers);
        });
    });
}

} // namespace

console_entries live_commands() {
  // The operator's program asks for these again and again, and counts.
  return {
    {"watch",
     "NAME [--count=N]",
     "one symbol's rows as they come, until a key",
     watch,
     1,
     1,
     {"count", "here"},
     true},
    {"top",
     "[--count=N]",
     "the busiest symbols and slowest subscribers, until a key",
     top,
     0,
     0,
     {"count"}},
  };
}

} // namespace livegrid
