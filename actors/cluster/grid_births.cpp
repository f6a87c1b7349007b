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

void grid_state::expect_births(const std::vector<symbol_name>& born) {
  for (const auto& x : born)
    if (auto i = owned.find(x); i != owned.end())
      ++i->second.expected;
}

void grid_state::end_births(const std::vector<symbol_name>& born, bool made) {
  std::map<caf::actor_addr, std::vector<symbol_name>> no_heirs;
  for (const auto& x : born) {
    auto i = owned.find(x);
    // It has gone elsewhere meanwhile.
    if (i == owned.end())
      continue;
    auto& known = i->second;
    if (made && !std::exchange(known.born, true))
      ++names_version;
    known.expected -= known.expected > 0 ? 1 : 0;
    if (known.born || known.expected > 0)
      continue;
    if (auto to = outlets.find(known.next);
        to != outlets.end() && !to->second.watched.contains(x))
      no_heirs[known.next].emplace_back(x);
    if (auto at = places.find(x); at != places.end())
      at->second.here = false;
    owned.erase(i);
  }
  for (auto& [who, xs] : no_heirs)
    self->send(config.market, unwatch_atom_v, std::move(xs),
               row_sink_actor{outlets.at(who).relay});
}

std::uint64_t grid_state::await_commit(const batch_id& id,
                                       std::vector<symbol_name> born) {
  end_births(take_awaited(id), false);
  awaited[id] = {++births, std::move(born)};
  return births;
}

std::vector<symbol_name> grid_state::take_awaited(const batch_id& id) {
  auto i = awaited.find(id);
  if (i == awaited.end())
    return {};
  auto result = std::move(i->second.symbols);
  awaited.erase(i);
  return result;
}

void grid_state::refuse_births(const batch_id& id, std::uint64_t number) {
  // It may have been prepared anew since.
  if (auto i = awaited.find(id);
      i != awaited.end() && i->second.number == number)
    end_births(take_awaited(id), false);
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
  expect_births(born);
  return bear(std::move(born), what, std::move(batch));
}

template <class Atom>
caf::result<std::uint64_t> grid_state::take_here(Atom what, std::uint64_t epoch,
                                                 tick_batch& batch) {
  std::vector<symbol_name> born;
  if (auto why = not_mine(epoch, batch, born))
    return std::move(*why);
  return hand_to_market(what, batch, std::move(born));
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
  std::vector<symbol_name> born;
  if (auto why = not_mine(epoch, batch, born))
    return std::move(*why);
  if (born.empty())
    return self->delegate(config.market, prepare_atom_v, std::move(batch));
  expect_births(born);
  auto id = batch.id;
  auto number = await_commit(id, std::move(born));
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
  auto born = take_awaited(id);
  if (born.empty())
    return self->delegate(config.market, commit_atom_v, id);
  return bear(std::move(born), commit_atom_v, id);
}

void grid_state::abort_here(const batch_id& id) {
  self->send(config.market, abort_atom_v, id);
  if (id.number != 0)
    return end_births(take_awaited(id), false);
  std::vector<batch_id> gone;
  for (const auto& [other, x] : awaited)
    if (other.node == id.node)
      gone.emplace_back(other);
  for (const auto& x : gone)
    end_births(take_awaited(x), false);
}

} // namespace livegrid
