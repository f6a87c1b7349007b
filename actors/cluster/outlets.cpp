#include "livegrid/actors/cluster/outlets.hpp"

#include <utility>

#include "livegrid/actors/cluster/relay.hpp"
#include "livegrid/actors/runtime/same_way.hpp"
#include "livegrid/actors/runtime/spawn.hpp"

namespace livegrid {

outlets::outlets(ownership& symbols, links& peers)
  : symbols_(symbols), peers_(peers) {
  // nop
}

void outlets::init(grid_actor::pointer self, market_actor market,
                   std::uint64_t node, counters_ptr stats) {
  self_ = self;
  market_ = std::move(market);
  node_ = node;
  stats_ = std::move(stats);
}

const outlet* outlets::find(const peer_actor& peer) const {
  auto i = all_.find(peer.address());
  return i != all_.end() ? &i->second : nullptr;
}

outlet& outlets::outlet_to(const peer_actor& peer) {
  auto [i, fresh] = all_.try_emplace(peer.address());
  if (fresh) {
    i->second.to = peer;
    i->second.relay = spawn_on(self_->system(), nullptr, relay,
                               inlet_actor{peer}, node_, stats_);
  }
  return i->second;
}

void outlets::drop(const peer_actor& peer) {
  auto i = all_.find(peer.address());
  if (i == all_.end())
    return;
  row_sink_actor sink{i->second.relay};
  names which{i->second.watched.begin(), i->second.watched.end()};
  for (auto& x : symbols_.forget_next(peer.address()))
    which.emplace_back(std::move(x));
  self_->send(market_, unwatch_atom_v, sink);
  self_->send(market_, unwatch_atom_v, std::move(which), sink);
  self_->send_exit(i->second.relay, caf::exit_reason::user_shutdown);
  all_.erase(i);
}

void outlets::drop_gone(const caf::actor_addr& who) {
  if (auto i = all_.find(who); i != all_.end() && same_way(i->second.to, who))
    drop(peer_actor{i->second.to});
}

void outlets::end_all() {
  for (const auto& [peer, x] : all_)
    self_->send_exit(x.relay, caf::exit_reason::user_shutdown);
}

// -- wishes -------------------------------------------------------------------

void outlets::watch(const peer_actor& peer, const names& which) {
  auto& to = outlet_to(peer);
  for (const auto& x : which)
    if (to.watched.insert(x).second)
      to.wishes.add(x);
  self_->send(market_, watch_atom_v, which, row_sink_actor{to.relay});
}

void outlets::unwatch(const peer_actor& peer, const names& which) {
  auto i = all_.find(peer.address());
  if (i == all_.end())
    return;
  names done;
  for (const auto& x : which) {
    if (i->second.watched.erase(x) > 0)
      i->second.wishes.remove(x);
    auto* known = symbols_.find_here(x);
    if (known == nullptr || known->next != peer.address())
      done.emplace_back(x);
  }
  if (!done.empty())
    self_->send(market_, unwatch_atom_v, std::move(done),
                row_sink_actor{i->second.relay});
}

void outlets::watch_all(const peer_actor& peer, bool on) {
  auto& to = outlet_to(peer);
  to.everything = on;
  row_sink_actor sink{to.relay};
  if (on)
    self_->send(market_, watch_atom_v, sink);
  else
    self_->send(market_, unwatch_atom_v, sink);
}

void outlets::restate(const peer_actor& peer, const wish_part& x) {
  auto& to = outlet_to(peer);
  if (x.first)
    to.restated.emplace();
  // The first part is from before the way was lost.
  if (!to.restated)
    return;
  to.restated->insert(x.names.begin(), x.names.end());
  if (!x.names.empty())
    watch(peer, x.names);
  if (!x.last)
    return;
  names gone;
  for (const auto& y : to.watched)
    if (!to.restated->contains(y))
      gone.emplace_back(y);
  to.restated.reset();
  if (!gone.empty())
    unwatch(peer, gone);
  if (x.everything || to.everything)
    watch_all(peer, x.everything);
}

// -- standing by --------------------------------------------------------------

void outlets::stand_by(const names& which) {
  by_next more;
  by_next less;
  for (const auto& x : which) {
    auto* known = symbols_.find_here(x);
    if (known == nullptr)
      continue;
    caf::actor_addr next;
    if (const auto& at = symbols_.place(x);
        symbols_.is_mine(at) && at.placed->next)
      if (const auto* to = peers_.find(symbols_.name_of(*at.placed->next));
          to != nullptr && to->up())
        next = to->peer.address();
    auto before = std::exchange(known->next, next);
    if (next == before)
      continue;
    if (auto old = all_.find(before);
        old != all_.end() && !old->second.watched.contains(x))
      less[before].emplace_back(x);
    if (next)
      more[next].emplace_back(x);
  }
  unwatch_at_market(std::move(less));
  for (auto& [who, xs] : more) {
    auto& to = outlet_to(caf::actor_cast<peer_actor>(who));
    self_->send(market_, watch_atom_v, std::move(xs), row_sink_actor{to.relay});
  }
}

void outlets::stop_standing_by(const std::vector<ownership::forgotten>& which) {
  by_next less;
  for (const auto& [symbol, next] : which)
    if (auto to = all_.find(next);
        to != all_.end() && !to->second.watched.contains(symbol))
      less[next].emplace_back(symbol);
  unwatch_at_market(std::move(less));
}

void outlets::unwatch_at_market(by_next which) {
  for (auto& [who, xs] : which)
    self_->send(market_, unwatch_atom_v, std::move(xs),
                row_sink_actor{all_.at(who).relay});
}

} // namespace livegrid
