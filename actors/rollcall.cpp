#include "livegrid/actors/rollcall.hpp"

#include <algorithm>

#include "livegrid/actors/same_way.hpp"
#include "livegrid/log.hpp"

namespace livegrid {

namespace {

/// Between two looks at who is there.
constexpr std::chrono::milliseconds check_every{500};

/// Whoever does nothing for so long, by a clock that never stops, must take
/// itself for dead: the others do.
constexpr std::chrono::milliseconds patience{1800};

/// So long a node that has just started lets others dial it before it takes
/// itself for alone.
constexpr std::chrono::milliseconds grace{1500};

/// And so long one that was suspended looks for the others, who have gone on
/// without it: if it took itself for alone, its old state would be the newest.
/// Connections that were lost meanwhile may take some seconds to be made again.
constexpr std::chrono::milliseconds return_grace{5000};

/// So long after the loss of a node it is dialed by whoever leaves that to the
/// other else.
constexpr std::chrono::milliseconds second_pause{2000};

constexpr std::chrono::seconds join_timeout{3};

std::string address_of(const member& x) {
  return x.address + ':' + std::to_string(x.port);
}

} // namespace

void rollcall_state::init(rollcall_actor::pointer ptr, rollcall_config how) {
  self = ptr;
  config = std::move(how);
  auto own = address_of(config.self);
  auto at = std::find(config.addresses.begin(), config.addresses.end(), own);
  for (auto i = config.addresses.begin(); i != config.addresses.end(); ++i)
    if (*i != own)
      begin(addresses.emplace_back(address{.text = *i, .first = i > at}));
  waits_until =
    config.clock()
    + (at == config.addresses.begin() ? std::chrono::milliseconds{0} : grace);
  self->set_down_handler(
    [this](const caf::down_msg& x) { take_down(x.source); });
  *config.valid_until = (config.clock() + patience).count();
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
  // The promise takes the sender with it.
  auto handle = caf::actor_cast<rollcall_actor>(self->current_sender());
  if (!handle)
    return make_error(errc::unavailable, "there is no way to whoever asks");
  auto to = self->make_response_promise<member>();
  to.deliver(config.self);
  if (who.instance != config.self.instance)
    add(who, handle);
  return to;
}

void rollcall_state::linked(const std::string& where, const join_actor& to) {
  self->request(to, join_timeout, join_atom_v, config.cluster, config.self)
    .then(
      [this, where, to](const member& who) {
        // What the grid there was asked, the roll-call there has answered.
        auto handle = caf::actor_cast<rollcall_actor>(self->current_sender());
        if (!handle)
          return unlinked(where, "there is no way to whoever answers");
        auto* x = find_address(where);
        x->dialing = false;
        x->tried = true;
        x->reached = who.name;
        config.found(who, to);
        add(who, handle);
      },
      [this, where](const caf::error& why) {
        unlinked(where, to_refusal(why).message);
      });
}

void rollcall_state::unlinked(const std::string& where,
                              const std::string& why) {
  auto* x = find_address(where);
  // Once is enough, until it was there.
  if (!std::exchange(x->tried, true))
    config.log->warning("peer_unreachable", {{"where", where}, {"why", why}});
  x->dialing = false;
  // It may have come by itself meanwhile.
  if (x->reached.empty())
    lose(*x);
  compose();
}

void rollcall_state::add(const member& who, const rollcall_actor& handle) {
  for (auto& x : addresses)
    if (x.text == address_of(who)) {
      x.reached = who.name;
      x.tried = true;
    }
  auto& x = peers[who.name];
  auto known = same_way(x.handle, handle);
  x = {who, handle, std::nullopt};
  if (!known) {
    self->monitor(handle);
    config.log->info("peer_found", {{"name", who.name}});
  }
  if (view)
    self->send(handle, *view);
  compose();
}

rollcall_state::peer* rollcall_state::sender() {
  for (auto& [who, x] : peers)
    if (x.handle == self->current_sender())
      return &x;
  return nullptr;
}

void rollcall_state::take_view(const cluster_view& x) {
  auto* from = sender();
  if (from == nullptr || was_suspended())
    return;
  // Another of the same epoch comes from a part that was by itself, as this
  // one was.
  auto news = x.epoch > highest
              || (view && x.epoch == view->epoch && x.members != view->members);
  highest = std::max(highest, x.epoch);
  from->said = x;
  heed();
  // If it is above that of this node's own view, or the same, nobody would heed
  // that.
  if (news && view && *view != x)
    view->epoch = 0;
  compose();
}

void rollcall_state::heed() {
  if (peers.empty())
    return;
  const auto& [whom, first] = *peers.begin();
  if (whom > config.self.name || !first.said)
    return;
  const auto& x = *first.said;
  auto in_it =
    std::any_of(x.members.begin(), x.members.end(), [&](const member& y) {
      return y.instance == config.self.instance;
    });
  if (in_it && (!view || x.epoch > view->epoch))
    adopt(x);
}

void rollcall_state::take_member(const member& x) {
  auto i = peers.find(x.name);
  if (i == peers.end() || i->second.who.instance != x.instance)
    return;
  i->second.who = x;
  compose();
}

bool rollcall_state::was_suspended() {
  auto now = config.clock();
  if (now.count() <= *config.valid_until)
    return false;
  // The others have gone on without this node.
  config.log->warning("cluster_lost", {{"why", "the node was suspended"}});
  peers.clear();
  view.reset();
  for (auto& x : addresses)
    begin(x);
  waits_until = now + return_grace;
  *config.valid_until = (now + patience).count();
  config.lose();
  return true;
}

void rollcall_state::compose() {
  // Nothing may be said before that is known.
  if (was_suspended())
    return;
  if (!peers.empty() && peers.begin()->first < config.self.name)
    return;
  auto missing = [&](const address& x) { return x.reached.empty(); };
  auto untried = [&](const address& x) { return !x.tried; };
  if (std::any_of(addresses.begin(), addresses.end(), missing)
      && (config.clock() < waits_until
          || std::any_of(addresses.begin(), addresses.end(), untried)))
    return;
  std::vector<member> members{config.self};
  for (const auto& [who, x] : peers)
    members.emplace_back(x.who);
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (view && view->epoch != 0 && view->members == members)
    return;
  adopt({++highest, std::move(members)});
  for (const auto& [who, x] : peers)
    self->send(x.handle, *view);
}

void rollcall_state::adopt(cluster_view x) {
  highest = std::max(highest, x.epoch);
  view = std::move(x);
  config.tell(*view);
}

void rollcall_state::take_down(const caf::actor_addr& who) {
  for (auto i = peers.begin(); i != peers.end(); ++i)
    if (same_way(i->second.handle, who)) {
      config.log->warning("peer_lost", {{"name", i->first}});
      for (auto& x : addresses)
        if (x.reached == i->first)
          lose(x);
      peers.erase(i);
      dial();
      heed();
      return compose();
    }
}

void rollcall_state::begin(address& x) {
  x.tried = !x.first;
  lose(x);
}

void rollcall_state::lose(address& x) {
  x.reached.clear();
  x.due =
    config.clock() + (x.first ? std::chrono::milliseconds{0} : second_pause);
}

void rollcall_state::dial() {
  for (auto& x : addresses)
    if (!x.dialing && x.reached.empty() && x.due <= config.clock()) {
      x.dialing = true;
      config.dial(x.text, self);
    }
}

rollcall_state::address*
rollcall_state::find_address(const std::string& where) {
  auto i = std::find_if(addresses.begin(), addresses.end(),
                        [&](const address& x) { return x.text == where; });
  return &*i;
}

void rollcall_state::check() {
  self->delayed_send(self, check_every, check_atom_v);
  was_suspended();
  *config.valid_until = (config.clock() + patience).count();
  dial();
  compose();
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
    [x](const cluster_view& view) { x->take_view(view); },
    [x](const member& who) { x->take_member(who); },
    [x](link_atom, const std::string& where, const join_actor& to) {
      x->linked(where, to);
    },
    [x](link_atom, const std::string& where, const std::string& why) {
      x->unlinked(where, why);
    },
    [x](pin_atom, bool owns, std::vector<symbol_name>& pinned) {
      x->restate(owns, std::move(pinned));
    },
    [x](check_atom) { x->check(); },
  };
}

} // namespace livegrid
