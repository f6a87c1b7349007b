// How symbols come to this node, and go from it.

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/cluster/grid.hpp"
#include "livegrid/actors/prices/price_state.hpp"
#include "livegrid/actors/runtime/gathered.hpp"
#include "livegrid/actors/stats/counters.hpp"

namespace livegrid {

namespace {

/// So long does a claim wait for a member that is said to be there but does not
/// answer, if all it can have are rows that it has seen. Together with the time
/// after which a silent member is said to be gone it is less than what a viewer
/// may have to wait.
constexpr std::chrono::milliseconds row_patience{1500};

/// And so long for one that may have taken ticks of this node's share: without
/// it they would be lost. Connections that were cut may need some seconds more
/// than the membership to be there again.
constexpr std::chrono::milliseconds tick_patience{8000};

/// Rows in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

} // namespace

// -- to this node -------------------------------------------------------------

void grid_state::start_claims(bool from_all) {
  settled = false;
  claims.clear();
  for (const auto& [whom, x] : links)
    if (from_all || doubtful.contains(whom))
      claims.insert(whom);
  claims_begun = self->clock().now();
  if (claims.empty())
    return settle();
  check_claims();
  for (const auto& whom : claims)
    if (links.at(whom).up())
      claim_from(whom);
}

void grid_state::claim_from(const std::string& whom) {
  self
    ->request(links.at(whom).peer, caf::infinite, claim_atom_v,
              symbols.view().epoch, config.self.name)
    .then(
      [this, whom, epoch = symbols.view().epoch](const handover& x) {
        // What is known is known, whatever has changed since.
        auto both_may = doubtful.contains(whom);
        learn(x.rows);
        if (!symbols.is_member() || epoch != symbols.view().epoch
            || (!claims.contains(whom) && !both_may))
          return;
        if (!x.last)
          return claim_from(whom);
        claims.erase(whom);
        doubtful.erase(whom);
        if (claims.empty())
          settle();
      },
      [this, whom](const caf::error& why) {
        // It has a newer view, which this node will have as well, and claim
        // anew; or it is gone, which the next view will say.
        config.log->info("claim_refused",
                         {{"name", whom}, {"why", to_refusal(why).message}});
      });
}

void grid_state::check_claims() {
  auto now = self->clock().now();
  std::erase_if(claims, [&](const std::string& whom) {
    auto may_hold = links.at(whom).may_hold;
    auto due = claims_begun + (may_hold ? tick_patience : row_patience);
    if (now < due) {
      check_at(due);
      return false;
    }
    config.log->warning("claim_unanswered", {{"name", whom}});
    if (may_hold)
      doubtful.insert(whom);
    return true;
  });
  if (claims.empty())
    settle();
}

void grid_state::settle() {
  claims.clear();
  // What this node itself is giving up may be its own again: it is next.
  settled = evicting == 0;
  if (!settled)
    return;
  for (const auto& x : config.first_states)
    if (symbols.is_mine(x.symbol) && !symbols.is_here(x.symbol)
        && (!distant.contains(x.symbol) || !distant.at(x.symbol).held)) {
      price_state first{x.symbol};
      first.load(x);
      hold(first.render());
    }
  std::vector<symbol_name> names;
  for (auto i = distant.begin(); i != distant.end();) {
    auto& [symbol, x] = *i;
    if (x.held && x.held->is_vacant())
      x.held.reset();
    if (x.held && symbols.is_mine(symbol) && !symbols.is_here(symbol))
      names.emplace_back(symbol);
    i = x.held || !x.sinks.empty() ? std::next(i) : distant.erase(i);
  }
  config.stats->claim_time.observe(
    static_cast<std::uint64_t>((self->clock().now() - claims_begun).count()));
  adopt(names);
  config.log->info("cluster_settled", {{"epoch", symbols.view().epoch},
                                       {"adopted", names.size()},
                                       {"owned", symbols.here().size()}});
  restate_wishes();
  under_way.pump();
}

void grid_state::adopt(const std::vector<symbol_name>& names) {
  row_batch rows;
  for (const auto& symbol : names) {
    auto held = std::exchange(distant.at(symbol).held, nullptr);
    // Its rows are marked until its market knows better.
    if (gone_back.erase(symbol) > 0)
      held = marked_down(*held);
    rows.rows.emplace_back(std::move(held));
    symbols.adopt(symbol);
    unknown_to_owner.erase(symbol);
    if (distant.at(symbol).sinks.empty())
      distant.erase(symbol);
  }
  add(config.stats->symbols_adopted, names.size());
  // At least one, since it tells the epoch.
  for (std::size_t i = 0; i == 0 || i < rows.rows.size(); i += part_size) {
    auto end = std::min(rows.rows.size(), i + part_size);
    row_batch some{{rows.rows.begin() + static_cast<std::ptrdiff_t>(i),
                    rows.rows.begin() + static_cast<std::ptrdiff_t>(end)}};
    self->send(config.market, adopt_atom_v, std::move(some),
               symbols.view().epoch);
  }
  for (const auto& x : sources)
    self->send(x, rows);
  stand_by(names);
}

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
    hold(x);
    if (settled && symbols.is_mine(symbol) && distant[symbol].held)
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

void grid_state::note_dropped(const row& what) {
  add(config.stats->ticks_dropped);
  config.log->warning("ticks_dropped", {{"symbol", what.symbol().str()},
                                        {"price", what.text(cell::price)},
                                        {"volume", what.text(cell::volume)},
                                        {"epoch", what.state().epoch},
                                        {"version", what.state().version}});
}

void grid_state::offer(const std::string& whom) {
  auto to = links.find(whom);
  if (to == links.end() || !to->second.up() || !symbols.is_member())
    return;
  row_batch out;
  for (auto i = unknown_to_owner.begin(); i != unknown_to_owner.end();) {
    auto& [symbol, told] = *i;
    const auto& at = symbols.place(symbol);
    auto known = distant.find(symbol);
    // Being evicted, it is held once that is done.
    auto held = known != distant.end() && known->second.held;
    if (at.here || (!held && evicting == 0)) {
      i = unknown_to_owner.erase(i);
      continue;
    }
    if (!told && held && at.placed && symbols.name_of(at.placed->owner) == whom
        && out.rows.size() < part_size) {
      told = true;
      out.rows.emplace_back(known->second.held);
    }
    ++i;
  }
  if (out.rows.empty())
    return;
  std::vector<symbol_name> names;
  for (const auto& x : out.rows)
    names.emplace_back(x->symbol());
  self->request(to->second.peer, caf::infinite, merge_atom_v, std::move(out))
    .then(
      [this, whom, names](std::uint64_t) {
        for (const auto& x : names)
          if (auto i = unknown_to_owner.find(x);
              i != unknown_to_owner.end() && i->second)
            unknown_to_owner.erase(i);
        offer(whom);
      },
      [this, names](const caf::error&) {
        // It is said again a second later.
        for (const auto& x : names)
          if (auto i = unknown_to_owner.find(x); i != unknown_to_owner.end())
            i->second = false;
      });
}

// -- from this node -----------------------------------------------------------

caf::result<handover> grid_state::hand_over(std::uint64_t epoch,
                                            const std::string& to) {
  auto promise = self->make_response_promise<handover>();
  if (!symbols.is_member() || epoch > symbols.view().epoch)
    early_claims[epoch].emplace_back(to, promise);
  else
    answer_claim(epoch, to, promise);
  return promise;
}

void grid_state::answer_claim(std::uint64_t epoch, const std::string& to,
                              caf::typed_response_promise<handover> promise) {
  if (epoch < symbols.view().epoch) {
    promise.deliver(make_error(errc::moved, "there is a newer view than that"));
    return;
  }
  auto& x = estates[to];
  if (x.epoch != epoch)
    prepare_estate(epoch, to);
  if (x.complete) {
    promise.deliver(next_part(x));
    tell_if_done();
  } else {
    x.asked.emplace_back(std::move(promise));
  }
}

void grid_state::prepare_estate(std::uint64_t epoch, const std::string& to) {
  auto& x = estates[to];
  for (auto& old : std::exchange(x, estate{epoch}).asked)
    old.deliver(make_error(errc::moved, "there is a newer view than that"));
  std::vector<symbol_name> names;
  for (const auto& [symbol, y] : symbols.here())
    if (symbols.is_owner(to, symbol))
      names.emplace_back(symbol);
  evict(std::move(names));
}

void grid_state::drop_old_estates() {
  // Who waits for this node to be done waits until they are fetched.
  if (!draining.empty())
    return;
  for (auto& [to, x] : estates)
    for (auto& old : x.asked)
      old.deliver(make_error(errc::moved, "there is a newer view than that"));
  estates.clear();
}

void grid_state::complete_estates() {
  for (auto& [to, x] : estates) {
    if (x.complete || x.epoch != symbols.view().epoch || !symbols.is_member())
      continue;
    for (const auto& [symbol, y] : distant)
      if (y.held && symbols.is_owner(to, symbol))
        x.rows.emplace_back(y.held);
    x.complete = true;
    for (auto& promise : std::exchange(x.asked, {}))
      promise.deliver(next_part(x));
  }
  tell_if_done();
}

void grid_state::tell_if_done() {
  if (draining.empty())
    return;
  auto others = symbols.is_member()
                && std::any_of(links.begin(), links.end(), [](const auto& x) {
                     return x.second.owns_symbols;
                   });
  auto fetched = std::all_of(estates.begin(), estates.end(), [](const auto& x) {
    return x.second.complete && x.second.rows.empty();
  });
  if (others
      && (config.self.owns_symbols || !symbols.here().empty() || evicting > 0
          || !fetched))
    return;
  for (auto& to : std::exchange(draining, {}))
    to.deliver(true);
}

handover grid_state::next_part(estate& x) {
  handover result;
  auto end = std::min(x.rows.size(), x.next + part_size);
  result.rows.rows.assign(x.rows.begin() + static_cast<std::ptrdiff_t>(x.next),
                          x.rows.begin() + static_cast<std::ptrdiff_t>(end));
  x.next = end;
  result.last = end == x.rows.size();
  if (result.last) {
    x.rows.clear();
    x.next = 0;
  }
  return result;
}

void grid_state::evict(std::vector<symbol_name> names) {
  std::vector<ownership::forgotten> gone;
  for (const auto& x : names)
    if (auto known = symbols.give_up(x))
      gone.emplace_back(x, known->next);
  stop_standing_by(gone);
  add(config.stats->symbols_evicted, names.size());
  ++evicting;
  for (const auto& x : names)
    leaving.try_emplace(x);
  auto then = [this, names](const row_batch& last) {
    // Kept, in case the new owner dies before it has them all; and until then
    // this is what can be said of them here.
    row_batch out;
    for (const auto& x : last.rows) {
      hold(x);
      if (!symbols.is_member())
        out.rows.emplace_back(shown(x->symbol(), x));
    }
    show(std::move(out));
    for (const auto& x : names)
      if (auto i = leaving.find(x); i != leaving.end()) {
        auto early = std::move(i->second);
        leaving.erase(i);
        row_batch one;
        one.rows.emplace_back(std::move(early.row));
        if (one.rows[0])
          take_rows(early.node, one);
      }
    // Whatever goes to somebody else is held by now.
    if (--evicting > 0)
      return;
    complete_estates();
    for (const auto& [whom, x] : links)
      offer(whom);
    if (symbols.is_member() && !settled && claims.empty())
      settle();
  };
  self->request(config.market, caf::infinite, evict_atom_v, names)
    .then(then, [this, then](const caf::error& why) {
      config.log->error("evict_failed", {{"why", to_refusal(why).message}});
      then(row_batch{});
    });
}

void grid_state::give_up() {
  std::vector<symbol_name> names;
  for (const auto& [symbol, y] : symbols.here()) {
    names.emplace_back(symbol);
    // Whoever owns it next may not have all its ticks.
    unknown_to_owner[symbol] = false;
  }
  evict(std::move(names));
}

// -- questions ----------------------------------------------------------------

caf::result<std::vector<symbol_name>>
grid_state::fetch_names(std::uint64_t limit) {
  using names = std::vector<symbol_name>;
  auto put_in_order = [limit](names& xs) {
    if (limit == UINT64_MAX)
      return;
    std::sort(xs.begin(), xs.end());
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    xs.resize(std::min<std::uint64_t>(limit, xs.size()));
  };
  auto result = std::make_shared<gathered<names>>();
  result->all = symbols.names_born(limit);
  put_in_order(result->all);
  for (const auto& [whom, x] : links) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self->request(x.peer, fetch_timeout, list_atom_v, limit)
      .then(
        [result, put_in_order](const names& more) {
          auto& all = result->all;
          all.insert(all.end(), more.begin(), more.end());
          put_in_order(all);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return std::move(result->all);
  result->to = self->make_response_promise<names>();
  return result->to;
}

caf::result<std::uint64_t> grid_state::fetch_version() {
  auto result = std::make_shared<gathered<std::uint64_t>>();
  // The order in which the others answer must not count.
  auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15;
    return x ^ (x >> 29);
  };
  result->all = mix(symbols.version());
  for (const auto& [whom, x] : links) {
    if (!x.up() || !x.owns_symbols)
      continue;
    ++result->missing;
    self->request(x.peer, fetch_timeout, count_atom_v)
      .then(
        [result, mix, who = std::hash<std::string>{}(whom)](std::uint64_t n) {
          result->all += mix(mix(n) + who);
          result->one_done();
        },
        [result](caf::error& why) { result->fail(std::move(why)); });
  }
  if (result->missing == 0)
    return result->all;
  result->to = self->make_response_promise<std::uint64_t>();
  return result->to;
}

} // namespace livegrid
