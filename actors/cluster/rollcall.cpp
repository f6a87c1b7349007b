#include "livegrid/actors/cluster/rollcall.hpp"

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/runtime/same_way.hpp"

namespace livegrid {

namespace {

/// So long a roll-call waits between two looks at who is there.
constexpr std::chrono::milliseconds check_every{500};

/// A node that has done nothing for so long, by a clock that never stops, must
/// take itself for dead: the others do.
constexpr std::chrono::milliseconds patience{1800};

/// A node that has just started waits so long for others to dial it; then it
/// takes itself for alone.
constexpr std::chrono::milliseconds grace{1500};

/// A node that was suspended looks so long for the others, who have gone on
/// without it: if it took itself for alone, its old state would be the newest.
/// Connections that were lost meanwhile may take some seconds to be made again.
constexpr std::chrono::milliseconds return_grace{5000};

/// A node that was found and does not say who it is in this time is dialed
/// again.
constexpr std::chrono::seconds join_timeout{3};

/// A peer that says nothing for so long, though it should twice a second, has
/// lost the way to this node.
constexpr std::chrono::milliseconds silence_limit{2500};

/// A node that the first of all leaves out of its view for so long is not
/// reached by it. Up to then, the first may not have heard of that node.
constexpr std::chrono::milliseconds left_out_limit{1500};

std::string address_of(const member& x) {
  return x.address + ':' + std::to_string(x.port);
}

} // namespace

void rollcall_state::init(rollcall_actor::pointer ptr, rollcall_config how) {
  self = ptr;
  config = std::move(how);
  addresses.init(config.addresses, address_of(config.self), config.clock());
  waits_until =
    config.clock()
    + (addresses.own_index() == 0 ? std::chrono::milliseconds{0} : grace);
  self->set_down_handler([this](const caf::down_msg& x) { lose(x.source); });
  looked = config.clock();
  *config.valid_until = (looked + patience).count();
  self->delayed_send(self, check_every, check_atom_v);
  dial();
  compose();
}

std::string rollcall_state::fault_of(const std::string& cluster,
                                     const member& who) const {
  auto i = peers.find(who.name);
  if (i != peers.end() && i->second.who.instance != who.instance)
    return "another node has the name " + who.name;
  return join_fault(config.self, config.cluster, who, cluster);
}

caf::result<member> rollcall_state::join(const std::string& cluster,
                                         const member& who) {
  if (auto why = fault_of(cluster, who); !why.empty()) {
    config.log->warning(
      "peer_refused",
      {{"name", who.name}, {"address", who.address}, {"why", why}});
    return make_error(errc::invalid, why);
  }
  // The sender has to be read before there is a promise, which takes it along.
  auto handle = caf::actor_cast<rollcall_actor>(self->current_sender());
  if (!handle)
    return make_error(errc::unavailable, "there is no way to whoever asks");
  auto to = self->make_response_promise<member>();
  to.deliver(config.self);
  if (who.instance != config.self.instance)
    add(who, handle);
  return to;
}

void rollcall_state::note_way(const std::string& where, const join_actor& to) {
  self->request(to, join_timeout, join_atom_v, config.cluster, config.self)
    .then(
      [this, where, to](const member& who) {
        // The grid there was asked, and has handed the question on: whoever
        // answers is the roll-call.
        auto handle = caf::actor_cast<rollcall_actor>(self->current_sender());
        if (!handle)
          return note_no_way(where, "there is no way to whoever answers");
        addresses.end_dialing(where, who.name, config.clock());
        config.found(who, to);
        add(who, handle);
      },
      [this, where](const caf::error& why) {
        note_no_way(where, to_refusal(why).message);
      });
}

void rollcall_state::note_no_way(const std::string& where,
                                 const std::string& why) {
  // To tell that once is enough, until the node has been there.
  if (addresses.fail_dialing(where, config.clock()))
    config.log->warning("peer_unreachable", {{"where", where}, {"why", why}});
  compose();
}

void rollcall_state::add(const member& who, const rollcall_actor& handle) {
  addresses.note_reached(address_of(who), who.name, config.clock());
  auto& x = peers[who.name];
  auto known = same_way(x.handle, handle);
  x = {who, handle, std::nullopt, config.clock(), false};
  if (!known) {
    self->monitor(handle);
    config.log->info("peer_found", {{"name", who.name}});
  }
  compose();
  if (auto i = peers.find(who.name); i != peers.end())
    say_to(i->second);
}

rollcall_state::peer* rollcall_state::sender() {
  for (auto& [who, x] : peers)
    if (x.handle == self->current_sender())
      return &x;
  return nullptr;
}

void rollcall_state::note_view(const cluster_view& x) {
  auto* from = sender();
  if (from == nullptr || was_suspended())
    return;
  from->heard = config.clock();
  highest = std::max(highest, x.epoch);
  from->spoken = true;
  from->said.reset();
  if (!x.members.empty())
    from->said = x;
  heed();
  compose();
}

void rollcall_state::heed() {
  if (peers.empty() || peers.begin()->first > config.self.name) {
    left_out.reset();
    return;
  }
  const auto& first = peers.begin()->second;
  if (!first.said)
    return;
  const auto& x = *first.said;
  auto in_it =
    std::any_of(x.members.begin(), x.members.end(), [&](const member& y) {
      return y.instance == config.self.instance;
    });
  if (in_it) {
    left_out.reset();
    if (!view || x.epoch > view->epoch)
      enter_view(x);
  } else if (!left_out) {
    left_out = config.clock();
  }
}

void rollcall_state::say_to(const peer& x) {
  // Where this node has no view, the peer learns which epoch is the highest
  // that it has heard of.
  self->send(x.handle, view.value_or(cluster_view{highest, {}}));
}

void rollcall_state::drop_silent() {
  auto now = config.clock();
  std::vector<caf::actor_addr> silent;
  for (const auto& [who, x] : peers)
    if (now - x.heard > silence_limit)
      silent.emplace_back(x.handle.address());
  for (const auto& x : silent)
    lose(x);
}

std::uint64_t rollcall_state::since_of(const member& x,
                                       std::uint64_t next) const {
  // A peer that has gone by another view may have owned what others own by the
  // next one: so it counts as one that was left out.
  if (auto i = peers.find(x.name); i != peers.end())
    if (const auto& said = i->second.said; said && strays(*said))
      return next;
  if (view)
    for (const auto& y : view->members)
      if (y.instance == x.instance)
        return y.since;
  return next;
}

std::uint64_t rollcall_state::next_epoch() const noexcept {
  using std::chrono::milliseconds;
  auto now = std::chrono::floor<milliseconds>(config.wall_clock());
  auto after = std::max(highest / max_members + 1,
                        static_cast<std::uint64_t>(std::max<std::int64_t>(
                          now.time_since_epoch().count(), 0)));
  return after * max_members + addresses.own_index() % max_members;
}

bool rollcall_state::strays(const cluster_view& said) const {
  return view && said.epoch >= view->epoch && said != *view;
}

bool rollcall_state::disputed() const {
  return std::any_of(peers.begin(), peers.end(), [this](const auto& x) {
    return x.second.said && strays(*x.second.said);
  });
}

void rollcall_state::give_up(const char* why) {
  config.log->warning("cluster_lost", {{"why", why}});
  view.reset();
  *config.valid_until = 0;
  config.lose();
}

void rollcall_state::note_member(const member& x) {
  auto i = peers.find(x.name);
  if (i == peers.end() || i->second.who.instance != x.instance)
    return;
  i->second.who = x;
  compose();
}

bool rollcall_state::was_suspended() {
  auto now = config.clock();
  if (now - looked <= patience)
    return false;
  // The others have gone on without this node.
  looked = now;
  peers.clear();
  left_out.reset();
  addresses.begin_anew(now);
  waits_until = now + return_grace;
  give_up("the node was suspended");
  return true;
}

void rollcall_state::compose() {
  // A node that was suspended may not say who the members are.
  if (was_suspended())
    return;
  if (!peers.empty() && peers.begin()->first < config.self.name)
    return;
  if (addresses.any_missing()
      && (config.clock() < waits_until || addresses.any_untried()))
    return;
  // The next epoch must be above all that any of them has heard of.
  auto silent = [](const auto& x) { return !x.second.spoken; };
  if (std::any_of(peers.begin(), peers.end(), silent))
    return;
  std::vector<member> members{config.self};
  for (const auto& [who, x] : peers)
    members.emplace_back(x.who);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  auto next = next_epoch();
  for (auto& x : members)
    x.since = since_of(x, next);
  if (view && view->members == members && !disputed())
    return;
  enter_view({next, std::move(members)});
  for (const auto& [who, x] : peers)
    say_to(x);
}

void rollcall_state::enter_view(cluster_view x) {
  highest = std::max(highest, x.epoch);
  // From now on nobody is waited for, even if one is lost.
  waits_until = config.clock();
  view = std::move(x);
  *config.valid_until = (config.clock() + patience).count();
  config.tell(*view);
}

void rollcall_state::lose(const caf::actor_addr& who) {
  for (auto i = peers.begin(); i != peers.end(); ++i)
    if (same_way(i->second.handle, who)) {
      config.log->warning("peer_lost", {{"name", i->first}});
      addresses.lose(i->first, config.clock());
      peers.erase(i);
      dial();
      heed();
      return compose();
    }
}

void rollcall_state::dial() {
  for (const auto& where : addresses.begin_dialing(config.clock()))
    config.dial(where, self);
}

void rollcall_state::check() {
  self->delayed_send(self, check_every, check_atom_v);
  was_suspended();
  auto now = looked = config.clock();
  drop_silent();
  if (view && left_out && now - *left_out > left_out_limit)
    give_up("the first of those that it reaches does not reach it");
  if (view)
    *config.valid_until = (now + patience).count();
  dial();
  heed();
  compose();
  for (const auto& [who, x] : peers)
    say_to(x);
}

void rollcall_state::restate(bool owns_symbols,
                             std::vector<symbol_name> pinned) {
  config.self.owns_symbols = owns_symbols;
  config.self.pinned = std::move(pinned);
  for (const auto& [who, x] : peers)
    self->send(x.handle, config.self);
  compose();
}

rollcall_actor::behavior_type
rollcall(rollcall_actor::stateful_pointer<rollcall_state> self,
         rollcall_config config) {
  self->state.init(self, std::move(config));
  auto* x = &self->state;
  return {
    [x](join_atom, const std::string& cluster, const member& who) {
      return x->join(cluster, who);
    },
    [x](const cluster_view& view) { x->note_view(view); },
    [x](const member& who) { x->note_member(who); },
    [x](link_atom, const std::string& where, const join_actor& to) {
      x->note_way(where, to);
    },
    [x](link_atom, const std::string& where, const std::string& why) {
      x->note_no_way(where, why);
    },
    [x](pin_atom, bool owns, std::vector<symbol_name>& pinned) {
      x->restate(owns, std::move(pinned));
    },
    [x](check_atom) { x->check(); },
  };
}

} // namespace livegrid
