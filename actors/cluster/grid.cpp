#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/view_change.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

template <class Members>
auto find_instance(Members& in, const std::string& instance) {
  return std::find_if(in.begin(), in.end(),
                      [&](const member& x) { return x.instance == instance; });
}

} // namespace

void grid_state::init(grid_actor::pointer ptr, grid_config how) {
  self = ptr;
  config = std::move(how);
  node_id = links::node_of(config.self.instance);
  symbols.init(node_id, [this] { return rows.all().size(); });
  rows.init(config.stats);
  outgoing.init(self, config.market, node_id, config.stats);
  under_way.init(node_id, config.self.name);
  asker.init(self, config.market);
  may_own = asked_to_own = config.self.owns_symbols;
  config.stats->clustered = 1;
  self->set_down_handler(
    [this](const caf::down_msg& x) { note_gone(x.source); });
  // Another node may answer with an error what was no question. By default,
  // an actor ends for that.
  self->set_error_handler([this](caf::error& x) {
    config.log->warning("peer_answers_with_error",
                        {{"why", to_refusal(x).message}});
  });
  self->set_exit_handler([this](const caf::exit_msg& x) {
    outgoing.end_all();
    self->quit(x.reason);
  });
}

// -- time ---------------------------------------------------------------------

grid_state::time_point grid_state::now() const {
  return self->clock().now();
}

void grid_state::check_at(time_point when) {
  if (next_check && *next_check <= when)
    return;
  next_check = when;
  self->delayed_send(self, std::max(when - now(), time_point::duration::zero()),
                     check_atom_v);
}

void grid_state::check() {
  auto at = now();
  // An earlier check was asked for after this one: it looks after the rest.
  if (!next_check || at < *next_check)
    return;
  next_check.reset();
  std::vector<std::string> to_dial;
  for (const auto& [whom, x] : peers.all())
    if (x.dial_at) {
      if (*x.dial_at <= at)
        to_dial.emplace_back(whom);
      else
        check_at(*x.dial_at);
    }
  for (const auto& whom : to_dial) {
    peers.at(whom).dial_at.reset();
    dial(whom);
  }
  if (!share.open().empty())
    check_claims();
  under_way.finish_late(at);
  under_way.pump();
  if (symbols.is_member())
    beat();
}

// -- who is there -------------------------------------------------------------

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

// -- messages -----------------------------------------------------------------

