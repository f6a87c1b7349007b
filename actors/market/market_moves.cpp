// Symbols that come from other nodes and go to them, and batches that several
// nodes take together.

#include <algorithm>
#include <memory>

#include "livegrid/actors/market/market.hpp"
#include "livegrid/actors/runtime/gathered.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// An owner answers this fast or never.
constexpr std::chrono::seconds owner_timeout{5};

} // namespace

caf::result<std::uint64_t> market_state::prepare(tick_batch& batch) {
  if (auto why = check(batch))
    return refuse(batch, std::move(*why));
  auto n = batch.ticks.size();
  if (auto i = prepared.find(batch.id); i != prepared.end())
    drop_prepared(i);
  reserve(batch);
  prepared.emplace(batch.id, std::move(batch));
  return n;
}

caf::result<std::uint64_t> market_state::commit(const batch_id& which) {
  auto i = prepared.find(which);
  if (i == prepared.end())
    return make_error(errc::unavailable, "no such batch is prepared");
  release(i->second);
  auto batch = std::move(i->second);
  prepared.erase(i);
  return take(batch);
}

void market_state::forget(const batch_id& which) {
  if (which.number != 0) {
    if (auto i = prepared.find(which); i != prepared.end())
      drop_prepared(i);
    return;
  }
  for (auto i = prepared.begin(); i != prepared.end();)
    i = i->first.node == which.node ? drop_prepared(i) : std::next(i);
}

caf::result<row_batch>
market_state::evict(const std::vector<symbol_name>& names) {
  std::unordered_set<const slot*> gone;
  // In the order of the names, which unlike addresses are the same each time.
  std::vector<const slot*> asked;
  for (const auto& x : names)
    if (auto i = symbols.find(x); i != symbols.end() && gone.insert(&*i).second)
      asked.emplace_back(&*i);
  std::unordered_set<symbol_name> moving{names.begin(), names.end()};
  for (auto i = prepared.begin(); i != prepared.end();) {
    auto moves = [&](const tick& x) { return moving.contains(x.symbol); };
    const auto& ticks = i->second.ticks;
    i = std::any_of(ticks.begin(), ticks.end(), moves) ? drop_prepared(i)
                                                       : std::next(i);
  }
  if (gone.empty())
    return row_batch{};
  auto all = std::make_shared<gathered<row_batch>>();
  all->missing = gone.size();
  all->to = self->make_response_promise<row_batch>();
  for (const auto* x : asked)
    self->request(x->second.owner, owner_timeout, evict_atom_v)
      .then(
        [all](const row_batch& last) {
          for (const auto& row : last.rows)
            if (!row->is_vacant())
              all->all.rows.emplace_back(row);
          all->one_done();
        },
        // It has nothing to leave; the others have.
        [all](const caf::error&) { all->one_done(); });
  note_evicted(gone);
  std::erase_if(by_age, [&](const slot* x) { return gone.contains(x); });
  stats->symbols -= gone.size();
  for (const auto& x : names)
    if (auto i = symbols.find(x); i != symbols.end()) {
      // Should it come back, whoever has asked for it need not ask again.
      if (!i->second.followers.empty())
        interest[x] = std::move(i->second.followers);
      symbols.erase(i);
    }
  return all->to;
}

void market_state::adopt(const row_batch& rows, std::uint64_t since) {
  epoch = since;
  for (const auto& x : rows.rows) {
    if (symbols.contains(x->symbol()))
      continue;
    note_adopted(find_or_make(x->symbol(), x), *x);
  }
}

caf::result<row_batch> market_state::merge(const row_batch& rows,
                                           std::uint64_t since) {
  auto dropped = std::make_shared<gathered<row_batch>>();
  std::vector<std::pair<symbol_actor, row_batch>> parts;
  for (const auto& x : rows.rows)
    if (auto i = symbols.find(x->symbol()); i != symbols.end())
      parts.emplace_back(i->second.owner, row_batch{{x}});
  if (parts.empty())
    return row_batch{};
  dropped->missing = parts.size();
  dropped->to = self->make_response_promise<row_batch>();
  for (auto& [owner, had] : parts)
    self->request(owner, owner_timeout, merge_atom_v, std::move(had), since)
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

caf::result<row_batch>
market_state::fetch(const std::vector<symbol_name>& names) {
  auto result = std::make_shared<gathered<row_batch>>();
  auto& rows = result->all.rows;
  rows.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto known = symbols.find(names[i]);
    if (known == symbols.end()) {
      rows[i] = row::vacant(names[i]);
      continue;
    }
    ++result->missing;
    self->request(known->second.owner, owner_timeout, row_atom_v)
      .then(
        [result, i](const row_batch& x) {
          result->all.rows[i] = x.rows.at(0);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self->make_response_promise<row_batch>();
  return result->to;
}

} // namespace livegrid
