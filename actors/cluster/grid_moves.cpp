// How symbols come to this node, and go from it.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/prices/price_state.hpp"
#include "livegrid/actors/runtime/reply_by.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// Rows in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

} // namespace

// -- to this node -------------------------------------------------------------

void grid_state::start_claims(bool from_all) {
  std::set<std::string> from;
  for (const auto& whom : peers.names())
    if (from_all || share.in_doubt(whom))
      from.insert(whom);
  share.begin(std::move(from), now());
  if (share.open().empty())
    return settle();
  check_claims();
  for (const auto& whom : share.open())
    if (peers.at(whom).up())
      claim_from(whom);
}

void grid_state::claim_from(const std::string& whom) {
  auto epoch = symbols.view().epoch;
  self
    ->request(peers.at(whom).peer, caf::infinite, claim_atom_v, epoch,
              config.self.name)
    .then(
      [this, whom, epoch](const handover& x) {
        // These states count, even if the view is another one by now.
        learn(x.rows);
        if (!symbols.is_member() || epoch != symbols.view().epoch
            || !share.wants(whom))
          return;
        if (!x.last)
          return claim_from(whom);
        share.end(whom);
        if (share.open().empty())
          settle();
      },
      [this, whom](const caf::error& why) {
        // The member has a newer view, by which this node will claim anew when
        // it has it, too; or the member is gone, as the next view will say.
        config.log->info("claim_refused",
                         {{"name", whom}, {"why", to_refusal(why).message}});
      });
}

void grid_state::check_claims() {
  auto may_hold = [this](const auto& whom) { return peers.at(whom).may_hold; };
  for (const auto& x : share.waits(now(), may_hold)) {
    if (!x.over) {
      check_at(x.due);
      continue;
    }
    config.log->warning("claim_unanswered", {{"name", x.whom}});
    share.give_up(x.whom, may_hold(x.whom));
  }
  if (share.open().empty())
    settle();
}

void grid_state::settle() {
  share.end_all();
  // Symbols that are leaving may be this node's own again by now: then it goes
  // on from what its market is about to say of them.
  share.settle(!heritage.leaving());
  if (!share.settled())
    return;
  hold_first_states();
  auto which = rows.tidy();
  config.stats->claim_time.observe(
    static_cast<std::uint64_t>((now() - share.begun()).count()));
  adopt(which);
  config.log->info("cluster_settled", {{"epoch", symbols.view().epoch},
                                       {"adopted", which.size()},
                                       {"owned", symbols.here().size()}});
  restate_wishes();
  under_way.pump();
}

void grid_state::hold_first_states() {
  for (const auto& x : config.first_states)
    if (symbols.is_mine(x.symbol) && !symbols.is_here(x.symbol)
        && !rows.held(x.symbol)) {
      price_state first{x.symbol};
      first.load(x, config.simulated);
      rows.hold(first.render());
    }
}

void grid_state::adopt(const std::vector<symbol_name>& which) {
  row_batch all;
  for (const auto& symbol : which) {
    all.rows.emplace_back(rows.give_away(symbol));
    symbols.adopt(symbol);
    untold.forget(symbol);
  }
  add(config.stats->symbols_adopted, which.size());
  // At least one message is sent, since the market learns the epoch from it.
  for (std::size_t i = 0; i == 0 || i < all.rows.size(); i += part_size) {
    auto end = std::min(all.rows.size(), i + part_size);
    row_batch some{{all.rows.begin() + static_cast<std::ptrdiff_t>(i),
                    all.rows.begin() + static_cast<std::ptrdiff_t>(end)}};
    self->send(config.market, adopt_atom_v, std::move(some),
               symbols.view().epoch);
  }
  for (const auto& x : sources)
    self->send(x, all);
  outgoing.stand_by(which);
}

// -- states that somebody knows -----------------------------------------------

void grid_state::learn(const row_batch& had) {
  row_batch here;
  std::vector<symbol_name> fresh;
  for (const auto& x : had.rows) {
    if (!x || x->is_vacant())
      continue;
    const auto& symbol = x->symbol();
    if (symbols.is_here(symbol)) {
      here.rows.emplace_back(x);
      continue;
    }
    rows.hold(x);
    if (share.settled() && symbols.is_mine(symbol) && rows.held(symbol))
      fresh.emplace_back(symbol);
  }
  std::sort(fresh.begin(), fresh.end());
  fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
  if (!fresh.empty())
    adopt(fresh);
  if (here.rows.empty())
    return;
  self
    ->request(config.market, caf::infinite, merge_atom_v, std::move(here),
              symbols.view().epoch)
    .then(
      [this](const row_batch& dropped) {
        for (const auto& x : dropped.rows)
          note_dropped(*x);
      },
      [this](const caf::error& why) {
        config.log->error("merge_failed", {{"why", to_refusal(why).message}});
      });
}

