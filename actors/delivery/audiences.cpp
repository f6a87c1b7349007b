// Who gets what: the half of the fan-out that keeps audiences.

#include <algorithm>
#include <iterator>

#include "livegrid/actors/delivery/fanout.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

void fanout_state::join(const outbox_ptr& who, const subscription& what) {
  if (who->closed())
    return;
  if (draining_) {
    who->drain(true);
    return;
  }
  auto [i, fresh] = members_.try_emplace(who.get());
  auto& x = i->second;
  if (fresh) {
    x.box = who;
    x.number = ++joined_;
    by_age_.emplace(x.number, &x);
    move(x, &find_or_make_audience(*who, {}, false));
  }
  if (what.what == subscription::change::keep)
    return;
  // What came before this must go to those who were there before it.
  if (!staged_.empty())
    flush();
  auto everything = what.what == subscription::change::all;
  std::vector<symbol_key> wanted;
  std::vector<symbol_name> unknown;
  if (!everything) {
    wanted.reserve(what.symbols.size());
    for (const auto& which : what.symbols)
      wanted.emplace_back(find_or_make(which, unknown).key);
  }
  auto sorted = wanted;
  std::sort(sorted.begin(), sorted.end());
  auto* before = x.where;
  auto first_of_all = everything && everything_.empty();
  auto& after = find_or_make_audience(*who, std::move(sorted), everything);
  if (&after == before)
    return;
  if (!everything)
    forget_unwanted(*who, before->key, after.key);
  note_change(x, before->key, after.key);
  move(x, &after);
  who->set_awaited(count_awaited(after.key.symbols));
  if (!unknown.empty())
    self_->send(config_.market, watch_atom_v, std::move(unknown),
                row_sink_actor{self_});
  if (first_of_all) {
    everything_since_ = config_.wall_clock().time_since_epoch().count();
    self_->send(config_.market, watch_atom_v, row_sink_actor{self_});
  }
  send_snapshot(x, before, wanted);
  release(before);
}

void fanout_state::forget_unwanted(outbox& box, const audience_key& before,
                                   const audience_key& after) const {
  auto old = before.symbols;
  if (before.everything) {
    old.clear();
    for (const auto& known : keys_)
      old.emplace_back(known.second);
    std::sort(old.begin(), old.end());
  }
  std::vector<symbol_key> dropped;
  std::set_difference(old.begin(), old.end(), after.symbols.begin(),
                      after.symbols.end(), std::back_inserter(dropped));
  for (auto key : dropped)
    box.forget(key);
}

void fanout_state::note_change(member& who, const audience_key& before,
                               const audience_key& after) {
  who.changed = self_->clock().now();
  who.added.clear();
  who.added_all = after.everything;
  if (!before.everything)
    std::set_difference(after.symbols.begin(), after.symbols.end(),
                        before.symbols.begin(), before.symbols.end(),
                        std::back_inserter(who.added));
}

std::uint64_t
fanout_state::count_awaited(const std::vector<symbol_key>& which) const {
  return static_cast<std::uint64_t>(
    std::count_if(which.begin(), which.end(), [this](symbol_key key) {
      return is_awaited(*symbols_[key]);
    }));
}

bool fanout_state::shows(const audience& where, const row& x) {
  // Those who want all get no row of what has not traded.
  return !where.key.everything
         || (!x.is_vacant() && allows(where.key.filter, x.symbol()));
}

void fanout_state::send_snapshot(member& who, const audience* before,
                                 const std::vector<symbol_key>& wanted) {
  auto& box = *who.box;
  // Whoever appends what comes has the rows of now from his GET.
  if (!box.shown().has_row_id())
    return;
  auto now = self_->clock().now();
  const auto& where = *who.where;
  auto give = [&](symbol_key key) {
    const auto& latest = symbols_[key]->latest;
    // Without a row yet: it comes with the audience's next flush.
    if (!latest || box.passes_over(key))
      return;
    auto had = before->key.everything
                 ? !latest->is_vacant()
                 : std::binary_search(before->key.symbols.begin(),
                                      before->key.symbols.end(), key);
    if (shows(where, *latest) && !had)
      box.hold(key, latest, {}, true, now);
  };
  if (where.key.everything && symbols_.size() > subscription::max_symbols) {
    // Too many to be kept for a socket that may take none of them.
    box.fall_behind(0, now, now);
    behind_.insert(&box);
  } else if (where.key.everything) {
    for (const auto& x : symbols_)
      if (x)
        give(x->key);
  } else {
    for (auto key : wanted)
      give(key);
  }
  box.pump(now);
  catch_up(box, now);
  track(box, now);
}

