// The ways to the other nodes, and the feeds that are theirs.

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/same_way.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// A member that was not found is dialed again after so long.
constexpr std::chrono::milliseconds dial_pause{300};

/// A member that was found and does not say who it is in this time is dialed
/// again.
constexpr std::chrono::seconds hello_timeout{3};

/// Above these bits, a feed's number says which node's it is.
constexpr unsigned feed_bits = 40;

} // namespace

// -- who speaks ---------------------------------------------------------------

peer_actor grid_state::sender() const {
  return caf::actor_cast<peer_actor>(self->current_sender());
}

member_link* grid_state::link_of_sender() {
  return peers.of_way(self->current_sender());
}

caf::result<member> grid_state::greet(const std::string& cluster,
                                      const member& who) {
  auto why = who.instance == config.self.instance
               ? "this is you"
               : join_fault(config.self, config.cluster, who, cluster);
  if (!why.empty()) {
    config.log->warning(
      "peer_refused",
      {{"name", who.name}, {"address", who.address}, {"why", why}});
    return make_error(errc::invalid, why);
  }
  // Only grids say hello, so that the sender is the peer. It has to hear who
  // this node is before anything else, which is why it is answered here.
  auto peer = sender();
  if (!peer)
    return make_error(errc::unavailable, "there is no way to whoever asks");
  auto to = self->make_response_promise<member>();
  to.deliver(config.self);
  raise_link(who.instance, peer);
  return to;
}

// -- dialing ------------------------------------------------------------------

void grid_state::dial(const std::string& whom) {
  auto* x = peers.find(whom);
  if (x == nullptr || x->up() || x->dialing)
    return;
  x->dial_at.reset();
  x->dialing = true;
  for (const auto& y : symbols.view().members)
    if (y.instance == x->instance)
      config.dial(y, self);
}

void grid_state::dial_soon(const std::string& whom,
                           std::chrono::milliseconds pause) {
  auto& x = peers.at(whom);
  auto wait = links::pause_before(whom, x, config.self.name,
                                  static_cast<bool>(roll), pause);
  if (!wait)
    return dial(whom);
  x.dial_at = now() + *wait;
  check_at(*x.dial_at);
}

void grid_state::end_dialing(const std::string& instance,
                             const peer_actor& peer) {
  if (auto* known = peers.find_instance(instance)) {
    auto& x = known->second;
    // The member was found twice.
    if (x.up() || same_way(x.found, peer))
      return;
    // The connection may be about to be given up, and then nobody answers: the
    // monitor tells.
    x.found = peer;
    self->monitor(peer);
  }
  self->request(peer, hello_timeout, hello_atom_v, config.cluster, config.self)
    .then(
      [this, instance, peer](const member& x) {
        if (x.instance != instance)
          return end_dialing(instance,
                             "it is " + x.name + ", of another instance");
        raise_link(instance, peer);
      },
      [this, instance](const caf::error& why) {
        end_dialing(instance, to_refusal(why).message);
      });
}

void grid_state::end_dialing(const std::string& instance,
                             const std::string& why) {
  auto* known = peers.find_instance(instance);
  if (known == nullptr)
    return;
  auto& [whom, x] = *known;
  x.found = peer_actor{};
  if (!std::exchange(x.dialing, false))
    return;
  config.log->warning("peer_unreachable",
                      {{"instance", instance}, {"why", why}});
  dial_soon(whom, dial_pause);
}

// -- ways that come and go ----------------------------------------------------

