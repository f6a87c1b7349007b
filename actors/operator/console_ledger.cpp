#include "livegrid/actors/operator/console_ledger.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors/operator/list_page.hpp"
#include "livegrid/actors/operator/subscriber_lines.hpp"

namespace livegrid {

namespace {

/// The ledgers that the fan-outs have told.
using audits = std::vector<ledger_audit>;

/// The node's own ledger, and whether it adds up.
struct node_ledger {
  actor_status shown;
  bool adds_up = true; ///< as far as is known
};

/// @param known whether all have told what they hold.
node_ledger add_up(const audits& xs, bool known) {
  // The totals are the node's, whoever tells them; what is held is not.
  auto sum = xs.back();
  sum.held = 0;
  for (const auto& x : xs)
    sum.held += x.held;
  auto whole =
    sum.published == sum.delivered + sum.merged + sum.discarded + sum.held;
  return {{"ledger",
           "of the node",
           {{"published", sum.published},
            {"delivered", sum.delivered},
            {"merged", sum.merged},
            {"discarded", sum.discarded},
            {"waiting", sum.held},
            {"adds_up", !known  ? "not known"
                        : whole ? "yes"
                                : "no"}},
           {}},
          whole || !known};
}

listing list_of(const std::vector<subscriber_summary>& some) {
  listing result;
  result.columns = {"id",        "published", "delivered", "merged",
                    "discarded", "waiting",   "adds up"};
  for (const auto& s : some)
    result.rows.push_back({std::to_string(s.id), std::to_string(s.published),
                           std::to_string(s.delivered),
                           std::to_string(s.merged),
                           std::to_string(s.discarded), std::to_string(s.held),
                           s.adds_up() ? "yes" : "no"});
  return result;
}

/// @param only whose ledger is asked for; nothing for all and the node's.
void show(const console_command& x, std::optional<std::uint64_t> only,
          subscriber_list& all, const audits& told, console_promise to) {
  std::vector<subscriber_summary> known;
  for (auto& line : all.known)
    if (!only || line.summary.id == *only)
      known.push_back(std::move(line.summary));
  if (only && known.empty())
    return refuse(to, make_error(errc::invalid, all.missing.empty()
                                                  ? "there is no subscriber "
                                                      + std::to_string(*only)
                                                  : all.missing));
  auto page = list_page::of(known.size(), x);
  if (!page)
    return refuse(to, page.error());
  std::sort(known.begin(), known.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  auto off = std::count_if(known.begin(), known.end(),
                           [](const auto& s) { return !s.adds_up(); });
  page->cut(known);
  console_answer result;
  page->mark(result.lists.emplace_back(list_of(known)));
  result.note =
    off == 0 ? "all ledgers add up" : std::to_string(off) + " do not add up";
  if (!only && !told.empty()) {
    auto own = add_up(told, all.missing.empty());
    result.parts.emplace_back(std::move(own.shown));
    if (!own.adds_up)
      result.note += "; the node's does not";
  }
  if (!all.missing.empty())
    result.note += "; " + all.missing;
  to.deliver(std::move(result));
}

void ledger(asker& ask, const console_command& x, console_promise to) {
  std::optional<std::uint64_t> only;
  if (!x.args.empty()) {
    only = subscriber_id(x.args[0], to);
    if (!only)
      return;
  }
  auto ask_fanouts = [=, &ask](subscriber_list& all) {
    ask.all<ledger_audit>(
      ask.node.fanouts,
      [=](std::vector<outcome<ledger_audit>>& xs) mutable {
        audits told;
        for (auto& found : xs)
          if (found.error.empty())
            told.push_back(found.value);
        show(x, only, all, told, to);
      },
      audit_atom_v);
  };
  summarize_subscribers(ask, std::nullopt, ask_fanouts);
}

} // namespace

console_entries ledger_commands() {
  return {
    {"ledger",
     "[ID] [--page=N]",
     "what became of the rows that were due",
     ledger,
     0,
     1,
     {"page"}},
  };
}

} // namespace livegrid
