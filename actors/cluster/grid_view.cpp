// What a node does when others have come or gone.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/cluster/view_change.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

template <class Members>
auto find_instance(Members& in, const std::string& instance) {
  return std::find_if(in.begin(), in.end(),
                      [&](const member& x) { return x.instance == instance; });
}

} // namespace

void grid_state::enter_view(cluster_view x) {
  if (symbols.is_member() && x.epoch <= symbols.view().epoch)
    return;
  auto own = find_instance(x.members, config.self.instance);
  if (own == x.members.end()) {
    config.log->warning("cluster_view_without_self", {{"epoch", x.epoch}});
    return;
  }
  auto change = change_of(symbols.view(), x);
  // By views that this node has not seen, others may have owned its share.
  auto was_owner = symbols.is_member() && share.settled()
                   && config.self.owns_symbols
                   && !change.newcomers.contains(own->instance);
  config.self.owns_symbols = own->owns_symbols;
  config.self.pinned = own->pinned;
  if (!symbols.is_member())
    untold.note_moved(x);
  auto own_index = static_cast<std::size_t>(own - x.members.begin());
  symbols.enter(std::move(x), own_index);
  config.stats->is_member = 1;
  config.stats->members = symbols.view().members.size();
  config.stats->cluster_epoch = symbols.view().epoch;
  // This node owns nothing more than before until it has what others have.
  share.settle(false);
  auto owner_gone = update_links();
  add_links(change);
  config.log->info("cluster_view",
                   {{"epoch", symbols.view().epoch},
                    {"members", symbols.view().members.size()}});
  under_way.hold_under_way();
  claim_share(!was_owner || owner_gone || change.pins_moved);
  missing.clear();
  drop_old_estates();
  untold.offer_all_anew();
  restate_wishes();
  for (const auto& whom : peers.names())
    offer(whom);
  outgoing.stand_by(symbols.names_here());
  answer_kept_claims();
  under_way.pump();
  tell_if_done();
  beat();
}

bool grid_state::update_links() {
  auto owner_gone = false;
  for (const auto& whom : peers.names()) {
    auto& x = peers.at(whom);
    const auto& members = symbols.view().members;
    if (auto now = find_instance(members, x.instance); now != members.end()) {
      owner_gone |= x.owns_symbols && !now->owns_symbols;
      x.may_hold = now->owns_symbols || x.owns_symbols
                   || (x.may_hold && share.is_open(whom));
      x.owns_symbols = now->owns_symbols;
      continue;
    }
    owner_gone |= x.owns_symbols;
    auto peer = x.peer;
    lower_link(whom);
    if (peer)
      outgoing.drop(peer);
    share.clear_doubt(whom);
    heritage.forget(whom);
    peers.remove(whom);
  }
  return owner_gone;
}

void grid_state::add_links(const view_change& change) {
  for (const auto& y : symbols.view().members) {
    if (y.instance == config.self.instance)
      continue;
    auto [x, fresh] = peers.add(y);
    // Without etcd a member that is new may come from another part of a cluster
    // that was split: both parts have owned what is this node's by now.
    if (roll && (fresh || change.newcomers.contains(y.instance)))
      share.doubt(y.name);
    if (!fresh)
      continue;
    if (auto known = peers.strangers().extract(y.instance)) {
      x.feeds = std::move(known.mapped().feeds);
      raise_link(y.instance, known.mapped().peer);
    } else {
      dial_soon(y.name, std::chrono::milliseconds{0});
    }
  }
}

void grid_state::claim_share(bool from_all) {
  if (!config.self.owns_symbols) {
    share.settle(true);
    share.clear();
  } else if (from_all || share.anybody_in_doubt()) {
    start_claims(from_all);
  } else {
    share.settle(true);
  }
}

void grid_state::lose_view() {
  if (!symbols.is_member())
    return;
  config.log->warning("cluster_lost", {{"epoch", symbols.view().epoch}});
  for (const auto& whom : peers.names()) {
    auto peer = peers.at(whom).peer;
    lower_link(whom);
    if (peer) {
      self->send(peer, leave_atom_v);
      outgoing.drop(peer);
    }
  }
  peers.remove_all();
  under_way.recall(config.self.name);
  give_up_all();
  symbols.leave();
  config.stats->is_member = 0;
  share.settle(false);
  share.clear();
  heritage.forget_all();
  missing.clear();
  next_beat.reset();
  count_disagreement();
}

} // namespace livegrid