grid_actor::behavior_type grid(grid_actor::stateful_pointer<grid_state> self,
                               grid_config config) {
  self->state.init(self, std::move(config));
  auto* x = &self->state;
  return {
    // From the grids of other nodes.
    [self, x](join_atom, std::string& cluster,
              member& who) -> caf::result<member> {
      if (!x->roll)
        return make_error(errc::invalid,
                          "this node finds its cluster through etcd");
      return self->delegate(x->roll, join_atom_v, std::move(cluster),
                            std::move(who));
    },
    [x](relay_atom, std::uint64_t node, row_batch& rows) {
      return x->receive_rows(node, rows);
    },
    [x](hello_atom, const std::string& cluster, const member& who) {
      return x->greet(cluster, who);
    },
    [self, x](leave_atom) {
      if (const auto& who = self->current_sender())
        x->note_gone(who->address());
    },
    [x](publish_atom, std::uint64_t epoch, tick_batch& batch) {
      return x->take_published(epoch, batch);
    },
    [x](prepare_atom, std::uint64_t epoch, tick_batch& batch) {
      return x->prepare_here(epoch, batch);
    },
    [x](commit_atom, const batch_id& id) { return x->commit_here(id); },
    [x](commit_atom, std::uint64_t epoch, tick_batch& batch) {
      return x->take_committed(epoch, batch);
    },
    [x](abort_atom, const batch_id& id) { x->abort_here(id); },
    [x](watch_atom, const std::vector<symbol_name>& names) {
      if (auto peer = x->sender())
        x->outgoing.watch(peer, names);
    },
    [x](unwatch_atom, const std::vector<symbol_name>& names) {
      if (auto peer = x->sender())
        x->outgoing.unwatch(peer, names);
    },
    [x](watch_atom) {
      if (auto peer = x->sender())
        x->outgoing.watch_all(peer, true);
    },
    [x](unwatch_atom) {
      if (auto peer = x->sender())
        x->outgoing.watch_all(peer, false);
    },
    [x](const wish_part& some) {
      if (auto peer = x->sender())
        x->outgoing.restate(peer, some);
    },
    [x](beat_atom, const peer_word& word) { return x->answer_word(word); },
    [x](audit_atom, const std::vector<symbol_name>& names) {
      return x->answer_audit(names);
    },
    [x](merge_atom, const row_batch& had) { return x->learn_from_peer(had); },
    [x](claim_atom, std::uint64_t epoch, const std::string& to) {
      return x->hand_over(epoch, to);
    },
    [x](gone_atom, const feed_id& which) { x->lose_feed(which); },
    [x](feed_atom, const feed_id& which, bool up, const std::string& peer) {
      x->tell_feed(which, up, peer);
    },
    [x](row_atom, const std::vector<symbol_name>& names) {
      return x->fetch_for_peer(names);
    },
    [x](list_atom, std::uint64_t limit) {
      return x->symbols.names_born(limit);
    },
    [x](count_atom) { return x->symbols.version(); },
    // From this node's fan-outs.
    [x](watch_atom, const std::vector<symbol_name>& names,
        const row_sink_actor& who) { x->watch(names, who); },
    [x](unwatch_atom, const std::vector<symbol_name>& names,
        const row_sink_actor& who) { x->unwatch(names, who); },
    [x](watch_atom, const row_sink_actor& who) { x->watch_all(who); },
    [x](unwatch_atom, const row_sink_actor& who) { x->unwatch_all(who); },
    // From its sources of ticks.
    [x](publish_atom, tick_batch& batch) { return x->publish(batch); },
    [self, x](refuse_atom, const feed_id& from, const std::string& symbol,
              const std::string& why, std::uint64_t n) {
      self->send(x->config.market, refuse_atom_v,
                 feed_id{from.kind, x->own_feed(from.number)}, symbol, why, n);
    },
    // Who is there.
    [x](const cluster_view& view) { x->enter_view(view); },
    [x](lost_atom) { x->lose_view(); },
    [x](link_atom, const std::string& instance, const peer_actor& peer) {
      x->end_dialing(instance, peer);
    },
    [x](link_atom, const std::string& instance, const std::string& why) {
      x->end_dialing(instance, why);
    },
    [x](join_atom, const feed_actor& who) { x->sources.emplace_back(who); },
    [x](check_atom) { x->check(); },
    [self, x](drain_atom) {
      auto to = self->make_response_promise<bool>();
      x->draining.emplace_back(to);
      x->tell_if_done();
      return to;
    },
    // Questions.
    [x](fetch_atom, const std::vector<symbol_name>& names) {
      return x->asker.fetch(names, false);
    },
    [x](fetch_atom, std::uint64_t limit) {
      return x->asker.fetch_names(limit);
    },
    [x](fetch_atom) { return x->asker.fetch_version(); },
    // For the operator.
    [self, x](ask_atom, std::string& line) -> caf::result<console_answer> {
      if (!x->operators)
        return make_error(errc::unavailable, "this node has no console");
      return self->delegate(x->operators, ask_atom_v, std::move(line));
    },
    [x](unpin_atom, const std::vector<symbol_name>& names) { x->unpin(names); },
    [x](join_atom, const console_actor& who) { x->operators = who; },
    [x](join_atom, const rollcall_actor& who) { x->roll = who; },
    [x](ask_atom, const std::string& whom, const std::string& line) {
      return x->ask_console(whom, line);
    },
    [x](list_atom) { return x->list_members(); },
    [x](where_atom, const symbol_name& which) { return x->find(which); },
    [x](pin_atom, const symbol_name& which) { return x->pin(which); },
    [x](pin_atom, bool on) { return x->set_owning(on); },
    [self](load_atom) { return load_of(self); },
    [x](status_atom) { return x->status(); },
  };
}

} // namespace livegrid
