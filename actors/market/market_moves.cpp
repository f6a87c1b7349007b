#include "livegrid/actors/market/market_moves.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "livegrid/actors/runtime/gathered.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// An owner answers this fast or never.
constexpr std::chrono::seconds owner_timeout{5};

/// A symbol has come from elsewhere, with what its last row says of it.
void note_adopted(market_state& market, symbol_slot& x, const row& last) {
  auto& known = x.second;
  known.claimed = last.stamp().from.standing() == standing::claims;
  for (std::size_t i = 0; i < last.num_extras(); ++i) {
    if (!known.extras)
      known.extras = std::make_unique<std::vector<extra_name>>();
    known.extras->push_back({std::string{last.extra_name(i)}});
  }
  // A tick has brought it to its trade date: others may go by that.
  if (const auto& day = last.session();
      day.base != close_origin::unknown && !day.awaits_open)
    if (auto date = last.trade_date())
      market.note_roll(x.first, *date);
  // Its trade date may have ended here already.
  if (known.days->told != no_date)
    market.self->send(known.owner, roll_atom_v, known.days->told, false);
  if (last.text(cell::freshness) == "\"never\"")
    return;
  // Its habits are not known here yet; its feed was alive.
  known.beat.beat(market.self->clock().now(), 1);
  market.set_fresh(known, freshness::live);
  market.watch_silence(x);
}

/// Forgets symbols that are about to go.
void note_evicted(market_state& market, const symbol_slots& gone) {
  market.silent.forget(gone);
  market.days.forget(gone);
  for (const auto* x : gone) {
    --market.stats->fresh[static_cast<std::size_t>(x->second.fresh)];
    if (auto maker = market.made.find(x->second.made_by);
        maker != market.made.end() && --maker->second == 0)
      market.made.erase(maker);
  }
  market.feeds.forget(gone);
}

} // namespace

caf::result<row_batch> evict(market_state& market,
                             const std::vector<symbol_name>& names) {
  symbol_slots gone;
  // In the order of the names, which unlike addresses are the same each time.
  std::vector<const symbol_slot*> asked;
  for (const auto& x : names)
    if (auto i = market.symbols.find(x);
        i != market.symbols.end() && gone.insert(&*i).second)
      asked.emplace_back(&*i);
  market.prepared.drop_all_of({names.begin(), names.end()});
  if (gone.empty())
    return row_batch{};
  auto all = std::make_shared<gathered<row_batch>>();
  all->missing = gone.size();
  all->to = market.self->make_response_promise<row_batch>();
  for (const auto* x : asked)
    market.self->request(x->second.owner, owner_timeout, evict_atom_v)
      .then(
        [all](const row_batch& last) {
          for (const auto& row : last.rows)
            if (!row->is_vacant())
              all->all.rows.emplace_back(row);
          all->one_done();
        },
        // It has nothing to leave; the others have.
        [all](const caf::error&) { all->one_done(); });
  note_evicted(market, gone);
  std::erase_if(market.by_age,
                [&](const symbol_slot* x) { return gone.contains(x); });
  market.stats->symbols -= gone.size();
  for (const auto& x : names)
    if (auto i = market.symbols.find(x); i != market.symbols.end()) {
      // Should it come back, whoever has asked for it need not ask again.
      if (!i->second.followers.empty())
        market.interest[x] = std::move(i->second.followers);
      market.symbols.erase(i);
    }
  return all->to;
}

void adopt(market_state& market, const row_batch& rows, std::uint64_t since) {
  market.epoch = since;
  for (const auto& x : rows.rows) {
    if (market.symbols.contains(x->symbol()))
      continue;
    note_adopted(market, market.find_or_make(x->symbol(), x), *x);
  }
}

caf::result<row_batch> merge(market_state& market, const row_batch& rows,
                             std::uint64_t since) {
  auto dropped = std::make_shared<gathered<row_batch>>();
  std::vector<std::pair<symbol_actor, row_batch>> parts;
  for (const auto& x : rows.rows)
    if (auto i = market.symbols.find(x->symbol()); i != market.symbols.end())
      parts.emplace_back(i->second.owner, row_batch{{x}});
  if (parts.empty())
    return row_batch{};
  dropped->missing = parts.size();
  dropped->to = market.self->make_response_promise<row_batch>();
  for (auto& [owner, had] : parts)
    market.self
      ->request(owner, owner_timeout, merge_atom_v, std::move(had), since)
      .then(
        [dropped](const row_batch& x) {
          auto& all = dropped->all.rows;
          all.insert(all.end(), x.rows.begin(), x.rows.end());
          dropped->one_done();
        },
        // It has gone elsewhere, with what it knew.
        [dropped](const caf::error&) { dropped->one_done(); });
  return dropped->to;
}

caf::result<row_batch> fetch(market_state& market,
                             const std::vector<symbol_name>& names) {
  auto result = std::make_shared<gathered<row_batch>>();
  auto& rows = result->all.rows;
  rows.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto known = market.symbols.find(names[i]);
    if (known == market.symbols.end()) {
      rows[i] = row::vacant(names[i]);
      continue;
    }
    ++result->missing;
    market.self->request(known->second.owner, owner_timeout, row_atom_v)
      .then(
        [result, i](const row_batch& x) {
          result->all.rows[i] = x.rows.at(0);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return std::move(result->all);
  result->to = market.self->make_response_promise<row_batch>();
  return result->to;
}

} // namespace livegrid
