// How ticks find their way, each applied once, whoever dies meanwhile.
//
// A batch whose symbols have one owner is published there. One whose symbols
// have several is prepared at each, and committed when all of them would take
// it. What is not answered is sent again, to whoever owns the symbols then:
// rows say which batches they show (`batch_mark`), so that the new owner knows
// what the one before has applied. That holds as long as ticks of one symbol
// stay in order, so those that come later wait for those that are sent again.

#include <algorithm>
#include <numeric>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/market/ingress.hpp"

namespace livegrid {

namespace {

/// Whoever publishes is told after so long that it was not done, or is not
/// known. Less than what an ingress waits, so that it can be said why.
constexpr std::chrono::milliseconds publish_patience{9000};

/// Whether it says that the batch itself is at fault.
bool is_verdict(const caf::error& why) {
  auto x = to_refusal(why);
  return x.code == errc::invalid || x.code == errc::malformed
         || x.code == errc::too_big
         || (x.code == errc::unavailable && x.type == "paused");
}

} // namespace

// -- as owner -----------------------------------------------------------------

caf::expected<std::vector<symbol_name>>
grid_state::admit(std::uint64_t epoch, const tick_batch& batch) {
  if (!symbols.is_member() || !config.valid())
    return make_error(errc::moved, "this node is no member now");
  // Of batches that a sender has sent by an older view one may be refused,
  // since a symbol of it has gone, and a later one of the others be taken: they
  // would overtake it.
  if (epoch != symbols.view().epoch)
    return make_error(errc::moved, "this node has another view than that");
  // What is here could be there, too, and that be what goes on.
  if (!settled && !doubtful.empty())
    return make_error(errc::moved, "it is not known yet who is right");
  auto taken = symbols.admit(batch, settled);
  if (!taken)
    return std::move(taken.error());
  if (!taken->fresh.empty())
    stand_by(taken->fresh);
  return std::move(taken->unborn);
}

// -- as the way in ------------------------------------------------------------

caf::result<std::uint64_t> grid_state::publish(tick_batch& batch) {
  batch.feed = own_feed(batch.feed);
  if (batch.from == source::simulator) {
    // It invents ticks for what is here; others do so for what is elsewhere.
    std::erase_if(batch.ticks, [this](const tick& x) {
      return !symbols.place(x.symbol).here;
    });
    if (batch.ticks.empty() || !admit(symbols.view().epoch, batch))
      return std::uint64_t{0};
    return self->delegate(config.market, publish_atom_v, std::move(batch));
  }
  // Where all of it belongs here nobody else need know.
  auto waits = !blocked.empty()
               && std::any_of(
                 batch.ticks.begin(), batch.ticks.end(),
                 [this](const tick& x) { return blocked.contains(x.symbol); });
  if (!waits)
    if (auto unborn = admit(symbols.view().epoch, batch))
      return publish_here(batch, std::move(*unborn));
  auto number = ++batches;
  auto& x = operations[number];
  x.number = number;
  x.to = self->make_response_promise<std::uint64_t>();
  x.due = self->clock().now() + publish_patience;
  batch.id = {node_id, number};
  auto& all = x.parts.emplace_back();
  all.places.resize(batch.ticks.size());
  std::iota(all.places.begin(), all.places.end(), 0u);
  all.ticks = std::move(batch);
  auto to = x.to;
  if (waits || !start(x))
    block(x);
  check_at(x.due);
  return to;
}

bool grid_state::reachable(std::size_t member) const {
  if (member == symbols.self())
    return settled && config.valid();
  auto i = links.find(symbols.name_of(member));
  return i != links.end() && i->second.up();
}

bool grid_state::reachable_owner(const whereabouts& x) const {
  return symbols.is_elsewhere(x) && reachable(x.placed->owner);
}

std::optional<std::vector<grid_state::part>>
grid_state::split(std::span<const part> xs) {
  std::map<std::size_t, part> result;
  for (const auto& x : xs)
    for (std::size_t i = 0; i < x.ticks.ticks.size(); ++i) {
      const auto& tick = x.ticks.ticks[i];
      const auto& at = symbols.place(tick.symbol);
      if (!at.placed || !symbols.is_member())
        return std::nullopt;
      // Its owner before has it until the next one claims it.
      auto owner = at.here ? symbols.self() : at.placed->owner;
      if (!reachable(owner))
        return std::nullopt;
      auto& to = result[owner];
      if (to.ticks.ticks.empty()) {
        to.owner = symbols.name_of(owner);
        to.ticks = x.ticks.without_ticks();
        to.committed = x.committed;
      }
      to.in_doubt |= x.in_doubt;
      to.ticks.ticks.emplace_back(tick);
      to.places.emplace_back(x.places[i]);
    }
  std::vector<part> all;
  for (auto& [owner, x] : result)
    all.emplace_back(std::move(x));
  return all;
}

bool grid_state::start(operation& x) {
  auto waiting =
    std::stable_partition(x.parts.begin(), x.parts.end(), [](const part& y) {
      return y.at != part::phase::waits;
    });
  auto parts = split({waiting, x.parts.end()});
  if (!parts)
    return false;
  auto to = waiting->committed   ? part::phase::committing
            : parts->size() == 1 ? part::phase::publishing
                                 : part::phase::preparing;
  x.parts.erase(waiting, x.parts.end());
  for (auto& y : *parts)
    x.parts.emplace_back(std::move(y));
  for (auto& y : x.parts)
    if (y.at == part::phase::waits)
      ask(x, y, to);
  if (to == part::phase::preparing)
    block(x);
  else
    block_unless_sure(x);
  return true;
}

void grid_state::ask(const operation& x, part& what, part::phase to) {
  auto by_id = what.at == part::phase::prepared;
  what.at = to;
  what.key = ++parts_sent;
  what.epoch = symbols.view().epoch;
  auto then = [&](auto&& asked) {
    asked.then([this, number = x.number,
                key = what.key](std::uint64_t n) { answer(number, key, n); },
               [this, number = x.number, key = what.key](caf::error& why) {
                 refuse(number, key, std::move(why), true);
               });
  };
  // Without time-outs: whoever does not answer loses its link, or its place in
  // the view, and `recall` takes back what it was sent.
  if (what.owner == config.self.name)
    return ask_market(x, what, by_id);
  const auto& peer = links.at(what.owner).peer;
  if (to == part::phase::publishing)
    then(self->request(peer, caf::infinite, publish_atom_v,
                       symbols.view().epoch, what.ticks));
  else if (to == part::phase::preparing)
    then(self->request(peer, caf::infinite, prepare_atom_v,
                       symbols.view().epoch, what.ticks));
  else if (by_id)
    then(self->request(peer, caf::infinite, commit_atom_v, what.ticks.id));
  else
    then(self->request(peer, caf::infinite, commit_atom_v, symbols.view().epoch,
                       what.ticks));
}

void grid_state::ask_market(const operation& x, part& what, bool by_id) {
  const auto& market = config.market;
  auto id = what.ticks.id;
  auto born = std::make_shared<std::vector<symbol_name>>(
    by_id ? awaited.remove(id) : note_here(what.ticks));
  if (!by_id)
    symbols.expect_births(*born);
  auto then = [&](auto&& asked, auto&& end) {
    asked.then(
      [this, end, number = x.number, key = what.key](std::uint64_t n) {
        end(true);
        answer(number, key, n);
      },
      [this, end, number = x.number, key = what.key](caf::error& why) {
        end(false);
        refuse(number, key, std::move(why), true);
      });
  };
  if (what.at == part::phase::preparing) {
    auto awaited_as = await_commit(id, std::move(*born));
    then(self->request(market, caf::infinite, prepare_atom_v, what.ticks),
         [this, id, awaited_as](bool taken) {
           if (!taken)
             refuse_births(id, awaited_as);
         });
    return;
  }
  auto end = [this, born](bool taken) { end_births(*born, taken); };
  if (what.at == part::phase::publishing)
    then(self->request(market, caf::infinite, publish_atom_v, what.ticks), end);
  else if (by_id)
    then(self->request(market, caf::infinite, commit_atom_v, id), end);
  else
    then(self->request(market, caf::infinite, commit_atom_v, what.ticks), end);
}

std::vector<symbol_name> grid_state::note_here(const tick_batch& batch) {
  auto taken = symbols.bring(batch);
  if (!taken.fresh.empty())
    stand_by(taken.fresh);
  return std::move(taken.unborn);
}

grid_state::part* grid_state::find_part(std::uint64_t number,
                                        std::uint64_t key) {
  auto i = operations.find(number);
  if (i == operations.end())
    return nullptr;
  for (auto& x : i->second.parts)
    if (x.key == key && x.under_way())
      return &x;
  return nullptr;
}

void grid_state::answer(std::uint64_t number, std::uint64_t key,
                        std::uint64_t n) {
  auto* which = find_part(number, key);
  if (which == nullptr)
    return;
  auto& x = operations.at(number);
  if (which->epoch == symbols.view().epoch)
    for (const auto& tick : which->ticks.ticks)
      symbols.place(tick.symbol).confirmed = true;
  if (which->at == part::phase::preparing) {
    which->at = part::phase::prepared;
    auto all = std::all_of(x.parts.begin(), x.parts.end(), [](const part& y) {
      return y.at == part::phase::prepared;
    });
    if (!all)
      return;
    for (auto& y : x.parts) {
      y.committed = true;
      ask(x, y, part::phase::committing);
    }
    block_unless_sure(x);
    pump();
    return;
  }
  which->at = part::phase::done;
  x.taken += n;
  auto all = std::all_of(x.parts.begin(), x.parts.end(), [](const part& y) {
    return y.at == part::phase::done;
  });
  if (!all)
    return;
  x.to.deliver(x.taken);
  unblock(x);
  operations.erase(number);
  pump();
}

void grid_state::refuse(std::uint64_t number, std::uint64_t key, caf::error why,
                        bool answered) {
  auto* which = find_part(number, key);
  if (which == nullptr)
    return;
  auto& x = operations.at(number);
  if (!answered && which->at == part::phase::publishing)
    which->in_doubt = true;
  if (!which->committed && is_verdict(why)) {
    auto refused = to_refusal(why);
    // Told by the place in the part.
    if (refused.element >= 0
        && static_cast<std::size_t>(refused.element) < which->places.size())
      refused.element =
        which->places[static_cast<std::size_t>(refused.element)];
    finish(x, make_error(std::move(refused)));
    pump();
    return;
  }
  if (which->at == part::phase::preparing || which->at == part::phase::prepared)
    abort(x);
  else
    which->at = part::phase::waits;
  block(x);
  retry_soon();
}

void grid_state::abort(operation& x) {
  // Nothing of it has been applied: it begins anew, in its first order.
  for (auto& y : x.parts) {
    if (y.at != part::phase::preparing && y.at != part::phase::prepared)
      continue;
    y.at = part::phase::waits;
    y.key = ++parts_sent;
    if (y.owner == config.self.name)
      abort_here(y.ticks.id);
    else if (auto to = links.find(y.owner);
             to != links.end() && to->second.up())
      self->send(to->second.peer, abort_atom_v, y.ticks.id);
  }
}

void grid_state::finish_late(time_point now) {
  // A batch of which a part may have been committed is never given up, though
  // whoever sent it is told after a while that it is not known.
  std::vector<std::uint64_t> late;
  for (const auto& [number, x] : operations) {
    if (x.due > now)
      break;
    if (std::none_of(x.parts.begin(), x.parts.end(),
                     [](const part& y) { return y.committed; }))
      late.emplace_back(number);
  }
  for (auto number : late) {
    auto& x = operations.at(number);
    auto in_doubt =
      std::any_of(x.parts.begin(), x.parts.end(), [](const part& y) {
        return y.in_doubt || y.at == part::phase::publishing;
      });
    finish(x, in_doubt ? make_error(
                unsure_of_ticks("an owner of its symbols does not answer"))
                       : make_error(errc::unavailable,
                                    "no owner of its symbols answers"));
  }
}

void grid_state::finish(operation& x, caf::error why) {
  abort(x);
  x.to.deliver(std::move(why));
  unblock(x);
  operations.erase(x.number);
}

} // namespace livegrid
