#include "livegrid/actors/cluster/distant_rows.hpp"

#include <algorithm>
#include <tuple>

#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// So long a row is marked that shows less than was shown before: who looks
/// twice a second sees it.
constexpr std::chrono::seconds mark_time{1};

/// Whether `a` shows less of the symbol than `b`, whatever way the two came.
bool older(const row_order& a, const row_order& b) noexcept {
  return std::pair{a.epoch, a.version} < std::pair{b.epoch, b.version};
}

template <class T>
void add_once(std::vector<T>& xs, const T& x) {
  if (std::find(xs.begin(), xs.end(), x) == xs.end())
    xs.emplace_back(x);
}

} // namespace

distant_rows::distant_rows(ownership& symbols, distant_port& port)
  : symbols_(symbols), port_(port) {
  // nop
}

void distant_rows::init(counters_ptr stats) {
  stats_ = std::move(stats);
}

const distant_symbol* distant_rows::find(const symbol_name& which) const {
  auto i = all_.find(which);
  return i != all_.end() ? &i->second : nullptr;
}

row_ptr distant_rows::held(const symbol_name& which) const {
  const auto* known = find(which);
  return known != nullptr ? known->held : nullptr;
}

// -- rows that come -----------------------------------------------------------

distant_rows::outcome distant_rows::receive(row_ptr x, std::uint32_t way,
                                            std::int64_t came) {
  // Nobody looks any more at a name that no node has.
  if (x->is_vacant() && !all_.contains(x->symbol()))
    return {};
  auto row = with_link(std::move(x), way, came);
  auto& known = all_[row->symbol()];
  auto behind = known.held && older(row->order(), known.held->order());
  auto stale = known.held && (row->order() <= known.held->order() || behind);
  // Who has just begun to look has not been given the one that is held.
  if (stale && (!known.awaited || behind)) {
    // Its owner goes on from before somebody else owned it.
    if (row->state() > known.held->state()
        && row->order().epoch < known.held->order().epoch)
      return {.untold = row->symbol()};
    return {};
  }
  known.awaited = false;
  // Its owner does not know what has been shown here: he is told, and then goes
  // on from that.
  if (known.held && row->state() < known.held->state())
    return {.untold = row->symbol()};
  if (known.held)
    note_gone_back(*row, *known.held);
  known.held = row;
  if (!is_wanted(known))
    return {};
  if (auto back = gone_back_.find(row->symbol()); back != gone_back_.end()) {
    if (!back->second) {
      back->second = port_.now();
      add(stats_->rows_gone_back);
    }
    return {.show = marked_down(*row)};
  }
  return {.show = std::move(row)};
}

void distant_rows::hold(const row_ptr& x) {
  if (!x || x->is_vacant())
    return;
  auto& held = all_[x->symbol()].held;
  if (!held || held->is_vacant()) {
    held = x;
    return;
  }
  auto rank = [](const row& y) {
    return std::tuple{y.state(), y.order().epoch, y.version()};
  };
  auto newer = rank(*held) < rank(*x) ? x : held;
  auto other = newer == x ? held : x;
  note_gone_back(*newer, *other);
  held = std::move(newer);
}

void distant_rows::note_gone_back(const row& newer, const row& older) {
  auto knows = knowledge_of(newer, older);
  // Where there is one owner after the other, each knows all those before.
  if (knows != knowledge::none
      && !(port_.may_be_split() && knows == knowledge::unknown))
    return;
  port_.note_dropped(older);
  gone_back_[newer.symbol()].reset();
}

// -- rows that are shown ------------------------------------------------------

row_ptr distant_rows::shown(const symbol_name& which, const row_ptr& held) {
  const auto& at = symbols_.place(which);
  auto way =
    symbols_.is_elsewhere(at) ? port_.way_to(at.placed->owner) : std::nullopt;
  // From before there was this way: a newer one comes over it.
  return way && held->order().link == *way && !gone_back_.contains(which)
           ? held
           : marked_down(*held);
}

row_ptr distant_rows::newest(row_ptr told) const {
  auto here = held(told->symbol());
  return here && here->state() > told->state() ? marked_down(*here) : told;
}

row_batch distant_rows::shown_down(const std::string& whom) {
  row_batch result;
  for (const auto& [symbol, x] : all_) {
    if (!x.held || !is_wanted(x))
      continue;
    const auto& at = symbols_.place(symbol).placed;
    if (!at || symbols_.name_of(at->owner) == whom)
      result.rows.emplace_back(marked_down(*x.held));
  }
  return result;
}

