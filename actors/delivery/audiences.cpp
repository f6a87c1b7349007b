#include "livegrid/actors/delivery/audiences.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "livegrid/actors/prices/view.hpp"

namespace livegrid {

// -- subscribers --------------------------------------------------------------

audience_member& audiences::find_or_add(const outbox_ptr& who) {
  auto [i, fresh] = members_.try_emplace(who.get());
  auto& x = i->second;
  if (fresh) {
    x.box = who;
    x.number = ++joined_;
    by_age_.emplace(x.number, &x);
    move(x, &find_or_make(*who, {}, false));
  }
  return x;
}

audience_member* audiences::find(outbox* who) {
  auto i = members_.find(who);
  return i == members_.end() ? nullptr : &i->second;
}

const audience_member* audiences::find(std::uint64_t id) const {
  for (const auto& [box, who] : members_)
    if (box->owner && box->owner->id() == id)
      return &who;
  return nullptr;
}

audiences::change audiences::change_set(audience_member& who,
                                        const subscription& what,
                                        time_point now, std::int64_t today) {
  auto& box = *who.box;
  auto everything = what.what == subscription::change::all;
  change result{who.where, false, {}, {}};
  std::vector<symbol_name> unknown;
  if (!everything) {
    result.wanted.reserve(what.symbols.size());
    for (const auto& which : what.symbols)
      result.wanted.emplace_back(find_or_make(which, unknown, today).key);
  }
  auto sorted = result.wanted;
  std::sort(sorted.begin(), sorted.end());
  auto first_of_all = everything && everything_.empty();
  auto& after = find_or_make(box, std::move(sorted), everything);
  const auto& before = *result.before;
  if (&after == &before)
    return result;
  result.moved = true;
  if (!everything)
    forget_unwanted(box, before, after);
  who.changed = now;
  who.added.clear();
  who.added_all = everything;
  const auto& old = before.key.symbols;
  const auto& fresh = after.key.symbols;
  if (!before.key.everything)
    std::set_difference(fresh.begin(), fresh.end(), old.begin(), old.end(),
                        std::back_inserter(who.added));
  move(who, &after);
  box.set_awaited(static_cast<std::uint64_t>(
    std::count_if(fresh.begin(), fresh.end(), [this](symbol_key key) {
      return symbols_[key]->is_awaited();
    })));
  if (!unknown.empty())
    result.news.push_back({true, std::move(unknown)});
  if (first_of_all) {
    everything_since_ = today;
    result.news.push_back({true, {}});
  }
  return result;
}

void audiences::forget_unwanted(outbox& box, const audience& before,
                                const audience& after) const {
  auto old = before.key.symbols;
  if (before.key.everything) {
    old.clear();
    for (const auto& known : keys_)
      old.emplace_back(known.second);
    std::sort(old.begin(), old.end());
  }
  const auto& wanted = after.key.symbols;
  std::vector<symbol_key> dropped;
  std::set_difference(old.begin(), old.end(), wanted.begin(), wanted.end(),
                      std::back_inserter(dropped));
  for (auto key : dropped)
    box.forget(key);
}

audience* audiences::remove(audience_member& who) {
  auto* before = who.where;
  move(who, nullptr);
  by_age_.erase(who.number);
  members_.erase(who.box.get());
  return before;
}

audience& audiences::find_or_make(const outbox& box,
                                  std::vector<symbol_key> symbols,
                                  bool everything) {
  audience_key wanted{.shown = &box.shown(),
                      .changes_only = box.options().changes_only,
                      .as_array = box.options().as_array,
                      .everything = everything,
                      // What somebody may see matters where he wants all of it.
                      .filter = everything ? box.filter() : nullptr,
                      .symbols = std::move(symbols)};
  auto [i, fresh] = all_.try_emplace(std::move(wanted));
  if (fresh) {
    i->second.reset(new audience{i->first, {}, {}});
    for (auto key : i->first.symbols)
      symbols_[key]->audiences.emplace_back(i->second.get());
    if (everything)
      everything_.emplace_back(i->second.get());
  }
  return *i->second;
}

void audiences::move(audience_member& who, audience* to) {
  if (auto* from = who.where) {
    auto* last = from->members.back();
    from->members[who.place] = last;
    from->members.pop_back();
    if (last != who.box.get())
      members_.find(last)->second.place = who.place;
    for (auto key : from->key.symbols)
      --symbols_[key]->viewers;
  }
  who.where = to;
  if (to != nullptr) {
    for (auto key : to->key.symbols)
      ++symbols_[key]->viewers;
    who.place = to->members.size();
    to->members.emplace_back(who.box.get());
  }
}

interest_changes audiences::release(audience* x) {
  interest_changes result;
  auto gone = all_.extract(x->key);
  std::vector<symbol_name> unwanted;
  if (std::erase(everything_, x) > 0 && everything_.empty()) {
    result.push_back({false, {}});
    // That ended the flow of those that somebody still wants by name, too.
    std::vector<symbol_name> wanted;
    for (symbol_key key = 0; key < symbols_.size(); ++key) {
      if (symbols_[key] && !symbols_[key]->audiences.empty())
        wanted.emplace_back(symbols_[key]->name);
      else if (symbols_[key])
        release_if_unwanted(key, unwanted);
    }
    if (!wanted.empty())
      result.push_back({true, std::move(wanted)});
  }
  for (auto key : gone.key().symbols) {
    std::erase(symbols_[key]->audiences, x);
    release_if_unwanted(key, unwanted);
  }
  if (!unwanted.empty())
    result.push_back({false, std::move(unwanted)});
  return result;
}

// -- symbols ------------------------------------------------------------------

watched_symbol& audiences::add(const symbol_name& which, std::int64_t today) {
  std::vector<symbol_name> fresh;
  return find_or_make(which, fresh, today);
}

watched_symbol& audiences::find_or_make(const symbol_name& which,
                                        std::vector<symbol_name>& fresh,
                                        std::int64_t today) {
  auto [i, is_fresh] = keys_.try_emplace(which);
  if (is_fresh) {
    if (free_keys_.empty()) {
      i->second = static_cast<symbol_key>(symbols_.size());
      symbols_.emplace_back();
    } else {
      i->second = free_keys_.back();
      free_keys_.pop_back();
    }
    symbols_[i->second] = std::make_unique<watched_symbol>();
    auto& x = *symbols_[i->second];
    x.name = which;
    x.key = i->second;
    x.since = everything_.empty() ? today : everything_since_;
    fresh.emplace_back(which);
  }
  return *symbols_[i->second];
}

void audiences::release_if_unwanted(symbol_key key,
                                    std::vector<symbol_name>& unwanted) {
  auto& x = symbols_[key];
  if (!x->audiences.empty() || !everything_.empty())
    return;
  unwanted.emplace_back(x->name);
  keys_.erase(x->name);
  x.reset();
  free_keys_.emplace_back(key);
}

void audiences::note_arrival(const watched_symbol& symbol, const row& x) const {
  if (x.is_vacant())
    return;
  for (auto* a : symbol.audiences)
    for (auto* box : a->members)
      box->set_awaited(box->awaited() - 1);
}

void audiences::note_sent(symbol_key key, const row_ptr& x,
                          const row_ptr& before, time_point now) const {
  auto* symbol = at(key);
  // Since it was staged, nobody may want the symbol any more.
  if (symbol == nullptr)
    return;
  symbol->staged = false;
  if (symbol->latest != x)
    return;
  if (!x->is_restated()) {
    symbol->ticked.reset();
  } else if (before && !before->is_restated()) {
    symbol->ticked = before;
    symbol->ticked_at = symbol->flushed;
  }
  symbol->flushed = now;
}

bool audiences::wants(const audience_member& who,
                      const symbol_name& which) const {
  const auto& key = who.where->key;
  if (key.everything)
    return allows(key.filter, which);
  const auto* known = find(which);
  return known != nullptr
         && std::binary_search(key.symbols.begin(), key.symbols.end(),
                               known->key);
}

} // namespace livegrid
