// The ways to the other nodes, and the feeds that are theirs.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/same_way.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Until a member is dialed again.
constexpr std::chrono::milliseconds dial_pause{300};

/// With a list, until this is done for the roll-call, which has not found it.
constexpr std::chrono::milliseconds relief_pause{1000};

/// And by the other side: so long that the first has noticed, too, that the way
/// is lost, and has dialed.
constexpr std::chrono::milliseconds second_pause{6000};

/// A way that lasts so long is no reason to wait longer for the next.
constexpr std::chrono::seconds steady_after{10};

constexpr std::chrono::seconds hello_timeout{3};

/// Above these, a feed's number says which node's it is.
constexpr unsigned feed_bits = 40;

} // namespace

// -- links --------------------------------------------------------------------

grid_state::link_map::iterator
grid_state::find_link(const std::string& instance) {
  return std::find_if(links.begin(), links.end(), [&](const auto& x) {
    return x.second.instance == instance;
  });
}

peer_actor grid_state::sender() {
  return caf::actor_cast<peer_actor>(self->current_sender());
}

std::set<feed_id>* grid_state::feeds_of_sender() {
  const auto& from = self->current_sender();
  for (auto& [member, x] : links)
    if (x.up() && x.peer == from)
      return &x.feeds;
  for (auto& [instance, x] : strangers)
    if (x.peer == from)
      return &x.feeds;
  return nullptr;
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
  // Only grids send this, and each its own. It hears who this is before
  // anything else.
  auto peer = sender();
  if (!peer)
    return make_error(errc::unavailable, "there is no way to whoever asks");
  auto to = self->make_response_promise<member>();
  to.deliver(config.self);
  set_up(who.instance, peer);
  return to;
}

void grid_state::dial(const std::string& whom) {
  auto i = links.find(whom);
  if (i == links.end() || i->second.up() || i->second.dialing)
    return;
  i->second.dial_at.reset();
  i->second.dialing = true;
  for (const auto& x : symbols.view().members)
    if (x.instance == i->second.instance)
      config.dial(x, self);
}

void grid_state::dial_soon(const std::string& whom,
                           std::chrono::milliseconds pause) {
  // Where both dial, each may keep a connection that the other does not use,
  // and both lose theirs in turn: the second waits longer and longer.
  if (whom < config.self.name)
    pause = second_pause * (1 << std::min(links.at(whom).losses, 3u));
  else if (roll)
    // It finds who is there, and if it has not lost the way it does not look.
    pause = relief_pause;
  else if (pause == pause.zero())
    return dial(whom);
  auto when = self->clock().now() + pause;
  links.at(whom).dial_at = when;
  check_at(when);
}

void grid_state::dialed(const std::string& instance, const peer_actor& peer) {
  if (auto i = find_link(instance); i != links.end()) {
    auto& to = i->second;
    // It was found twice.
    if (to.up() || same_way(to.found, peer))
      return;
    // The connection may be one that is about to be given up, and then nothing
    // answers.
    to.found = peer;
    self->monitor(peer);
  }
  self->request(peer, hello_timeout, hello_atom_v, config.cluster, config.self)
    .then(
      [this, instance, peer](const member& x) {
        if (x.instance != instance)
          return dialed(instance, "it is " + x.name + ", of another instance");
        set_up(instance, peer);
      },
      [this, instance](const caf::error& why) {
        dialed(instance, to_refusal(why).message);
      });
}

void grid_state::dialed(const std::string& instance, const std::string& why) {
  auto i = find_link(instance);
  if (i == links.end())
    return;
  auto& [whom, x] = *i;
  x.found = peer_actor{};
  if (!std::exchange(x.dialing, false))
    return;
  config.log->warning("peer_unreachable",
                      {{"instance", instance}, {"why", why}});
  dial_soon(whom, dial_pause);
}