caf::result<std::uint64_t> grid_state::learn_from_peer(const row_batch& had) {
  for (const auto& x : had.rows)
    if (!symbols.is_member()
        || (x && !symbols.is_here(x->symbol())
            && !symbols.is_mine(x->symbol())))
      return make_error(errc::moved, "this node does not own all of them");
  learn(had);
  return static_cast<std::uint64_t>(had.rows.size());
}

void grid_state::offer(const std::string& whom) {
  const auto* to = peers.find(whom);
  if (to == nullptr || !to->up() || !symbols.is_member())
    return;
  auto out = untold.next_for(whom, heritage.leaving());
  if (out.rows.empty())
    return;
  std::vector<symbol_name> which;
  for (const auto& x : out.rows)
    which.emplace_back(x->symbol());
  self->request(to->peer, caf::infinite, merge_atom_v, std::move(out))
    .then(
      [this, whom, which](std::uint64_t) {
        untold.end(which);
        offer(whom);
      },
      // With the next word, a second later, it is offered again.
      [this, which](const caf::error&) { untold.refuse(which); });
}

// -- from this node -----------------------------------------------------------

caf::result<handover> grid_state::hand_over(std::uint64_t epoch,
                                            const std::string& to) {
  auto promise = self->make_response_promise<handover>();
  estates::claim x{to, reply_by(promise)};
  if (!symbols.is_member() || epoch > symbols.view().epoch)
    heritage.keep(epoch, std::move(x));
  else
    answer_claim(epoch, std::move(x));
  return promise;
}

void grid_state::answer_claim(std::uint64_t epoch, estates::claim x) {
  if (epoch < symbols.view().epoch) {
    x.to(make_error(errc::moved, "there is a newer view than that"));
    return;
  }
  if (!heritage.begun(x.whose, epoch)) {
    heritage.begin(x.whose, epoch);
    std::vector<symbol_name> its;
    for (const auto& [symbol, y] : symbols.here())
      if (symbols.is_owner(x.whose, symbol))
        its.emplace_back(symbol);
    evict(std::move(its));
  }
  if (heritage.ask(x.whose, std::move(x.to)))
    tell_if_done();
}

void grid_state::answer_kept_claims() {
  while (auto asked = heritage.next_kept(symbols.view().epoch))
    for (auto& x : asked->second)
      answer_claim(asked->first, std::move(x));
}

void grid_state::drop_old_estates() {
  // A node that is being drained has to keep its estates until they are
  // fetched.
  if (draining.empty())
    heritage.refuse_all();
}

void grid_state::complete_estates() {
  if (symbols.is_member())
    for (const auto& whose : heritage.incomplete(symbols.view().epoch))
      heritage.complete(whose, rows.held_for(whose));
  tell_if_done();
}

void grid_state::evict(std::vector<symbol_name> which) {
  std::vector<ownership::forgotten> gone;
  for (const auto& x : which)
    if (auto known = symbols.give_up(x))
      gone.emplace_back(x, known->next);
  outgoing.stop_standing_by(gone);
  add(config.stats->symbols_evicted, which.size());
  heritage.begin_leaving(which);
  self->request(config.market, caf::infinite, evict_atom_v, which)
    .then(
      [this, which](const row_batch& last) { end_eviction(which, last); },
      [this, which](const caf::error& why) {
        config.log->error("evict_failed", {{"why", to_refusal(why).message}});
        end_eviction(which, row_batch{});
      });
}

void grid_state::end_eviction(const std::vector<symbol_name>& which,
                              const row_batch& last) {
  // The last rows are held, in case the new owner dies before it has fetched
  // them all. Until it shows newer ones, they are what can be said here.
  row_batch out;
  for (const auto& x : last.rows) {
    rows.hold(x);
    if (!symbols.is_member())
      out.rows.emplace_back(rows.shown(x->symbol(), x));
  }
  show(std::move(out));
  for (const auto& x : which)
    if (auto early = heritage.end_leaving(x); early.row) {
      row_batch one{{std::move(early.row)}};
      receive_rows(early.node, one);
    }
  if (!heritage.end_round())
    return;
  // By now, the last rows of all symbols that go to others are held.
  complete_estates();
  for (const auto& whom : peers.names())
    offer(whom);
  if (symbols.is_member() && !share.settled() && share.open().empty())
    settle();
}

void grid_state::give_up_all() {
  auto all = symbols.names_here();
  // Their next owners may not have had all their ticks.
  for (const auto& x : all)
    untold.note_anew(x);
  evict(std::move(all));
}

void grid_state::tell_if_done() {
  if (draining.empty())
    return;
  auto others = symbols.is_member() && peers.any_owner();
  if (others
      && (config.self.owns_symbols || !symbols.here().empty()
          || heritage.leaving() || !heritage.all_fetched()))
    return;
  for (auto& to : std::exchange(draining, {}))
    to.deliver(true);
}

} // namespace livegrid
