#include "livegrid/actors/market/market_feeds.hpp"

#include <memory>
#include <utility>

namespace livegrid {

namespace {

caf::error no_feed(const std::string& name) {
  return make_error(errc::invalid, "no feed '" + name + "'; try feeds");
}

/// Tells the symbols of a feed whether it is alive.
void tell_symbols(market_state& market, feed_slot& which,
                  market_state::time_point now) {
  feed_table::tidy(which);
  for (auto* x : which.second.fed) {
    if (!which.second.alive()) {
      market.set_fresh(x->second, freshness::down);
    } else if (x->second.fresh == freshness::down) {
      auto silent = x->second.beat.quiet_at() <= now;
      market.set_fresh(x->second, silent ? freshness::quiet : freshness::live);
      if (!silent && !x->second.watched)
        market.watch_silence(*x);
    }
  }
}

} // namespace

void set_feed_up(market_state& market, const feed_id& which, bool up,
                 const std::string& peer) {
  auto now = market.self->clock().now();
  tell_symbols(market, market.feeds.set_up(which, up, peer, now), now);
  market.feeds.settle(which, now);
}

void lose_feed(market_state& market, const feed_id& which) {
  auto now = market.self->clock().now();
  market.feeds.find_or_make(which, now).second.lost = true;
  set_feed_up(market, which, false, {});
}

void join_feed(market_state& market, const feed_id& which,
               const feed_actor& who) {
  auto now = market.self->clock().now();
  auto& x = market.feeds.find_or_make(which, now);
  x.second.owner = who;
  market.self->monitor(who);
  market.feeds.recount(x, now);
}

void note_feed_down(market_state& market, const caf::down_msg& x) {
  for (const auto& [id, feed] : market.feeds.all())
    if (feed.owner && feed.owner->address() == x.source) {
      auto told = !feed.up || x.reason == caf::exit_reason::user_shutdown;
      return told ? set_feed_up(market, feed_id{id}, false, {})
                  : lose_feed(market, feed_id{id});
    }
}

caf::result<std::uint64_t> pause_feed(market_state& market,
                                      const std::string& which, bool on) {
  auto* found = market.feeds.find(which);
  if (found == nullptr)
    return no_feed(which);
  auto& [id, x] = *found;
  // Only a publisher may come back.
  if (on && !x.up && id.kind != source::socket)
    return make_error(errc::invalid,
                      which + " has ended: there is nothing to pause");
  if (x.paused == on)
    return make_error(errc::invalid,
                      which + (on ? " is paused already" : " is not paused"));
  x.paused = on;
  if (x.owner)
    market.self->send(x.owner, pause_atom_v, on);
  auto now = market.self->clock().now();
  tell_symbols(market, *found, now);
  market.feeds.recount(*found, now);
  return x.symbols;
}

caf::result<std::vector<symbol_name>> symbols_of(market_state& market,
                                                 const std::string& which) {
  auto* found = market.feeds.find(which);
  if (found == nullptr)
    return no_feed(which);
  feed_table::tidy(*found);
  std::vector<symbol_name> result;
  result.reserve(found->second.fed.size());
  for (const auto* x : found->second.fed)
    result.emplace_back(x->first);
  return result;
}

void note_refusal(market_state& market, const feed_id& from,
                  const std::string& symbol, const std::string& why,
                  std::uint64_t n, std::uint64_t at_fault) {
  auto& x = market.feeds.find_or_make(from, market.self->clock().now()).second;
  x.refused += n;
  x.last_refusal = why;
  auto which = symbol_name::parse(symbol);
  auto known = which ? market.symbols.find(*which) : market.symbols.end();
  if (known == market.symbols.end())
    return;
  auto& refused = known->second.refused;
  if (!refused)
    refused = std::make_unique<symbol_refusals>();
  refused->ticks += at_fault;
  refused->last = why;
}

} // namespace livegrid