row_batch distant_rows::show_again() {
  auto now = port_.now();
  row_batch result;
  for (auto i = gone_back_.begin(); i != gone_back_.end();) {
    auto current = i++;
    auto& [symbol, since] = *current;
    auto known = all_.find(symbol);
    auto held = known != all_.end() && known->second.held;
    // It is about to be this node's.
    if (held && symbols_.is_mine(symbol))
      continue;
    if (!held || !is_wanted(known->second)) {
      gone_back_.erase(current);
    } else if (!since) {
      since = now;
      add(stats_->rows_gone_back);
      result.rows.emplace_back(marked_down(*known->second.held));
    } else if (now - *since >= mark_time) {
      gone_back_.erase(current);
      auto& x = known->second.held;
      x = unmarked(*x);
      result.rows.emplace_back(shown(known->first, x));
    }
  }
  return result;
}

// -- who looks ----------------------------------------------------------------

distant_rows::beginning distant_rows::watch(const names& which,
                                            const row_sink_actor& who) {
  add_once(sinks_, who);
  beginning result;
  for (const auto& x : which) {
    auto& known = all_[x];
    auto first = known.sinks.empty();
    add_once(known.sinks, who);
    const auto& at = symbols_.place(x);
    auto elsewhere = symbols_.is_elsewhere(at);
    if (at.here || symbols_.is_mine(at))
      result.here.emplace_back(x);
    // Its next owner has to know before it goes there.
    if (first && elsewhere)
      result.elsewhere[at.placed->owner].emplace_back(x);
    // What nobody has asked for since may be old: its owner answers at once.
    auto current = !first || wants_everything() || !elsewhere
                   || !port_.way_to(at.placed->owner);
    known.awaited |= !current;
    if (known.held && !at.here && current)
      result.now.rows.emplace_back(shown(x, known.held));
  }
  return result;
}

std::map<std::size_t, distant_rows::names>
distant_rows::unwatch(const names& which, const row_sink_actor& who) {
  std::map<std::size_t, names> result;
  for (const auto& x : which) {
    auto known = all_.find(x);
    if (known == all_.end())
      continue;
    if (std::erase(known->second.sinks, who) == 0
        || !known->second.sinks.empty())
      continue;
    const auto& at = symbols_.place(x);
    if (symbols_.is_elsewhere(at))
      result[at.placed->owner].emplace_back(x);
    if (!known->second.held || known->second.held->is_vacant())
      all_.erase(known);
  }
  return result;
}

distant_rows::all_beginning distant_rows::watch_all(const row_sink_actor& who) {
  add_once(sinks_, who);
  all_beginning result{.first = everything_.empty()};
  add_once(everything_, who);
  for (const auto& [symbol, x] : all_)
    if (x.held && !symbols_.place(symbol).here)
      result.now.rows.emplace_back(shown(symbol, x.held));
  return result;
}

bool distant_rows::unwatch_all(const row_sink_actor& who) {
  std::erase(everything_, who);
  return everything_.empty();
}

distant_rows::wishes distant_rows::all_wishes(bool view_changed) {
  wishes result;
  for (const auto& who : sinks_)
    result.here.emplace_back(who, names{});
  for (auto& [symbol, x] : all_) {
    if (x.sinks.empty())
      continue;
    const auto& at = symbols_.place(symbol);
    // Its owner before has not answered, and the next one may not know it yet.
    if (view_changed && std::exchange(x.awaited, false) && x.held)
      result.late.rows.emplace_back(marked_down(*x.held));
    if (at.here || symbols_.is_mine(at))
      for (auto& [who, some] : result.here)
        if (std::find(x.sinks.begin(), x.sinks.end(), who) != x.sinks.end())
          some.emplace_back(symbol);
    if (symbols_.is_elsewhere(at))
      result.elsewhere[symbols_.name_of(at.placed->owner)].emplace_back(symbol);
  }
  return result;
}

// -- symbols that come here ---------------------------------------------------

distant_rows::names distant_rows::tidy() {
  names result;
  for (auto i = all_.begin(); i != all_.end();) {
    auto& [symbol, x] = *i;
    if (x.held && x.held->is_vacant())
      x.held.reset();
    if (x.held && symbols_.is_mine(symbol) && !symbols_.is_here(symbol))
      result.emplace_back(symbol);
    i = x.held || !x.sinks.empty() ? std::next(i) : all_.erase(i);
  }
  return result;
}

row_ptr distant_rows::give_away(const symbol_name& which) {
  auto i = all_.find(which);
  auto result = std::exchange(i->second.held, nullptr);
  // Its rows are marked until its market knows better.
  if (gone_back_.erase(which) > 0)
    result = marked_down(*result);
  if (i->second.sinks.empty())
    all_.erase(i);
  return result;
}

std::vector<row_ptr> distant_rows::held_for(const std::string& whom) {
  std::vector<row_ptr> result;
  for (const auto& [symbol, x] : all_)
    if (x.held && symbols_.is_owner(whom, symbol))
      result.emplace_back(x.held);
  return result;
}

} // namespace livegrid
