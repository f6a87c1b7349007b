#include "livegrid/actors/market/market_days.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "livegrid/actors/base/time_of_day.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/market/market.hpp"

namespace livegrid {

namespace {

using namespace std::chrono;

/// Fewer symbols than these may have a wrong clock.
constexpr std::uint64_t least_evidence = 3;

/// One of so many symbols must have rolled.
constexpr std::uint64_t evidence_of = 100;

std::uint64_t evidence_needed(const venue_days& x) noexcept {
  return std::max(least_evidence, (x.symbols + evidence_of - 1) / evidence_of);
}

/// The latest date that enough symbols have reached and not all were told of.
std::optional<std::int32_t> evident(const venue_days& x) {
  std::uint64_t rolled = 0;
  for (auto i = x.rolled.rbegin(); i != x.rolled.rend() && i->first > x.told;
       ++i) {
    rolled += i->second;
    if (rolled >= evidence_needed(x))
      return i->first;
  }
  return std::nullopt;
}

sys_days day_of(std::int32_t x) {
  return sys_days{days{x}};
}

std::int32_t number_of(sys_days x) {
  return static_cast<std::int32_t>(x.time_since_epoch().count());
}

std::string text_of(sys_days x) {
  std::array<char, date_size> buf;
  return {buf.data(), write_date(buf.data(), x)};
}

std::string text_of(timestamp x) {
  return date_and_time(x.time_since_epoch().count());
}

} // namespace

market_days::market_days(venue_table_ptr venues) : venues_(std::move(venues)) {
  if (!venues_)
    venues_ = std::make_shared<const venue_table>();
  for (const auto& x : venues_->venues())
    days_[x.get()].where = x;
}

const venue_ptr& market_days::place(symbol_slot& x, const row_ptr& last) {
  move(x.second, &days_.at(venues_->of(x.first.str()).get()));
  if (auto i = last ? last->find_extra("venue") : -1; i >= 0)
    name_venue(x, last->extra_text(static_cast<std::size_t>(i)));
  return x.second.days->where;
}

venue_ptr market_days::name_venue(symbol_slot& x, std::string_view json) {
  auto& entry = x.second;
  // A name that is written with an escape is that of no venue.
  auto is_text = json.size() >= 2 && json.front() == '"';
  auto name = is_text ? json.substr(1, json.size() - 2) : std::string_view{};
  if (entry.days->where->name() == name)
    return nullptr;
  auto where = venues_->find(name);
  if (!where)
    where = venues_->of(x.first.str());
  if (where == entry.days->where)
    return nullptr;
  move(entry, &days_.at(where.get()));
  return where;
}

void market_days::move(symbol_entry& x, venue_days* to) {
  if (x.days) {
    --x.days->symbols;
    if (x.rolled_to != no_date)
      if (auto i = x.days->rolled.find(x.rolled_to);
          i != x.days->rolled.end() && --i->second == 0)
        x.days->rolled.erase(i);
    x.rolled_to = no_date;
  }
  x.days = to;
  if (to)
    ++to->symbols;
}

void market_days::note_roll(symbol_entry& x, std::int32_t date) {
  auto* at = x.days;
  move(x, at);
  x.rolled_to = date;
  ++at->rolled[date];
}

void market_days::forget(const symbol_slots& gone) {
  // They go, whatever is noted in them.
  for (const auto* x : gone)
    move(const_cast<symbol_slot*>(x)->second, nullptr);
}

bool market_days::pending() const {
  return std::any_of(days_.begin(), days_.end(), [](const auto& x) {
    return evident(x.second).has_value();
  });
}

std::vector<std::pair<const venue_days*, std::int32_t>>
market_days::take_due(timestamp now) {
  std::vector<std::pair<const venue_days*, std::int32_t>> result;
  for (const auto& where : venues_->venues()) {
    auto& x = days_.at(where.get());
    auto date = evident(x);
    if (!date)
      continue;
    auto begin = where->regular_begin(day_of(*date));
    if (!begin || *begin > now)
      continue;
    x.told = *date;
    result.emplace_back(&x, *date);
  }
  return result;
}

const venue_days* market_days::find(std::string_view name) const {
  auto where = venues_->find(name);
  return where ? &days_.at(where.get()) : nullptr;
}

void roll_due(market_state& market) {
  for (auto [at, date] : market.days.take_due(market.wall_clock()))
    for (auto* x : market.by_age)
      if (x->second.days == at)
        // Whose source is at work, and says an earlier date, is left alone.
        market.self->send(x->second.owner, roll_atom_v, date,
                          x->second.fresh != freshness::live);
}

caf::result<std::uint64_t> roll(market_state& market, const std::string& which,
                                std::int32_t date) {
  std::vector<symbol_slot*> told;
  const auto* all = market.days.find(which);
  if (all) {
    for (auto* x : market.by_age)
      if (x->second.days == all)
        told.push_back(x);
  } else {
    auto name = symbol_name::parse(which);
    auto i = name ? market.symbols.find(*name) : market.symbols.end();
    if (i == market.symbols.end())
      return make_error(errc::invalid, "there is no venue " + which
                                         + ", and this node owns no such "
                                           "symbol; 'where' says who does");
    told.push_back(&*i);
    all = i->second.days;
  }
  const auto& where = *all->where;
  auto now = market.wall_clock();
  auto last = number_of(where.day_of(where.next_roll(now)).date);
  if (date == no_date)
    date = number_of(where.day_of(now).date);
  else if (date > last)
    return make_error(errc::invalid, "the next trade date of " + where.name()
                                       + " is " + text_of(day_of(last))
                                       + ", and none after it can be");
  for (auto* x : told)
    market.self->send(x->second.owner, roll_atom_v, date, true);
  return told.size();
}

listing sessions_of(const market_state& market) {
  listing result;
  result.columns = {"venue",      "zone",      "session", "symbols",
                    "trade date", "next roll", "rolled",  "told"};
  auto now = market.wall_clock();
  for (const auto& where : market.days.venues().venues()) {
    const auto& x = *market.days.find(where->name());
    auto part = where->part_of(now);
    auto today = x.rolled.find(number_of(part.date));
    result.rows.push_back(
      {where->name(), where->definition().tz, part.regular ? "open" : "closed",
       std::to_string(x.symbols), text_of(part.date),
       text_of(where->next_roll(now)),
       std::to_string(today != x.rolled.end() ? today->second : 0),
       x.told == no_date ? "-" : text_of(day_of(x.told))});
  }
  result.total = result.rows.size();
  return result;
}

} // namespace livegrid