bool fanout_state::is_awaited(const watched_symbol& x) noexcept {
  return !x.latest || x.latest->is_vacant();
}

void fanout_state::note_arrival(watched_symbol& symbol, const row& x) {
  if (x.is_vacant())
    return;
  for (auto* a : symbol.audiences)
    for (auto* box : a->members)
      box->set_awaited(box->awaited() - 1);
}

void fanout_state::leave(const outbox_ptr& who) {
  auto i = members_.find(who.get());
  if (i == members_.end())
    return;
  who->abandon();
  who->set_awaited(0);
  slow_.erase(who.get());
  behind_.erase(who.get());
  auto* before = i->second.where;
  move(i->second, nullptr);
  by_age_.erase(i->second.number);
  members_.erase(i);
  release(before);
}

fanout_state::audience& fanout_state::find_or_make_audience(
  const outbox& box, std::vector<symbol_key> symbols, bool everything) {
  audience_key which{.shown = &box.shown(),
                     .changes_only = box.options().changes_only,
                     .as_array = box.options().as_array,
                     .everything = everything,
                     // What somebody may see matters where he wants all of it.
                     .filter = everything ? box.filter() : nullptr,
                     .symbols = std::move(symbols)};
  auto [i, fresh] = audiences_.try_emplace(std::move(which));
  auto& [key, slot] = *i;
  if (fresh) {
    slot = std::make_unique<audience>(key);
    for (auto x : key.symbols)
      symbols_[x]->audiences.emplace_back(slot.get());
    if (everything)
      everything_.emplace_back(slot.get());
  }
  return *slot;
}

void fanout_state::move(member& who, audience* to) {
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

void fanout_state::release(audience* x) {
  if (!x->members.empty())
    return;
  std::erase(dirty_, x);
  std::vector<symbol_name> unwanted;
  // What is known of it is needed a little longer.
  auto gone = audiences_.extract(x->key);
  if (std::erase(everything_, x) > 0 && everything_.empty()) {
    self_->send(config_.market, unwatch_atom_v, row_sink_actor{self_});
    // That ended the flow of those that somebody still wants by name, too.
    std::vector<symbol_name> wanted;
    for (symbol_key key = 0; key < symbols_.size(); ++key) {
      if (symbols_[key] && !symbols_[key]->audiences.empty())
        wanted.emplace_back(symbols_[key]->name);
      else if (symbols_[key])
        release_if_unwanted(key, unwanted);
    }
    if (!wanted.empty())
      self_->send(config_.market, watch_atom_v, std::move(wanted),
                  row_sink_actor{self_});
  }
  for (auto key : gone.key().symbols) {
    std::erase(symbols_[key]->audiences, x);
    release_if_unwanted(key, unwanted);
  }
  if (!unwanted.empty())
    self_->send(config_.market, unwatch_atom_v, std::move(unwanted),
                row_sink_actor{self_});
}

fanout_state::watched_symbol&
fanout_state::find_or_make(const symbol_name& which,
                           std::vector<symbol_name>& fresh) {
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
    symbols_[i->second]->name = which;
    symbols_[i->second]->key = i->second;
    symbols_[i->second]->since =
      everything_.empty() ? config_.wall_clock().time_since_epoch().count()
                          : everything_since_;
    fresh.emplace_back(which);
  }
  return *symbols_[i->second];
}

void fanout_state::release_if_unwanted(symbol_key key,
                                       std::vector<symbol_name>& unwanted) {
  auto& x = symbols_[key];
  if (!x->audiences.empty() || !everything_.empty())
    return;
  unwanted.emplace_back(x->name);
  keys_.erase(x->name);
  x.reset();
  free_keys_.emplace_back(key);
}

} // namespace livegrid
