#include "livegrid/actors/market/market_interest.hpp"

#include <algorithm>
#include <utility>

namespace livegrid {

namespace {

bool contains(const std::vector<row_sink_actor>& xs, const row_sink_actor& x) {
  return std::find(xs.begin(), xs.end(), x) != xs.end();
}

} // namespace

void watch(market_state& market, const std::vector<symbol_name>& names,
           const row_sink_actor& who) {
  row_batch vacant;
  for (const auto& x : names) {
    auto i = market.symbols.find(x);
    auto& followers =
      i != market.symbols.end() ? i->second.followers : market.interest[x];
    if (!contains(followers, who))
      followers.emplace_back(who);
    if (i != market.symbols.end()) {
      market.self->send(i->second.owner, follow_atom_v, who);
      continue;
    }
    vacant.rows.emplace_back(row::vacant(x));
  }
  if (!vacant.rows.empty())
    market.self->send(who, std::move(vacant));
}

void unwatch(market_state& market, const std::vector<symbol_name>& names,
             const row_sink_actor& who) {
  for (const auto& x : names) {
    if (auto i = market.symbols.find(x); i != market.symbols.end()) {
      std::erase(i->second.followers, who);
      if (!contains(market.everything, who))
        market.self->send(i->second.owner, unfollow_atom_v, who);
    }
    if (auto i = market.interest.find(x); i != market.interest.end()) {
      std::erase(i->second, who);
      if (i->second.empty())
        market.interest.erase(i);
    }
  }
}

void watch_all(market_state& market, const row_sink_actor& who) {
  if (contains(market.everything, who))
    return;
  market.everything.emplace_back(who);
  for (auto* x : market.by_age)
    market.self->send(x->second.owner, follow_atom_v, who);
}

void unwatch_all(market_state& market, const row_sink_actor& who) {
  if (std::erase(market.everything, who) == 0)
    return;
  for (auto* x : market.by_age)
    if (!contains(x->second.followers, who))
      market.self->send(x->second.owner, unfollow_atom_v, who);
}

} // namespace livegrid
