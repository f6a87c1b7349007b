// What nodes say to each other once a second, so that nothing that one of them
// has missed stays so: whether they see the same members, whether each is sent
// what it wishes for, and whether what it was sent is all there is.
//
// Each two nodes keep a digest of what the one wishes for of the other. Words
// and wishes come over the same connection, in order: so where the two digests
// differ, a wish was lost, and is not merely late. Whether rows were lost is
// looked at for some symbols after the others, see `row_audit`.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/runtime/same_way.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

constexpr std::chrono::seconds beat_pause{1};

/// A member that does not answer for so long cannot be spoken to, whatever the
/// connection says: where only the other side has lost it, messages go in one
/// direction alone. An owner that is busy answers sooner.
constexpr std::chrono::seconds word_timeout{3};

/// So long something may be amiss before anybody is told.
constexpr std::chrono::seconds patience{3};

} // namespace

void grid_state::beat() {
  if (next_beat && now() < *next_beat)
    return check_at(*next_beat);
  next_beat = now() + beat_pause;
  check_at(*next_beat);
  for (const auto& whom : peers.names_up()) {
    auto& x = peers.at(whom);
    auto failed = [this, whom, peer = x.peer](const caf::error& why) {
      const auto* y = peers.find(whom);
      if (y == nullptr || !same_way(y->peer, peer))
        return;
      config.log->warning("peer_silent",
                          {{"name", whom}, {"why", to_refusal(why).message}});
      lose_way(peer);
    };
    self->request(x.peer, word_timeout, beat_atom_v, word_for(x))
      .then([this, whom](const peer_word& y) { note_answer(whom, y); }, failed);
    offer(whom);
    audit(whom);
  }
  show(rows.show_again());
  count_disagreement();
}

peer_word grid_state::word_for(const member_link& x) const {
  return {.epoch = symbols.view().epoch,
          .members = hash_of_members(symbols.view()),
          .settled = share.settled(),
          .wishes = x.wishes,
          .everything = rows.wants_everything()};
}

caf::result<peer_word> grid_state::answer_word(const peer_word& x) {
  auto* from = link_of_sender();
  if (from == nullptr) {
    // A stranger may ask, which is no member by this node's view yet. Anybody
    // else has lost the way, and has to say hello anew.
    for (const auto& [instance, y] : peers.strangers())
      if (same_way(y.peer, self->current_sender()))
        return peer_word{.epoch =
                           symbols.is_member() ? symbols.view().epoch : 0,
                         .members = hash_of_members(symbols.view())};
    return make_error(errc::moved, "this node has no way to whoever asks");
  }
  note_word(*from, x);
  auto result = word_for(*from);
  const auto* to = outgoing.find(from->peer);
  auto known = to != nullptr ? to->wishes : wish_digest{};
  auto all = to != nullptr && to->everything;
  result.wishes_agree = known == x.wishes && all == x.everything;
  return result;
}

void grid_state::note_word(member_link& from, const peer_word& x) {
  if (x.epoch != symbols.view().epoch
      || x.members != hash_of_members(symbols.view())) {
    if (!from.differs_since)
      from.differs_since = now();
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
    untold.note_anew(x);
  evict(std::move(names));
}

void grid_state::note_answer(const std::string& whom, const peer_word& x) {
  auto* from = peers.find(whom);
  if (from == nullptr || !from->up() || !symbols.is_member())
    return;
  note_word(*from, x);
  if (x.wishes_agree)
    return;
  add(config.stats->wishes_restated);
  config.log->warning("wishes_restated", {{"name", whom}});
  restate_wishes_to(whom);
}

// -- rows that have not come --------------------------------------------------

void grid_state::audit(const std::string& whom) {
  auto& to = peers.at(whom);
  if (to.audited || rows.all().empty())
    return;
  auto which = missing.next_for(whom, to.next_bucket);
  if (which.empty())
    return;
  to.audited = true;
  auto over = [this, whom] {
    if (auto* x = peers.find(whom))
      x->audited = false;
  };
  self->request(to.peer, word_timeout, audit_atom_v, which)
    .then(
      [this, whom, which, over](const std::vector<std::uint64_t>& orders) {
        over();
        note_audit(whom, which, orders);
      },
      // The next word asks again, if the member is still there.
      [over](const caf::error&) { over(); });
}

caf::result<std::vector<std::uint64_t>>
grid_state::answer_audit(const std::vector<symbol_name>& which) {
  auto to = self->make_response_promise<std::vector<std::uint64_t>>();
  self->request(config.market, question_timeout, fetch_atom_v, which)
    .then(
      [to](const row_batch& all) mutable {
        std::vector<std::uint64_t> result;
        for (const auto& x : all.rows) {
          result.emplace_back(x->order().epoch);
          result.emplace_back(x->version());
        }
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
  return to;
}

void grid_state::note_audit(const std::string& whom,
                            const std::vector<symbol_name>& which,
                            const std::vector<std::uint64_t>& orders) {
  const auto* from = peers.find(whom);
  if (from == nullptr || !from->up() || orders.size() != 2 * which.size())
    return;
  auto again = missing.note(which, orders, now());
  if (again.empty())
    return;
  add(config.stats->wishes_restated);
  config.log->warning("rows_missing",
                      {{"name", whom}, {"symbols", again.size()}});
  // The member knows these wishes: whoever asks again is given the rows once
  // more.
  self->send(from->peer, watch_atom_v, std::move(again));
}

void grid_state::count_disagreement() {
  config.stats->owners_disagree = peers.differing_for(patience, now());
  config.stats->viewers_behind = missing.missing_for(patience, now());
}

} // namespace livegrid
