// How symbols come to this node, and go from it.

#include <algorithm>

#include "livegrid/actors/gathered.hpp"
#include "livegrid/actors/grid.hpp"
#include "livegrid/counters.hpp"
#include "livegrid/log.hpp"
#include "livegrid/price_state.hpp"

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
    ->request(links.at(whom).peer, caf::infinite, claim_atom_v, view.epoch,
              config.self.name)
    .then(
      [this, whom, epoch = view.epoch](const handover& x) {
        // What is known is known, whatever has changed since.
        auto both_may = doubtful.contains(whom);
        std::vector<symbol_name> twice;
        for (const auto& row : x.rows.rows) {
          if (!row)
            continue;
          auto here = owned.contains(row->symbol());
          if (!here || both_may)
            hold(row);
          if (here && both_may)
            twice.emplace_back(row->symbol());
        }
        // The newer of the two is where this node goes on.
        if (!twice.empty()) {
          owned_twice.insert(twice.begin(), twice.end());
          evict(std::move(twice));
        }
        if (!is_member || epoch != view.epoch
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
  row_batch rows;
  std::vector<symbol_name> names;
  auto adopt = [&](const symbol_name& symbol, const row_ptr& last) {
    rows.rows.emplace_back(last);
    names.emplace_back(symbol);
    owned.try_emplace(symbol, owned_symbol{.since = view.epoch, .born = true});
    ++names_version;
    place_of_symbol(symbol).here = true;
  };
  for (auto i = distant.begin(); i != distant.end();) {
    auto& [symbol, x] = *i;
    if (x.held && mine(place_of_symbol(symbol)) && !owned.contains(symbol))
      adopt(symbol, std::exchange(x.held, nullptr));
    i = x.held || !x.sinks.empty() ? std::next(i) : distant.erase(i);
  }
  for (const auto& x : config.first_states)
    if (mine(place_of_symbol(x.symbol)) && !owned.contains(x.symbol)) {
      price_state first{x.symbol};
      first.load(x);
      adopt(x.symbol, first.render());
    }
  add(config.stats->symbols_adopted, names.size());
  config.stats->claim_time.observe(
    static_cast<std::uint64_t>((self->clock().now() - claims_begun).count()));
  // At least one, since it tells the epoch.
  for (std::size_t i = 0; i == 0 || i < rows.rows.size(); i += part_size) {
    auto end = std::min(rows.rows.size(), i + part_size);
    row_batch some{{rows.rows.begin() + static_cast<std::ptrdiff_t>(i),
                    rows.rows.begin() + static_cast<std::ptrdiff_t>(end)}};
    self->send(config.market, adopt_atom_v, std::move(some), view.epoch);
  }
  config.log->info("cluster_settled", {{"epoch", view.epoch},
                                       {"adopted", names.size()},
                                       {"owned", owned.size()}});
  for (const auto& x : sources)
    self->send(x, rows);
  restate_wishes();
  stand_by(names);
  // The others have said what they want of these; the market has forgotten it.
  for (const auto& [peer, to] : outlets) {
    std::vector<symbol_name> wanted;
    for (const auto& x : owned_twice)
      if (to.watched.contains(x))
        wanted.emplace_back(x);
    if (!wanted.empty())
      self->send(config.market, watch_atom_v, std::move(wanted),
                 row_sink_actor{to.relay});
  }
  owned_twice.clear();
  pump();
}

// -- from this node -----------------------------------------------------------

caf::result<handover> grid_state::hand_over(std::uint64_t epoch,
                                            const std::string& to) {
  auto promise = self->make_response_promise<handover>();
  if (!is_member || epoch > view.epoch)
    early_claims[epoch].emplace_back(to, promise);
  else
    answer_claim(epoch, to, promise);
  return promise;
}

void grid_state::answer_claim(std::uint64_t epoch, const std::string& to,
                              caf::typed_response_promise<handover> promise) {
  if (epoch < view.epoch) {
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
  for (const auto& [symbol, y] : owned)
    if (goes_to(symbol, to))
      names.emplace_back(symbol);
  evict(std::move(names));
}

bool grid_state::goes_to(const symbol_name& symbol, const std::string& to) {
  const auto& at = place_of_symbol(symbol).at;
  return at && view.members[at->owner].name == to;
}

void grid_state::complete_estates() {
  for (auto& [to, x] : estates) {
    if (x.complete || x.epoch != view.epoch || !is_member)
      continue;
    for (const auto& [symbol, y] : distant)
      if (y.held && goes_to(symbol, to))
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
  auto others =
    is_member && std::any_of(links.begin(), links.end(), [](const auto& x) {
      return x.second.owns_symbols;
    });
  auto fetched = std::all_of(estates.begin(), estates.end(), [](const auto& x) {
    return x.second.complete && x.second.rows.empty();
  });
  if (others
      && (config.self.owns_symbols || !owned.empty() || evicting > 0
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
  for (const auto& x : names) {
    owned.erase(x);
    ++names_version;
    place_of_symbol(x).here = false;
  }
  add(config.stats->symbols_evicted, names.size());
  ++evicting;
  auto then = [this](const row_batch& last) {
    // Kept, in case the new owner dies before it has them all; and until then
    // this is what can be said of them here.
    row_batch out;
    for (const auto& x : last.rows) {
      hold(x);
      if (!is_member)
        out.rows.emplace_back(shown(x->symbol(), x));
    }
    show(std::move(out));
    // Whatever goes to somebody else is held by now.
    if (--evicting > 0)
      return;
    complete_estates();
    if (is_member && !settled && claims.empty())
      settle();
  };
  self->request(config.market, caf::infinite, evict_atom_v, std::move(names))
    .then(then, [this, then](const caf::error& why) {
      config.log->error("evict_failed", {{"why", to_refusal(why).message}});
      then(row_batch{});
    });
}

void grid_state::give_up() {
  std::vector<symbol_name> names;
  for (const auto& [symbol, y] : owned)
    names.emplace_back(symbol);
  ++generation;
  evict(std::move(names));
}

// -- questions ----------------------------------------------------------------

std::vector<symbol_name> grid_state::own_names(std::uint64_t limit) const {
  std::vector<const symbol_name*> first;
  first.reserve(owned.size());
  for (const auto& [symbol, y] : owned)
    if (y.born)
      first.emplace_back(&symbol);
  // The first ones by name, so that all nodes cut off at the same. Who wants
  // all puts them in order himself: here ticks would have to wait for it.
  if (limit < first.size()) {
    auto end = first.begin() + static_cast<std::ptrdiff_t>(limit);
    std::partial_sort(first.begin(), end, first.end(),
                      [](auto* a, auto* b) { return *a < *b; });
    first.erase(end, first.end());
  }
  std::vector<symbol_name> result;
  result.reserve(first.size());
  for (const auto* x : first)
    result.emplace_back(*x);
  return result;
}

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
  result->all = own_names(limit);
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
  result->all = mix(names_version);
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
