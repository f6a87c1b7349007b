// How ticks find their way: those that come in here, to the owners of their
// symbols, and those that are here to stay, to this node's market.

#include <memory>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/reply_by.hpp"

namespace livegrid {

namespace {

/// A member that sends ticks, and to which there is no way, is dialed after so
/// long.
constexpr std::chrono::milliseconds dial_back_pause{10};

/// Asks the market for what makes these symbols, and notes whether it did.
template <class Atom, class What>
caf::result<std::uint64_t> ask_market(grid_state& grid,
                                      std::vector<symbol_name> unborn, Atom how,
                                      What what) {
  auto to = grid.self->make_response_promise<std::uint64_t>();
  auto all = std::make_shared<std::vector<symbol_name>>(std::move(unborn));
  grid.self->request(grid.config.market, caf::infinite, how, std::move(what))
    .then(
      [&grid, to, all](std::uint64_t n) mutable {
        grid.end_births(*all, true);
        to.deliver(n);
      },
      [&grid, to, all](caf::error& why) mutable {
        grid.end_births(*all, false);
        to.deliver(std::move(why));
      });
  return to;
}

/// Has the market take ticks that this node was to take.
/// @param unborn what `grid_state::admit` has returned
template <class Atom>
caf::result<std::uint64_t> hand_to_market(grid_state& grid, Atom what,
                                          tick_batch& batch,
                                          std::vector<symbol_name> unborn) {
  // Where no symbol is new, the market answers the sender itself.
  if (unborn.empty())
    return grid.self->delegate(grid.config.market, what, std::move(batch));
  grid.symbols.expect_births(unborn);
  return ask_market(grid, std::move(unborn), what, std::move(batch));
}

} // namespace

// -- as the way in ------------------------------------------------------------

caf::result<std::uint64_t> grid_state::publish(tick_batch& batch) {
  batch.feed = own_feed(batch.feed);
  if (batch.from.standing() == standing::yields) {
    // A source that invents ticks runs in each node, for the symbols there.
    std::erase_if(batch.ticks, [this](const tick& x) {
      return !symbols.place(x.symbol).here;
    });
    if (batch.ticks.empty() || !admit(symbols.view().epoch, batch))
      return std::uint64_t{0};
    return self->delegate(config.market, publish_atom_v, std::move(batch));
  }
  // A batch whose symbols are all this node's own is its market's alone.
  auto waits = under_way.must_wait(batch);
  if (!waits)
    if (auto unborn = admit(symbols.view().epoch, batch))
      return hand_to_market(*this, publish_atom_v, batch, std::move(*unborn));
  auto to = self->make_response_promise<std::uint64_t>();
  under_way.begin(std::move(batch), waits, reply_by(to));
  return to;
}

bool grid_state::reachable(std::size_t member) const {
  if (member == symbols.self())
    return share.settled() && config.valid();
  return way_to(member).has_value();
}

void grid_state::send_part(std::uint64_t number, const batch_part& what,
                           bool by_id) {
  if (what.owner == config.self.name)
    return send_to_market(number, what, by_id);
  auto then = [&](auto&& asked) {
    asked.then([this, number, key = what.key](
                 std::uint64_t n) { under_way.answer(number, key, n); },
               [this, number, key = what.key](caf::error& why) {
                 under_way.refuse(number, key, std::move(why), true);
               });
  };
  // These have no time-out: a member that does not answer is lost, or left out
  // of the view, and `batches::recall` takes back what it was sent.
  const auto& peer = peers.at(what.owner).peer;
  auto epoch = symbols.view().epoch;
  if (what.at == batch_part::phase::publishing)
    then(self->request(peer, caf::infinite, publish_atom_v, epoch, what.ticks));
  else if (what.at == batch_part::phase::preparing)
    then(self->request(peer, caf::infinite, prepare_atom_v, epoch, what.ticks));
  else if (by_id)
    then(self->request(peer, caf::infinite, commit_atom_v, what.ticks.id));
  else
    then(self->request(peer, caf::infinite, commit_atom_v, epoch, what.ticks));
}

void grid_state::send_to_market(std::uint64_t number, const batch_part& what,
                                bool by_id) {
  const auto& market = config.market;
  auto id = what.ticks.id;
  auto unborn = std::make_shared<std::vector<symbol_name>>(
    by_id ? awaited.remove(id) : bring(what.ticks));
  if (!by_id)
    symbols.expect_births(*unborn);
  auto then = [&](auto&& asked, auto&& end) {
    asked.then(
      [this, end, number, key = what.key](std::uint64_t n) {
        end(true);
        under_way.answer(number, key, n);
      },
      [this, end, number, key = what.key](caf::error& why) {
        end(false);
        under_way.refuse(number, key, std::move(why), true);
      });
  };
  if (what.at == batch_part::phase::preparing) {
    auto time = await_commit(id, std::move(*unborn));
    then(self->request(market, caf::infinite, prepare_atom_v, what.ticks),
         [this, id, time](bool taken) {
           if (!taken)
             refuse_births(id, time);
         });
    return;
  }
  auto end = [this, unborn](bool taken) { end_births(*unborn, taken); };
  if (what.at == batch_part::phase::publishing)
    then(self->request(market, caf::infinite, publish_atom_v, what.ticks), end);
  else if (by_id)
    then(self->request(market, caf::infinite, commit_atom_v, id), end);
  else
    then(self->request(market, caf::infinite, commit_atom_v, what.ticks), end);
}

void grid_state::abort_part(const batch_part& what) {
  if (what.owner == config.self.name)
    abort_here(what.ticks.id);
  else if (const auto* to = peers.find(what.owner); to != nullptr && to->up())
    self->send(to->peer, abort_atom_v, what.ticks.id);
}

// -- as owner -----------------------------------------------------------------

caf::expected<std::vector<symbol_name>>
grid_state::admit(std::uint64_t epoch, const tick_batch& batch) {
  if (!symbols.is_member() || !config.valid())
    return make_error(errc::moved, "this node is no member now");
  // If batches of an older view were taken, a first one could be refused, since
  // one of its symbols has gone, and a second one be taken: ticks of its other
  // symbols would overtake those of the first.
  if (epoch != symbols.view().epoch)
    return make_error(errc::moved, "this node has another view than that");
  // A symbol that is here could be at a member in doubt, too, and what goes on
  // be its state there.
  if (share.disputed())
    return make_error(errc::moved, "it is not known yet who is right");
  auto taken = symbols.admit(batch, share.settled());
  if (!taken)
    return std::move(taken.error());
  if (!taken->fresh.empty())
    outgoing.stand_by(taken->fresh);
  return std::move(taken->unborn);
}

std::vector<symbol_name> grid_state::bring(const tick_batch& batch) {
  auto taken = symbols.bring(batch);
  if (!taken.fresh.empty())
    outgoing.stand_by(taken.fresh);
  return std::move(taken.unborn);
}

caf::result<std::uint64_t> grid_state::take_published(std::uint64_t epoch,
                                                      tick_batch& batch) {
  auto unborn = admit(epoch, batch);
  if (!unborn)
    return std::move(unborn.error());
  return hand_to_market(*this, publish_atom_v, batch, std::move(*unborn));
}

caf::result<std::uint64_t> grid_state::take_committed(std::uint64_t epoch,
                                                      tick_batch& batch) {
  auto unborn = admit(epoch, batch);
  if (!unborn)
    return std::move(unborn.error());
  return hand_to_market(*this, commit_atom_v, batch, std::move(*unborn));
}

caf::result<std::uint64_t> grid_state::prepare_here(std::uint64_t epoch,
                                                    tick_batch& batch) {
  // When the way to a node is lost, what it has prepared here is forgotten. So
  // there must be a way.
  if (link_of_sender() == nullptr) {
    for (const auto& [whom, x] : peers.all())
      if (x.node == batch.id.node && !x.up() && !x.dialing && !x.dial_at)
        dial_soon(whom, dial_back_pause);
    return make_error(errc::moved, "this node has no way to whoever asks");
  }
  auto unborn = admit(epoch, batch);
  if (!unborn)
    return std::move(unborn.error());
  if (unborn->empty())
    return self->delegate(config.market, prepare_atom_v, std::move(batch));
  symbols.expect_births(*unborn);
  auto id = batch.id;
  auto time = await_commit(id, std::move(*unborn));
  auto to = self->make_response_promise<std::uint64_t>();
  self->request(config.market, caf::infinite, prepare_atom_v, std::move(batch))
    .then([to](std::uint64_t n) mutable { to.deliver(n); },
          [this, to, id, time](caf::error& why) mutable {
            refuse_births(id, time);
            to.deliver(std::move(why));
          });
  return to;
}

caf::result<std::uint64_t> grid_state::commit_here(const batch_id& id) {
  if (!symbols.is_member() || !config.valid())
    return make_error(errc::moved, "this node is no member now");
  auto unborn = awaited.remove(id);
  if (unborn.empty())
    return self->delegate(config.market, commit_atom_v, id);
  return ask_market(*this, std::move(unborn), commit_atom_v, id);
}

void grid_state::abort_here(const batch_id& id) {
  self->send(config.market, abort_atom_v, id);
  if (id.number != 0)
    return end_births(awaited.remove(id), false);
  for (const auto& x : awaited.of_node(id.node))
    end_births(awaited.remove(x), false);
}

// -- births -------------------------------------------------------------------

void grid_state::end_births(const std::vector<symbol_name>& unborn,
                            bool taken) {
  outgoing.stop_standing_by(symbols.end_births(unborn, taken));
}

std::uint64_t grid_state::await_commit(const batch_id& id,
                                       std::vector<symbol_name> unborn) {
  end_births(awaited.remove(id), false);
  return awaited.await(id, std::move(unborn));
}

void grid_state::refuse_births(const batch_id& id, std::uint64_t time) {
  end_births(awaited.remove_if(id, time), false);
}

} // namespace livegrid