void grid_state::set_up(const std::string& instance, const peer_actor& peer) {
  auto i = find_link(instance);
  if (i == links.end()) {
    // Its view is newer than that of this node.
    auto& x = strangers[instance];
    if (x.peer)
      drop_outlet(x.peer);
    forget_feeds(x.feeds);
    x.peer = peer;
    self->monitor(peer);
    return;
  }
  auto& [whom, x] = *i;
  x.dialing = false;
  auto monitored = same_way(std::exchange(x.found, peer_actor{}), peer);
  if (auto before = x.peer) {
    // Whoever says hello again had lost the way, and what this node had told
    // it; that this node has not noticed makes no difference.
    set_down(whom);
    drop_outlet(before);
  }
  x.peer = peer;
  x.up_at = self->clock().now();
  x.generation = ++generation;
  add(config.stats->peers_up);
  if (!monitored)
    self->monitor(peer);
  config.log->info("peer_up", {{"name", whom}});
  for (const auto& [which, from] : feeds)
    self->send(peer, feed_atom_v, which, true, from);
  if (claims.contains(whom) || doubtful.contains(whom))
    claim_from(whom);
  restate_wishes(&whom);
  offer(whom);
  stand_by(symbols.names_here());
  under_way.pump();
}

void grid_state::set_down(const std::string& whom) {
  auto& x = links.at(whom);
  if (!x.up())
    return;
  x.peer = peer_actor{};
  x.wishes = {};
  x.differs_since.reset();
  x.audited = false;
  for (auto& [symbol, told] : unknown_to_owner)
    told = false;
  --config.stats->peers_up;
  config.log->warning("peer_down", {{"name", whom}});
  forget_feeds(x.feeds);
  // What it has prepared here it will neither commit nor abort; if it is there
  // again, it sends it again.
  abort_here(batch_id{x.node, 0});
  // What it fetches may not have arrived. It asks anew.
  estates.erase(whom);
  show_down(whom);
  under_way.recall(whom);
  tell_if_done();
}

void grid_state::take_down(const caf::actor_addr& who) {
  for (auto i = strangers.begin(); i != strangers.end(); ++i)
    if (same_way(i->second.peer, who)) {
      forget_feeds(i->second.feeds);
      strangers.erase(i);
      break;
    }
  for (auto& [whom, x] : links) {
    if (same_way(x.found, who))
      dialed(x.instance, "the connection was lost");
    if (same_way(x.peer, who))
      return lose_way(peer_actor{x.peer});
  }
  if (auto i = outlets.find(who);
      i != outlets.end() && same_way(i->second.to, who))
    drop_outlet(peer_actor{i->second.to});
}

void grid_state::lose_way(const peer_actor& to) {
  for (auto& [whom, x] : links)
    if (same_way(x.peer, to)) {
      auto its_name = whom;
      x.losses =
        self->clock().now() - x.up_at < steady_after ? x.losses + 1 : 0;
      set_down(its_name);
      drop_outlet(to);
      dial_soon(its_name, std::chrono::milliseconds{0});
      return;
    }
}

void grid_state::forget_feeds(std::set<feed_id>& which) {
  for (const auto& x : std::exchange(which, {}))
    self->send(config.market, gone_atom_v, x);
}

// -- feeds --------------------------------------------------------------------

std::uint64_t grid_state::own_feed(std::uint64_t number) const noexcept {
  return number == 0 ? 0 : number | (node_id >> feed_bits << feed_bits);
}

bool grid_state::note_feed(feed_id& which, bool up, const std::string& peer) {
  if (auto* theirs = feeds_of_sender()) {
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
  // Of a node to which there is no way: it tells again.
  if (!sender())
    return;
  if (note_feed(which, up, peer))
    for (const auto& [whom, x] : links)
      if (x.up())
        self->send(x.peer, feed_atom_v, which, up, peer);
  self->send(config.market, feed_atom_v, which, up, peer);
}

void grid_state::lose_feed(feed_id which) {
  if (!sender())
    return;
  if (note_feed(which, false, {}))
    for (const auto& [whom, x] : links)
      if (x.up())
        self->send(x.peer, gone_atom_v, which);
  self->send(config.market, gone_atom_v, which);
}

} // namespace livegrid
