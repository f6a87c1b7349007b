// What nodes say to each other once a second, so that nothing that one of them
// has missed stays so: whether they see the same members, whether each is sent
// what it has asked for, and whether what it was sent is all there is.
//
// A wish is a state of two nodes, of which each keeps a digest; words and
// wishes come over the same connection, in order, so that two digests that
// differ are no matter of time. Rows are looked at in turn: an owner tells the
// versions that it has of some symbols, and what has not come here a second
// later is asked for again.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/same_way.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds beat_pause{1};

/// A member that does not answer for so long cannot be spoken to, whatever the
/// connection says: one that is gone at the other side alone is a way in one
/// direction. An owner that is busy answers sooner.
constexpr std::chrono::seconds word_timeout{3};

/// So long something may be amiss before anybody is told.
constexpr std::chrono::seconds patience{3};

/// A row that has not come after so long is asked for again.
constexpr std::chrono::seconds row_patience{1};

/// Symbols whose versions a member is asked for at a time.
constexpr std::size_t audit_size = 256;

} // namespace

void grid_state::beat() {
  auto now = self->clock().now();
  if (next_beat && now < *next_beat)
    return check_at(*next_beat);
  next_beat = now + beat_pause;
  check_at(*next_beat);
  std::vector<std::string> names;
  for (const auto& [whom, x] : links)
    if (x.up())
      names.emplace_back(whom);
  for (const auto& whom : names) {
    auto& x = links.at(whom);
    auto failed = [this, whom, peer = x.peer](const caf::error& why) {
      auto i = links.find(whom);
      if (i == links.end() || !same_way(i->second.peer, peer))
        return;
      config.log->warning("peer_silent",
                          {{"name", whom}, {"why", to_refusal(why).message}});
      lose_way(peer);
    };
    self->request(x.peer, word_timeout, beat_atom_v, word_for(x))
      .then([this, whom](const peer_word& y) { take_answer(whom, y); }, failed);
    offer(whom);
    audit(whom);
  }
  show_again();
  count_disagreement();
}

peer_word grid_state::word_for(const link& x) const {
  return {.epoch = symbols.view().epoch,
          .members = hash_of_members(symbols.view()),
          .settled = settled,
          .wishes = x.wishes,
          .everything = !everything.empty()};
}

caf::result<peer_word> grid_state::answer_word(const peer_word& x) {
  auto* from = link_of_sender();
  if (from == nullptr) {
    // One that this node's view does not have yet; else it has lost the way,
    // and has to say hello anew.
    for (const auto& [instance, y] : strangers)
      if (same_way(y.peer, self->current_sender()))
        return peer_word{.epoch =
                           symbols.is_member() ? symbols.view().epoch : 0,
                         .members = hash_of_members(symbols.view())};
    return make_error(errc::moved, "this node has no way to whoever asks");
  }
  note_word(*from, x);
  auto result = word_for(*from);
  auto to = outlets.find(from->peer.address());
  auto known = to != outlets.end() ? to->second.wishes : wish_digest{};
  auto all = to != outlets.end() && to->second.everything;
  result.wishes_agree = known == x.wishes && all == x.everything;
  return result;
}

void grid_state::note_word(link& from, const peer_word& x) {
  if (x.epoch != symbols.view().epoch
      || x.members != hash_of_members(symbols.view())) {
    if (!from.differs_since)
      from.differs_since = self->clock().now();
    return;
  }
  from.differs_since.reset();
  if (x.settled && symbols.is_member()
      && std::exchange(from.settled_by, symbols.view().epoch)
           != symbols.view().epoch)
    give_up_left_over(from.instance);
}

void grid_state::give_up_left_over(const std::string& instance) {
  std::vector<symbol_name> names;
  for (const auto& [symbol, x] : symbols.here())
    if (const auto& at = symbols.place(symbol);
        symbols.is_elsewhere(at)
        && symbols.view().members[at.placed->owner].instance == instance)
      names.emplace_back(symbol);
  if (names.empty())
    return;
  config.log->warning("symbols_left_over",
                      {{"instance", instance}, {"symbols", names.size()}});
  for (const auto& x : names)
    unknown_to_owner.insert_or_assign(x, false);
  evict(std::move(names));
}

void grid_state::take_answer(const std::string& whom, const peer_word& x) {
  auto i = links.find(whom);
  if (i == links.end() || !i->second.up() || !symbols.is_member())
    return;
  note_word(i->second, x);
  if (x.wishes_agree)
    return;
  add(config.stats->wishes_restated);
  config.log->warning("wishes_restated", {{"name", whom}});
  restate_wishes(&whom);
}

