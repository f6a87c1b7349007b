// What the operator watches as it changes, and who has how much to do.

#include <algorithm>
#include <memory>

#include "livegrid/actors/operator/console_gather.hpp"

namespace livegrid {

namespace {

constexpr std::size_t lines_of_top = 10;

} // namespace

/// An actor in the list of all.
struct console_state::worker {
  std::string kind;
  std::string name;
  actor_load load;
  std::string error;
  std::optional<sampler::rates> rate; ///< messages and busy microseconds
  std::size_t number = 0;             ///< in the order of asking
};

/// The busiest ones, however many there are.
struct console_state::work_list {
  struct busier {
    std::string by;

    std::pair<bool, double> amount(const worker& x) const {
      auto rate = x.rate.value_or(sampler::rates{});
      // Who does not answer is what one looks for.
      return {!x.error.empty(), by == "mailbox"
                                  ? static_cast<double>(x.load.mailbox)
                                : by == "rate" ? rate[0]
                                               : rate[1]};
    }

    bool operator()(const worker& a, const worker& b) const {
      return std::pair{amount(b), a.number} < std::pair{amount(a), b.number};
    }
  };

  first_ones<worker, busier> first;
  std::size_t total = 0;
  bool all_rated = true;

  void add(sampler& work, time_point now, worker x) {
    if (x.error.empty())
      x.rate = work.look(x.load.id, now, {x.load.messages, x.load.busy_us});
    all_rated = all_rated && (x.rate || !x.error.empty());
    x.number = ++total;
    first.add(std::move(x));
  }
};

void console_state::watch(const console_command& x, promise to) {
  auto which = symbol_of(x, 0, to);
  if (!which)
    return;
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
  ask_now(config.market, resolve_atom_v, std::vector{*which})
    .then(
      [this, show, fail](std::vector<symbol_ref>& found) mutable {
        if (!found.at(0).owner)
          return show(*row::vacant(found[0].symbol));
        ask_now(found[0].owner, row_atom_v)
          .then([show](row_batch& now) mutable { show(*now.rows.at(0)); },
                fail);
      },
      fail);
}

void console_state::top(const console_command&, promise to) {
  auto busier = [](const symbol_line& a, const symbol_line& b) {
    return std::pair{b.ref.milli_rate, std::string_view{a.ref.symbol.str()}}
           < std::pair{a.ref.milli_rate, std::string_view{b.ref.symbol.str()}};
  };
  using kept = first_ones<symbol_line, decltype(busier)>;
  auto first = std::make_shared<kept>(lines_of_top, busier);
  auto with_viewers = [this, to](symbol_lines& busiest) {
    rate_subscribers(std::nullopt,
                     [this, to, busiest](subscriber_list& all) mutable {
                       sort_subscribers(all.known, "lag");
                       if (all.known.size() > lines_of_top)
                         all.known.resize(lines_of_top);
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
  all_symbols(
    to,
    [first](symbol_lines& lines, const std::function<void()>& next) {
      for (auto& x : lines)
        first->add(std::move(x));
      next();
    },
    [=, this] {
      count_subscribers(all_fanouts(), first->take(),
                        [=, this](symbol_lines& some) {
                          fill(self->clock().now() + console_timeout,
                               std::move(some), with_viewers);
                        });
    });
}

void console_state::all_workers(promise to, std::shared_ptr<work_list> all,
                                std::function<void()> done) {
  auto add = [this, all](worker x) {
    all->add(work_, self->clock().now(), std::move(x));
  };
  auto ask_symbols = [=, this] {
    auto end = self->clock().now() + console_timeout;
    all_symbols(
      to,
      [=, this](symbol_lines& lines, std::function<void()> next) {
        fill(end, std::move(lines), [add, next](symbol_lines& filled) {
          for (auto& l : filled)
            add({"symbol", l.ref.symbol.str(), l.summary.load, l.summary.error,
                 std::nullopt});
          next();
        });
      },
      done);
  };
  auto ask_subscribers = [=, this] {
    using handles = std::vector<subscriber_actor>;
    auto whom = std::make_shared<handles>();
    walk_fanouts<handle_slice>(
      [whom](const handles& some) {
        whom->insert(whom->end(), some.begin(), some.end());
      },
      [=, this](const std::string&) {
        gather<actor_status>(
          *whom,
          [=](std::vector<outcome<actor_status>>& found) {
            for (std::size_t i = 0; i < found.size(); ++i)
              add({"subscriber", std::to_string(whom->at(i)->id()),
                   found[i].value.load, found[i].error, std::nullopt});
            ask_symbols();
          },
          status_atom_v);
      },
      list_atom_v);
  };
  ask_parts([=](std::vector<part>& parts) {
    for (auto& p : parts) {
      const auto& said = p.said.value;
      // Of what kind a feed is, it alone knows; there is one of each.
      if (p.kind == std::string_view{"feed"} && p.said.error.empty())
        add({said.kind, said.kind, said.load, {}, std::nullopt});
      else
        add({p.kind, said.name, said.load, p.said.error, std::nullopt});
    }
    ask_subscribers();
  });
}

void console_state::actors(const console_command& x, promise to) {
  auto sort = sort_key(x, "busy", {"mailbox", "rate", "busy"});
  if (!sort)
    return refuse(to, sort.error());
  auto most = page_of_list::rows_needed(x);
  if (!most)
    return refuse(to, most.error());
  auto show = [x, to](work_list& all) mutable {
    auto page = page_of_list::of(all.total, x);
    if (!page)
      return refuse(to, page.error());
    auto workers = all.first.take();
    page->cut(workers);
    console_answer result;
    auto& list = result.lists.emplace_back();
    page->mark(list);
    list.columns = {"kind",     "id",         "name",  "mailbox",
                    "messages", "messages/s", "busy %"};
    for (const auto& w : workers) {
      if (!w.error.empty()) {
        list.rows.push_back({w.kind, "-", w.name, w.error, "", "", ""});
        continue;
      }
      list.rows.push_back({w.kind, std::to_string(w.load.id), w.name,
                           std::to_string(w.load.mailbox),
                           std::to_string(w.load.messages),
                           w.rate ? to_tenths(w.rate->at(0)) : "-",
                           w.rate ? to_tenths(w.rate->at(1) / 1e4) : "-"});
    }
    to.deliver(std::move(result));
  };
  auto look = [=, this, by = *sort, n = *most](auto& again,
                                               bool second) -> void {
    auto all = std::make_shared<work_list>(work_list{{n, {by}}});
    auto begin = self->clock().now();
    all_workers(to, all, [=, this]() mutable {
      auto now = self->clock().now();
      work_.tidy(now);
      // Where somebody does not answer it took long enough as it is.
      if (second || all->all_rated || now - begin >= console_timeout)
        show(*all);
      else
        after_a_while([again]() mutable { again(again, true); });
    });
  };
  look(look, false);
}

} // namespace livegrid
