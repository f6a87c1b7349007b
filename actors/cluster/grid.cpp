#include "livegrid/actors/cluster/grid.hpp"

#include <algorithm>
#include <charconv>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/stats/counters.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// See `batch_id::node`: a part of the instance that is long enough to be
/// nobody else's.
std::uint64_t node_of(const std::string& instance) {
  constexpr std::size_t digits = 16;
  std::uint64_t result = 0;
  std::from_chars(instance.data(),
                  instance.data() + std::min(digits, instance.size()), result,
                  16);
  return std::max<std::uint64_t>(result, 1);
}

} // namespace

void grid_state::init(grid_actor::pointer ptr, grid_config how) {
  self = ptr;
  config = std::move(how);
  node_id = node_of(config.self.instance);
  symbols.init(node_id, [this] { return distant.size(); });
  under_way.init(node_id, config.self.name);
  may_own = asked_to_own = config.self.owns_symbols;
  config.stats->clustered = 1;
  self->set_down_handler(
    [this](const caf::down_msg& x) { take_down(x.source); });
  // A node that answers what was no question is no reason to end.
  self->set_error_handler([this](caf::error& x) {
    config.log->warning("peer_answers_with_error",
                        {{"why", to_refusal(x).message}});
  });
  // A node that has heard of an actor here keeps it alive: relays have to be
  // ended.
  self->set_exit_handler([this](const caf::exit_msg& x) {
    for (const auto& [peer, to] : outlets)
      self->send_exit(to.relay, caf::exit_reason::user_shutdown);
    self->quit(x.reason);
  });
}

void grid_state::note_unknown(const cluster_view& next) {
  auto owner = [](const symbol_name& symbol, const cluster_view& in) {
    auto at = livegrid::place_of(symbol, in);
    return at ? in.members[at->owner].instance : std::string{};
  };
  for (const auto& [symbol, x] : distant)
    if (x.held && !x.held->is_vacant()
        && owner(symbol, symbols.view()) != owner(symbol, next))
      unknown_to_owner.try_emplace(symbol, false);
}

void grid_state::take_view(cluster_view x) {
  if (symbols.is_member() && x.epoch <= symbols.view().epoch)
    return;
  auto own =
    std::find_if(x.members.begin(), x.members.end(), [this](const member& y) {
      return y.instance == config.self.instance;
    });
  if (own == x.members.end()) {
    config.log->warning("cluster_view_without_self", {{"epoch", x.epoch}});
    return;
  }
  std::map<std::string, std::uint64_t> since;
  for (const auto& y : symbols.view().members)
    since[y.instance] = y.since;
  auto was_out = [&](const member& y) {
    auto before = since.find(y.instance);
    return before == since.end() || before->second != y.since;
  };
  // Others may have owned its share in a view that it has not seen.
  auto was_owner = symbols.is_member() && settled && config.self.owns_symbols
                   && !was_out(*own);
  config.self.owns_symbols = own->owns_symbols;
  config.self.pinned = own->pinned;
  auto pins = [](const cluster_view& of) {
    std::map<std::string, std::vector<symbol_name>> result;
    for (const auto& y : of.members)
      if (!y.pinned.empty())
        result[y.instance] = y.pinned;
    return result;
  };
  auto moved = pins(symbols.view()) != pins(x);
  if (!symbols.is_member())
    note_unknown(x);
  auto own_index = static_cast<std::size_t>(own - x.members.begin());
  symbols.enter(std::move(x), own_index);
  config.stats->is_member = 1;
  config.stats->members = symbols.view().members.size();
  config.stats->cluster_epoch = symbols.view().epoch;
  // It owns nothing more by this view before it has what others have.
  settled = false;
  auto owner_gone = false;
  for (auto i = links.begin(); i != links.end();) {
    auto now = std::find_if(
      symbols.view().members.begin(), symbols.view().members.end(),
      [&](const member& y) { return y.instance == i->second.instance; });
    auto whom = i->first;
    if (now != symbols.view().members.end()) {
      auto& y = i->second;
      owner_gone |= y.owns_symbols && !now->owns_symbols;
      y.may_hold = now->owns_symbols || y.owns_symbols
                   || (y.may_hold && claims.contains(whom));
      y.owns_symbols = now->owns_symbols;
      ++i;
      continue;
    }
    owner_gone |= i->second.owns_symbols;
    auto peer = i->second.peer;
    set_down(whom);
    if (peer)
      drop_outlet(peer);
    doubtful.erase(whom);
    estates.erase(whom);
    i = links.erase(i);
  }
  for (const auto& y : symbols.view().members) {
    if (y.instance == config.self.instance)
      continue;
    auto [i, fresh] = links.try_emplace(y.name);
    // Without etcd it may come from another part of the cluster, which was
    // split: both of them have owned what is this node's by the new view.
    if (roll && (fresh || was_out(y)))
      doubtful.insert(y.name);
    if (!fresh)
      continue;
    i->second.instance = y.instance;
    i->second.node = node_of(y.instance);
    i->second.owns_symbols = y.owns_symbols;
    i->second.may_hold = y.owns_symbols;
    if (auto known = strangers.find(y.instance); known != strangers.end()) {
      auto there = std::move(known->second);
      strangers.erase(known);
      i->second.feeds = std::move(there.feeds);
      set_up(y.instance, there.peer);
    } else {
      dial_soon(y.name, std::chrono::milliseconds{0});
    }
  }
  config.log->info("cluster_view",
                   {{"epoch", symbols.view().epoch},
                    {"members", symbols.view().members.size()}});
  under_way.hold_under_way();
  if (!config.self.owns_symbols) {
    settled = true;
    claims.clear();
    doubtful.clear();
  } else if (auto all = !was_owner || owner_gone || moved;
             all || !doubtful.empty()) {
    start_claims(all);
  } else {
    settled = true;
  }
  missing.clear();
  drop_old_estates();
  for (auto& [symbol, told] : unknown_to_owner)
    told = false;
  restate_wishes();
  for (const auto& [whom, y] : links)
    offer(whom);
  stand_by(symbols.names_here());
  while (!early_claims.empty()
         && early_claims.begin()->first <= symbols.view().epoch) {
    auto asked = std::move(early_claims.begin()->second);
    auto epoch = early_claims.begin()->first;
    early_claims.erase(early_claims.begin());
    for (auto& [who, to] : asked)
      answer_claim(epoch, who, std::move(to));
  }
  under_way.pump();
  tell_if_done();
  beat();
}