grid_state::link* grid_state::link_of_sender() {
  const auto& from = self->current_sender();
  for (auto& [whom, x] : links)
    if (x.up() && same_way(x.peer, from))
      return &x;
  return nullptr;
}

// -- rows that have not come --------------------------------------------------

void grid_state::audit(const std::string& whom) {
  auto& to = links.at(whom);
  if (to.audited || distant.empty())
    return;
  std::vector<symbol_name> names;
  auto its = [&](const symbol_name& x) {
    auto at = symbols.look_up(x);
    return at.placed && !at.here && symbols.name_of(at.placed->owner) == whom;
  };
  for (const auto& [symbol, x] : missing)
    if (names.size() < audit_size && its(symbol))
      names.emplace_back(symbol);
  // The others in turn, a part each time.
  auto buckets = distant.bucket_count();
  for (std::size_t n = 0; n < buckets && names.size() < audit_size; ++n) {
    auto at = (to.next_bucket + n) % buckets;
    for (auto i = distant.begin(at); i != distant.end(at); ++i)
      if ((!i->second.sinks.empty() || !everything.empty())
          && !missing.contains(i->first) && its(i->first))
        names.emplace_back(i->first);
    if (names.size() >= audit_size)
      to.next_bucket = at + 1;
  }
  if (names.empty())
    return;
  to.audited = true;
  auto over = [this, whom] {
    if (auto i = links.find(whom); i != links.end())
      i->second.audited = false;
  };
  self->request(to.peer, word_timeout, audit_atom_v, names)
    .then(
      [this, whom, names, over](const std::vector<std::uint64_t>& orders) {
        over();
        take_audit(whom, names, orders);
      },
      // It is asked again, or gone.
      [over](const caf::error&) { over(); });
}

caf::result<std::vector<std::uint64_t>>
grid_state::answer_audit(const std::vector<symbol_name>& names) {
  auto to = self->make_response_promise<std::vector<std::uint64_t>>();
  self->request(config.market, fetch_timeout, fetch_atom_v, names)
    .then(
      [to](const row_batch& rows) mutable {
        std::vector<std::uint64_t> result;
        for (const auto& x : rows.rows) {
          result.emplace_back(x->order().epoch);
          result.emplace_back(x->version());
        }
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
  return to;
}

void grid_state::take_audit(const std::string& whom,
                            const std::vector<symbol_name>& names,
                            const std::vector<std::uint64_t>& orders) {
  auto i = links.find(whom);
  if (i == links.end() || !i->second.up() || orders.size() != 2 * names.size())
    return;
  auto now = self->clock().now();
  std::vector<symbol_name> again;
  for (std::size_t n = 0; n < names.size(); ++n) {
    auto known = distant.find(names[n]);
    row_order there{.epoch = orders[2 * n], .version = orders[2 * n + 1]};
    auto wanted = known != distant.end()
                  && (!known->second.sinks.empty() || !everything.empty());
    auto came = [&](const row_order& x) {
      const auto& held = known->second.held;
      return held
             && std::pair{held->order().epoch, held->version()}
                  >= std::pair{x.epoch, x.version};
    };
    auto late = missing.find(names[n]);
    if (late != missing.end() && (!wanted || came(late->second.order))) {
      missing.erase(late);
      late = missing.end();
    }
    if (!wanted || there.version == 0 || came(there))
      continue;
    if (late == missing.end()) {
      missing.emplace(names[n], missing_row{there, now});
    } else if (!late->second.asked
               && now - late->second.since >= row_patience) {
      late->second.asked = true;
      again.emplace_back(names[n]);
    }
  }
  if (again.empty())
    return;
  add(config.stats->wishes_restated);
  config.log->warning("rows_missing",
                      {{"name", whom}, {"symbols", again.size()}});
  // It has these names already: it gives their rows once more.
  self->send(i->second.peer, watch_atom_v, std::move(again));
}

void grid_state::count_disagreement() {
  auto now = self->clock().now();
  auto over = [&](time_point since) { return now - since >= patience; };
  config.stats->owners_disagree = static_cast<std::uint64_t>(
    std::count_if(links.begin(), links.end(), [&](const auto& x) {
      return x.second.differs_since && over(*x.second.differs_since);
    }));
  config.stats->viewers_behind = static_cast<std::uint64_t>(
    std::count_if(missing.begin(), missing.end(),
                  [&](const auto& x) { return over(x.second.since); }));
}

} // namespace livegrid
