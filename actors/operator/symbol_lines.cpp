#include "livegrid/actors/operator/symbol_lines.hpp"

#include <string>
#include <utility>

#include "livegrid/actors/operator/list_page.hpp"

namespace livegrid {

void all_symbols(asker& ask, console_promise to, symbol_slice_taker take,
                 std::function<void()> done, std::uint64_t start) {
  ask.one(ask.node.market, list_atom_v, start, max_symbols_listed)
    .then(
      [=, &ask](std::vector<symbol_ref>& refs) {
        if (refs.empty())
          return done();
        auto next = start + refs.size();
        symbol_lines lines;
        lines.reserve(refs.size());
        for (auto& x : refs)
          lines.push_back({.ref = std::move(x), .summary = {}});
        take(lines, [=, &ask] { all_symbols(ask, to, take, done, next); });
      },
      refusal_to(to));
}

fanouts_asked all_fanouts(const asker& ask) {
  return std::make_shared<std::vector<fanout_actor>>(ask.node.fanouts);
}

void count_subscribers(asker& ask, fanouts_asked whom, symbol_lines lines,
                       symbol_lines_taker done) {
  using counts = std::vector<std::uint64_t>;
  std::vector<symbol_name> names;
  names.reserve(lines.size());
  for (const auto& x : lines)
    names.push_back(x.ref.symbol);
  ask.all<counts>(
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

void ask_owners(asker& ask, asker::time_point end, symbol_lines lines,
                symbol_lines_taker done) {
  std::vector<symbol_actor> owners;
  owners.reserve(lines.size());
  for (const auto& x : lines)
    owners.emplace_back(x.ref.owner);
  ask.all_until<symbol_summary>(
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

listing list_of(const symbol_lines& some) {
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

std::optional<symbol_name> symbol_of(const console_command& x, std::size_t i,
                                     console_promise to) {
  auto result = symbol_name::parse(x.args[i]);
  if (!result)
    refuse(to,
           make_error(errc::invalid, "'" + x.args[i] + "' is no symbol name"));
  return result;
}

} // namespace livegrid