void grid_state::raise_link(const std::string& instance,
                            const peer_actor& peer) {
  auto* known = peers.find_instance(instance);
  if (known == nullptr) {
    // It is no member by the view of this node, which is older than its own.
    auto& x = peers.strangers()[instance];
    if (x.peer)
      outgoing.drop(x.peer);
    forget_feeds(x.feeds);
    x.peer = peer;
    self->monitor(peer);
    return;
  }
  auto& [whom, x] = *known;
  x.dialing = false;
  auto monitored = same_way(std::exchange(x.found, peer_actor{}), peer);
  if (auto before = x.peer) {
    // A member that says hello again has lost the way before, and whatever this
    // node had told it. This node need not have noticed.
    lower_link(whom);
    outgoing.drop(before);
  }
  peers.raise(x, peer, now());
  add(config.stats->peers_up);
  if (!monitored)
    self->monitor(peer);
  config.log->info("peer_up", {{"name", whom}});
  for (const auto& [which, from] : feeds)
    self->send(peer, feed_atom_v, which, true, from);
  if (share.wants(whom))
    claim_from(whom);
  restate_wishes_to(whom);
  offer(whom);
  outgoing.stand_by(symbols.names_here());
  under_way.pump();
}

void grid_state::lower_link(const std::string& whom) {
  auto& x = peers.at(whom);
  if (!x.up())
    return;
  links::lower(x);
  untold.offer_all_anew();
  --config.stats->peers_up;
  config.log->warning("peer_down", {{"name", whom}});
  forget_feeds(x.feeds);
  // The member will neither commit nor abort what it has prepared here: when
  // there is a way again, it sends it again.
  abort_here(batch_id{x.node, 0});
  // Parts of an estate may not have arrived there: it asks anew.
  heritage.forget(whom);
  show(rows.shown_down(whom));
  under_way.recall(whom);
  tell_if_done();
}

void grid_state::note_gone(const caf::actor_addr& who) {
  auto& strangers = peers.strangers();
  for (auto i = strangers.begin(); i != strangers.end(); ++i)
    if (same_way(i->second.peer, who)) {
      forget_feeds(i->second.feeds);
      strangers.erase(i);
      break;
    }
  for (const auto& [whom, x] : peers.all()) {
    if (same_way(x.found, who))
      end_dialing(x.instance, "the connection was lost");
    if (same_way(x.peer, who))
      return lose_way(peer_actor{x.peer});
  }
  outgoing.drop_gone(who);
}

void grid_state::lose_way(const peer_actor& to) {
  for (const auto& whom : peers.names()) {
    auto& x = peers.at(whom);
    if (!same_way(x.peer, to))
      continue;
    links::note_loss(x, now());
    lower_link(whom);
    outgoing.drop(to);
    dial_soon(whom, std::chrono::milliseconds{0});
    return;
  }
}

// -- feeds --------------------------------------------------------------------

std::uint64_t grid_state::own_feed(std::uint64_t number) const noexcept {
  return number == 0 ? 0 : number | (node_id >> feed_bits << feed_bits);
}

void grid_state::forget_feeds(std::set<feed_id>& which) {
  for (const auto& x : std::exchange(which, {}))
    self->send(config.market, gone_atom_v, x);
}

bool grid_state::note_feed(feed_id& which, bool up, const std::string& peer) {
  if (auto* theirs = peers.feeds_of(self->current_sender())) {
    if (up)
      theirs->insert(which);
    else
      theirs->erase(which);
    return false;
  }
  which.number = own_feed(which.number);
  if (up)
    feeds[which] = peer;
  else
    feeds.erase(which);
  return true;
}

void grid_state::tell_feed(feed_id which, bool up, const std::string& peer) {
  // A node to which there is no way tells of its feeds again.
  if (!sender())
    return;
  if (note_feed(which, up, peer))
    for (const auto& [whom, x] : peers.all())
      if (x.up())
        self->send(x.peer, feed_atom_v, which, up, peer);
  self->send(config.market, feed_atom_v, which, up, peer);
}

void grid_state::lose_feed(feed_id which) {
  if (!sender())
    return;
  if (note_feed(which, false, {}))
    for (const auto& [whom, x] : peers.all())
      if (x.up())
        self->send(x.peer, gone_atom_v, which);
  self->send(config.market, gone_atom_v, which);
}

} // namespace livegrid
