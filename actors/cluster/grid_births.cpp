// How new symbols come to this node. Its market alone knows whether it takes
// the tick that would make one, and whoever publishes may send names without
// end that it does not take.

#include <utility>

#include "livegrid/actors/cluster/grid.hpp"

namespace livegrid {

namespace {

/// Until a node that has found this one is looked for.
constexpr std::chrono::milliseconds retry_pause{10};

} // namespace

void grid_state::end_births(const std::vector<symbol_name>& unborn,
                            bool taken) {
  stop_standing_by(symbols.end_births(unborn, taken));
}

std::uint64_t grid_state::await_commit(const batch_id& id,
                                       std::vector<symbol_name> unborn) {
  end_births(awaited.remove(id), false);
  return awaited.await(id, std::move(unborn));
}

void grid_state::refuse_births(const batch_id& id, std::uint64_t time) {
  end_births(awaited.remove_if(id, time), false);
}

caf::result<std::uint64_t>
grid_state::publish_here(tick_batch& batch, std::vector<symbol_name> born) {
  return hand_to_market(publish_atom_v, batch, std::move(born));
}

template <class Atom, class What>
caf::result<std::uint64_t> grid_state::bear(std::vector<symbol_name> born,
                                            Atom how, What what) {
  auto to = self->make_response_promise<std::uint64_t>();
  auto all = std::make_shared<std::vector<symbol_name>>(std::move(born));
  self->request(config.market, caf::infinite, how, std::move(what))
    .then(
      [this, to, all](std::uint64_t n) mutable {
        end_births(*all, true);
        to.deliver(n);
      },
      [this, to, all](caf::error& why) mutable {
        end_births(*all, false);
        to.deliver(std::move(why));
      });
  return to;
}

template <class Atom>
caf::result<std::uint64_t>
grid_state::hand_to_market(Atom what, tick_batch& batch,
                           std::vector<symbol_name> born) {
  // Where nothing is new, nobody here need know how it ends.
  if (born.empty())
    return self->delegate(config.market, what, std::move(batch));
  symbols.expect_births(born);
  return bear(std::move(born), what, std::move(batch));
}

template <class Atom>
caf::result<std::uint64_t> grid_state::take_here(Atom what, std::uint64_t epoch,
                                                 tick_batch& batch) {
  auto born = admit(epoch, batch);
  if (!born)
    return std::move(born.error());
  return hand_to_market(what, batch, std::move(*born));
}

caf::result<std::uint64_t> grid_state::take_published(std::uint64_t epoch,
                                                      tick_batch& batch) {
  return take_here(publish_atom_v, epoch, batch);
}

caf::result<std::uint64_t> grid_state::take_committed(std::uint64_t epoch,
                                                      tick_batch& batch) {
  return take_here(commit_atom_v, epoch, batch);
}

caf::result<std::uint64_t> grid_state::prepare_here(std::uint64_t epoch,
                                                    tick_batch& batch) {
  // What is prepared for a node is forgotten when the way to it is lost, so
  // there must be one.
  if (link_of_sender() == nullptr) {
    for (const auto& [whom, x] : links)
      if (x.node == batch.id.node && !x.up() && !x.dialing && !x.dial_at)
        dial_soon(whom, retry_pause);
    return make_error(errc::moved, "this node has no way to whoever asks");
  }
  auto born = admit(epoch, batch);
  if (!born)
    return std::move(born.error());
  if (born->empty())
    return self->delegate(config.market, prepare_atom_v, std::move(batch));
  symbols.expect_births(*born);
  auto id = batch.id;
  auto number = await_commit(id, std::move(*born));
  auto to = self->make_response_promise<std::uint64_t>();
  self->request(config.market, caf::infinite, prepare_atom_v, std::move(batch))
    .then([to](std::uint64_t n) mutable { to.deliver(n); },
          [this, to, id, number](caf::error& why) mutable {
            refuse_births(id, number);
            to.deliver(std::move(why));
          });
  return to;
}

caf::result<std::uint64_t> grid_state::commit_here(const batch_id& id) {
  auto born = awaited.remove(id);
  if (born.empty())
    return self->delegate(config.market, commit_atom_v, id);
  return bear(std::move(born), commit_atom_v, id);
}

void grid_state::abort_here(const batch_id& id) {
  self->send(config.market, abort_atom_v, id);
  if (id.number != 0)
    return end_births(awaited.remove(id), false);
  for (const auto& x : awaited.of_node(id.node))
    end_births(awaited.remove(x), false);
}

} // namespace livegrid