void grid_state::lose() {
  if (!symbols.is_member())
    return;
  config.log->warning("cluster_lost", {{"epoch", symbols.view().epoch}});
  std::vector<std::string> names;
  for (const auto& [member, x] : links)
    names.emplace_back(member);
  for (const auto& x : names) {
    auto peer = links[x].peer;
    set_down(x);
    if (peer) {
      self->send(peer, leave_atom_v);
      drop_outlet(peer);
    }
  }
  links.clear();
  under_way.recall(config.self.name);
  give_up();
  symbols.leave();
  config.stats->is_member = 0;
  settled = false;
  claims.clear();
  doubtful.clear();
  estates.clear();
  missing.clear();
  next_beat.reset();
  count_disagreement();
}

// -- time ---------------------------------------------------------------------

grid_state::time_point grid_state::now() const {
  return self->clock().now();
}

void grid_state::check_at(time_point when) {
  if (next_check && *next_check <= when)
    return;
  next_check = when;
  self->delayed_send(
    self, std::max(when - self->clock().now(), time_point::duration::zero()),
    check_atom_v);
}

void grid_state::check() {
  auto now = self->clock().now();
  // An earlier check was asked for after this one: it looks after the rest.
  if (!next_check || now < *next_check)
    return;
  next_check.reset();
  std::vector<std::string> to_dial;
  for (auto& [whom, x] : links)
    if (x.dial_at) {
      if (*x.dial_at <= now)
        to_dial.emplace_back(whom);
      else
        check_at(*x.dial_at);
    }
  for (const auto& whom : to_dial) {
    links.at(whom).dial_at.reset();
    dial(whom);
  }
  if (!claims.empty())
    check_claims();
  under_way.finish_late(now);
  under_way.pump();
  if (symbols.is_member())
    beat();
}

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
      return x->take_rows(node, rows);
    },
    [x](hello_atom, const std::string& cluster, const member& who) {
      return x->greet(cluster, who);
    },
    [self, x](leave_atom) {
      if (const auto& who = self->current_sender())
        x->take_down(who->address());
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
      x->watch_for_peer(names);
    },
    [x](unwatch_atom, const std::vector<symbol_name>& names) {
      x->unwatch_for_peer(names);
    },
    [x](watch_atom) { x->watch_all_for_peer(true); },
    [x](unwatch_atom) { x->watch_all_for_peer(false); },
    [x](wish_part& some) { x->take_wishes(some); },
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
    [x](row_atom,
        const std::vector<symbol_name>& names) -> caf::result<row_batch> {
      if (!x->symbols.is_member() || !x->config.valid())
        return make_error(errc::moved, "this node is no member now");
      return x->fetch(names, true);
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
    [x](const cluster_view& view) { x->take_view(view); },
    [x](lost_atom) { x->lose(); },
    [x](link_atom, const std::string& instance, const peer_actor& peer) {
      x->dialed(instance, peer);
    },
    [x](link_atom, const std::string& instance, const std::string& why) {
      x->dialed(instance, why);
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
      return x->fetch(names, false);
    },
    [x](fetch_atom, std::uint64_t limit) { return x->fetch_names(limit); },
    [x](fetch_atom) { return x->fetch_version(); },
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
