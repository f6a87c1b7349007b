#include "livegrid/actors/operator/console_actors.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/node_parts.hpp"
#include "livegrid/actors/operator/symbol_lines.hpp"

namespace livegrid {

namespace {

/// An actor in the list of all.
struct worker {
  std::string kind;
  std::string name;
  actor_load load;
  std::string error;
  std::optional<sampler::rates> rate; ///< messages and busy microseconds
  std::size_t number = 0;             ///< in the order of asking
};

/// The busiest ones, however many there are.
struct work_list {
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

  void add(sampler& work, asker::time_point now, worker x) {
    if (x.error.empty())
      x.rate = work.look(x.load.id, now, {x.load.messages, x.load.busy_us});
    all_rated = all_rated && (x.rate || !x.error.empty());
    x.number = ++total;
    first.add(std::move(x));
  }
};

/// Goes on once the busiest actors of all are in `all`.
void all_workers(asker& ask, console_promise to, std::shared_ptr<work_list> all,
                 std::function<void()> done) {
  auto add = [&ask, all](worker x) {
    all->add(ask.work, ask.now(), std::move(x));
  };
  auto ask_symbols = [=, &ask] {
    auto end = ask.end_of_wait();
    all_symbols(
      ask, to,
      [=, &ask](symbol_lines& lines, std::function<void()> next) {
        ask_owners(ask, end, std::move(lines),
                   [add, next](symbol_lines& filled) {
                     for (auto& l : filled)
                       add({"symbol", l.ref.symbol.str(), l.summary.load,
                            l.summary.error, std::nullopt});
                     next();
                   });
      },
      done);
  };
  auto ask_subscribers = [=, &ask] {
    using handles = std::vector<subscriber_actor>;
    auto whom = std::make_shared<handles>();
    ask.slices<handle_slice>(
      [whom](const handles& some) {
        whom->insert(whom->end(), some.begin(), some.end());
      },
      [=, &ask](const std::string&) {
        ask.all<actor_status>(
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
  ask_parts(ask, [=](std::vector<node_part>& parts) {
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

void actors(asker& ask, const console_command& x, console_promise to) {
  auto sort = sort_key(x, "busy", {"mailbox", "rate", "busy"});
  if (!sort)
    return refuse(to, sort.error());
  auto most = list_page::rows_needed(x);
  if (!most)
    return refuse(to, most.error());
  auto show = [x, to](work_list& all) mutable {
    auto page = list_page::of(all.total, x);
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
  auto look = [=, &ask, by = *sort, n = *most](auto& again,
                                               bool second) -> void {
    auto all = std::make_shared<work_list>(work_list{{n, {by}}});
    auto begin = ask.now();
    all_workers(ask, to, all, [=, &ask]() mutable {
      auto now = ask.now();
      ask.work.tidy(now);
      // Where somebody does not answer it took long enough as it is.
      if (second || all->all_rated || now - begin >= asker::timeout)
        show(*all);
      else
        ask.after_a_while([again]() mutable { again(again, true); });
    });
  };
  look(look, false);
}

} // namespace

console_entries actors_commands() {
  return {
    {"actors",
     "[--sort=mailbox|rate|busy] [--page=N]",
     "every actor: what waits for it, what it has done",
     actors,
     0,
     0,
     {"sort", "page"}},
  };
}

} // namespace livegrid
