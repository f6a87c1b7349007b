#include "simulation.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "livegrid/actors/stats/counters.hpp"

#include "ticks.hpp"

namespace livegrid::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t num_symbols = 24;
constexpr std::size_t num_publishers = 3;
constexpr std::size_t num_viewers = 8;

/// Publishers go on for so long after the last fault, ...
constexpr instant publish_on = 7s;

/// ... and by then all must be well.
constexpr instant converge_within = 10s;

/// Messages that actors may handle at one moment, unless they never come to
/// rest.
constexpr std::uint64_t most_at_once = 1'000'000;

} // namespace

simulation::simulation(schedule plan, bool tells)
  : plan_(std::move(plan)),
    tells_(tells),
    chance_(plan_.seed ^ 0x5eed),
    net_(time_, chance_, plan_.nodes + 1),
    etcd_(time_, net_, chance_, plan_.nodes),
    all_(plan_.nodes),
    runs_(plan_.nodes),
    held_down_(plan_.nodes),
    suspensions_(plan_.nodes) {
  for (std::size_t i = 0; i < num_symbols; ++i)
    symbols_.emplace_back("S" + std::to_string(i));
}

simulation::~simulation() {
  viewers_.clear();
  for (auto& x : all_)
    x.reset();
}

// -- processes ----------------------------------------------------------------

void simulation::start(std::size_t host) {
  if (all_[host] || held_down_[host] > 0)
    return;
  say("start " + std::to_string(host));
  auto owns =
    std::find(plan_.viewers_only.begin(), plan_.viewers_only.end(), host)
    == plan_.viewers_only.end();
  all_[host] = std::make_unique<process>(
    time_, net_, etcd_,
    process_config{.name = "n" + std::to_string(host + 1),
                   .host = host,
                   .run = ++runs_[host],
                   .owns_symbols = owns,
                   .by = plan_.by,
                   .hosts = plan_.nodes,
                   .tells = tells_});
}

void simulation::end(std::size_t host) {
  if (!all_[host])
    return;
  say("end " + std::to_string(host));
  note_losses(host);
  dropped_ += get(all_[host]->stats()->ticks_dropped);
  // What it is asked while it ends must find that it is gone.
  auto gone = std::move(all_[host]);
  gone.reset();
  suspensions_[host] = 0;
}

void simulation::note_losses(std::size_t host) {
  const auto& owned = all_[host]->market().symbols;
  for (const auto& x : symbols_) {
    auto name = test::name_of(x);
    std::uint64_t elsewhere = 0;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (i != host && all_[i])
        elsewhere = std::max(elsewhere, all_[i]->shares(name));
    auto here = all_[host]->shares(name);
    // What its market has taken its owner may not have applied yet; what it has
    // applied may not have been answered yet.
    if (owned.contains(name))
      here = std::max(here, told_[x].taken);
    if (here > elsewhere)
      losses_[x] += here - elsewhere;
  }
}

// -- faults -------------------------------------------------------------------

void simulation::plan_faults() {
  for (std::size_t i = 0; i < plan_.nodes; ++i) {
    auto late = std::find_if(plan_.late.begin(), plan_.late.end(),
                             [&](const auto& x) { return x.first == i; });
    auto when = late == plan_.late.end()
                  ? instant{chance_.between(0, 50'000'000)}
                  : late->second;
    time_.at(when, [this, i] { start(i); });
  }
  for (const auto& x : plan_.faults) {
    time_.at(x.at, [this, &x] { begin(x); });
    time_.at(x.at + x.length, [this, &x] { finish(x); });
  }
  time_.at(plan_.over() + 1ms, [this] { heal(); });
}

void simulation::cut(std::size_t from, std::size_t to, bool on) {
  auto& n = cuts_[{from, to}];
  if (on) {
    ++n;
    net_.cut(from, to);
  } else if (n > 0 && --n == 0) {
    net_.mend(from, to);
  }
}

void simulation::begin(const fault& x) {
  using kind = fault::kind;
  if (tells_)
    say("begin " + to_text(x));
  auto* there = x.a < all_.size() ? all_[x.a].get() : nullptr;
  switch (x.what) {
  case kind::kill:
    ++held_down_[x.a];
    end(x.a);
    break;
  case kind::stop:
    ++held_down_[x.a];
    if (there == nullptr || there->suspended())
      return end(x.a);
    there->leave([this, host = x.a, run = runs_[x.a]] {
      time_.after(0ms, [this, host, run] {
        if (!all_[host] || runs_[host] != run)
          return;
        end(host);
        start(host);
      });
    });
    break;
  case kind::suspend:
    if (there != nullptr) {
      ++suspensions_[x.a];
      there->suspend();
    }
    break;
  case kind::isolate:
    for (std::size_t i = 0; i <= plan_.nodes; ++i)
      if (i != x.a) {
        cut(x.a, i, true);
        cut(i, x.a, true);
      }
    break;
  case kind::cut:
    cut(x.a, x.b, true);
    break;
  case kind::part:
    cut(x.a, x.b, true);
    cut(x.b, x.a, true);
    break;
  case kind::reset:
  case kind::drop:
    if (there != nullptr && !there->suspended())
      there->wire().break_route(x.b, x.what == kind::drop);
    break;
  case kind::etcd:
    etcd_.set_up(false);
    break;
  case kind::pin:
    if (there != nullptr)
      caf::anon_send(there->grid_handle(), pin_atom_v,
                     test::name_of(symbols_[x.b % symbols_.size()]));
    break;
  case kind::drain:
    if (there != nullptr)
      caf::anon_send(there->grid_handle(), pin_atom_v, false);
    break;
  }
}

void simulation::finish(const fault& x) {
  using kind = fault::kind;
  if (tells_)
    say("finish " + to_text(x));
  auto* there = x.a < all_.size() ? all_[x.a].get() : nullptr;
  switch (x.what) {
  case kind::kill:
  case kind::stop:
    if (held_down_[x.a] > 0)
      --held_down_[x.a];
    start(x.a);
    break;
  case kind::suspend:
    if (suspensions_[x.a] > 0 && --suspensions_[x.a] == 0 && there != nullptr)
      there->resume(chance_);
    break;
  case kind::isolate:
    for (std::size_t i = 0; i <= plan_.nodes; ++i)
      if (i != x.a) {
        // Cables are not plugged in at the same moment.
        auto later = instant{chance_.between(0, 1'000'000'000)};
        if (chance_.percent(50))
          later = instant{0};
        time_.after(later, [this, a = x.a, i] {
          cut(a, i, false);
          cut(i, a, false);
        });
      }
    break;
  case kind::cut:
    cut(x.a, x.b, false);
    break;
  case kind::part:
    cut(x.a, x.b, false);
    cut(x.b, x.a, false);
    break;
  case kind::etcd:
    etcd_.set_up(true);
    break;
  case kind::drain:
    if (there != nullptr)
      caf::anon_send(there->grid_handle(), pin_atom_v, true);
    break;
  case kind::reset:
  case kind::drop:
  case kind::pin:
    break;
  }
}

void simulation::heal() {
  say("all faults are over");
  for (auto& [pair, n] : cuts_)
    if (std::exchange(n, 0) > 0)
      net_.mend(pair.first, pair.second);
  etcd_.set_up(true);
  for (std::size_t i = 0; i < plan_.nodes; ++i) {
    if (std::exchange(suspensions_[i], 0) > 0 && all_[i])
      all_[i]->resume(chance_);
    held_down_[i] = 0;
    start(i);
  }
  time_.after(publish_on, [this] {
    for (auto& x : publishers_)
      x->finish();
    for (auto& x : viewers_)
      x->finish();
  });
}

// -- time ---------------------------------------------------------------------

void simulation::settle() {
  std::vector<process*> busy;
  for (std::uint64_t n = 0;; ++n) {
    busy.clear();
    for (const auto& x : all_)
      if (x && x->busy())
        busy.emplace_back(x.get());
    if (busy.empty())
      return;
    if (n == most_at_once)
      return complain("the actors never come to rest");
    ++result_.steps;
    auto& next = *chance_.one_of(busy);
    note(next.config().host);
    next.step(chance_);
  }
}

void simulation::note(std::uint64_t what) {
  result_.trace ^= what + static_cast<std::uint64_t>(time_.now().count());
  result_.trace *= 0x100000001b3;
}

void simulation::advance(instant to) {
  while (result_.complaints.empty()) {
    auto next = time_.next();
    for (const auto& x : all_)
      if (x)
        next = std::min(next, x->next_timer());
    if (next > to)
      return;
    next = std::max(next, time_.now());
    for (const auto& x : all_)
      if (x)
        x->go_to(next);
    time_.go_to(next);
    settle();
    if (!watched_.empty())
      tell_watched();
  }
}

void simulation::tell_watched() {
  shown_.resize(all_.size());
  auto name = test::name_of(watched_);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!all_[i])
      continue;
    auto now = all_[i]->describe(name);
    if (std::exchange(shown_[i], now) != now)
      say(now + ", shares " + std::to_string(all_[i]->shares(name)) + " of "
          + std::to_string(told_[watched_].taken) + " taken, "
          + std::to_string(losses_[watched_]) + " lost");
  }
}

outcome simulation::run() {
  plan_faults();
  for (std::size_t i = 0; i < num_publishers; ++i) {
    std::vector<std::string> its;
    for (std::size_t j = i; j < symbols_.size(); j += num_publishers)
      its.emplace_back(symbols_[j]);
    publishers_.emplace_back(
      std::make_unique<publisher>(time_, chance_, all_, told_, its));
  }
  for (std::size_t i = 0; i < num_viewers; ++i)
    viewers_.emplace_back(std::make_unique<viewer>(
      time_, chance_, all_, symbols_, "viewer " + std::to_string(i),
      [this](const std::string& symbol, std::uint64_t price,
             const std::string& what) {
        if (!losses_.contains(symbol) && !told_[symbol].unsure.contains(price))
          complain(what);
      }));
  advance(plan_.over() + converge_within);
  if (result_.complaints.empty())
    check_end();
  for (const auto& x : publishers_) {
    result_.accepted += x->batches_taken;
    result_.refused += x->batches_refused;
    result_.unknown += x->batches_unknown;
  }
  for (const auto& x : viewers_)
    result_.rows += x->rows;
  note(result_.rows);
  note(chance_.next());
  return std::move(result_);
}

void simulation::complain_of(const std::string& symbol,
                             const std::string& what) {
  std::string all = what;
  for (const auto& x : all_)
    if (x)
      all += "; " + x->describe(test::name_of(symbol));
  complain(all);
}

void simulation::complain(const std::string& what) {
  say(what);
  // One fault makes many.
  if (result_.complaints.size() < 20)
    result_.complaints.emplace_back(to_text(time_.now()) + ' ' + what);
}

void simulation::say(const std::string& what) {
  if (tells_)
    std::fprintf(stderr, "%s == %s\n", to_text(time_.now()).c_str(),
                 what.c_str());
}

// -- what must be -------------------------------------------------------------

void simulation::check_end() {
  for (const auto& x : publishers_)
    if (!x->finished())
      complain("a publisher still waits: " + x->status());
  check_nodes();
  if (result_.complaints.empty())
    check_prices();
  if (result_.complaints.empty())
    check_viewers();
}

void simulation::check_nodes() {
  const auto& first = all_[0]->grid();
  for (const auto& x : all_) {
    const auto& grid = x->grid();
    auto name = x->config().name;
    auto need = [&](bool holds, const std::string& what) {
      if (!holds)
        complain(name + ": " + what);
    };
    need(grid.symbols.is_member(), "no member");
    need(grid.symbols.view() == first.symbols.view(),
         "its view has the epoch " + std::to_string(grid.symbols.view().epoch)
           + " and " + std::to_string(grid.symbols.view().members.size())
           + " members, that of " + all_[0]->config().name + " "
           + std::to_string(first.symbols.view().epoch) + " and "
           + std::to_string(first.symbols.view().members.size()));
    need(grid.symbols.view().members.size() == plan_.nodes,
         "its view has " + std::to_string(grid.symbols.view().members.size())
           + " members");
    need(grid.share.settled(), "it has not settled");
    need(grid.share.open().empty(), "claims are open");
    need(!grid.share.anybody_in_doubt(), "members are in doubt");
    need(grid.under_way.size() == 0,
         std::to_string(grid.under_way.size()) + " batches are under way");
    need(grid.under_way.blocks_nothing(), "symbols are blocked");
    need(!grid.heritage.leaving(), "symbols are being taken from the market");
    need(!grid.heritage.keeps_claims(), "claims wait for a view");
    need(grid.awaited.empty(), "births are awaited");
    need(grid.draining.empty(), "somebody waits for it to be drained");
    need(grid.peers.strangers().empty(), "it knows strangers");
    need(!grid.heritage.any_open(), "something is left to be fetched");
    for (const auto& [whom, y] : grid.peers.all())
      need(y.up(), "there is no way to " + whom);
    const auto& market = x->market();
    need(market.prepared.empty(), "batches are prepared");
    std::size_t born = 0;
    for (const auto& [symbol, y] : grid.symbols.here()) {
      auto at = place_of(symbol, grid.symbols.view());
      need(at && grid.symbols.view().members[at->owner].name == name,
           "it has " + symbol.str() + ", which is not its own");
      born += y.born ? 1 : 0;
      need(y.born && y.expected == 0, symbol.str() + " is not born");
    }
    need(born == market.symbols.size(),
         "its market has " + std::to_string(market.symbols.size())
           + " symbols, it knows of " + std::to_string(born));
  }
}

void simulation::check_prices() {
  std::vector<symbol_name> names;
  for (const auto& x : symbols_)
    names.emplace_back(test::name_of(x));
  std::vector<row_batch> at(all_.size());
  for (std::size_t i = 0; i < all_.size(); ++i)
    all_[i]->fetch(names, [this, i, &at](caf::expected<row_batch> x) {
      if (x)
        at[i] = std::move(*x);
      else
        complain(all_[i]->config().name + ": " + to_refusal(x.error()).message);
    });
  advance(time_.now() + 1s);
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (at[i].rows.size() != names.size())
      return complain(all_[i]->config().name + " answers no GET");
  std::uint64_t missing = 0;
  auto dropped = dropped_;
  for (const auto& x : all_)
    dropped += get(x->stats()->ticks_dropped);
  for (std::size_t s = 0; s < symbols_.size(); ++s) {
    const auto& told = told_[symbols_[s]];
    std::string before;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const auto& row = *at[i].rows[s];
      auto price = std::string{row.text(cell::price)};
      auto volume = std::string{row.text(cell::volume)};
      auto text = price + " x " + volume;
      if (i > 0 && text != before)
        complain(symbols_[s] + " is " + before + " at "
                 + all_[i - 1]->config().name + " and " + text + " at "
                 + all_[i]->config().name);
      before = text;
      if (i > 0)
        continue;
      std::uint64_t last = price == "null" ? 0 : std::stoull(price);
      std::uint64_t shares = volume == "null" ? 0 : std::stoull(volume);
      final_[symbols_[s]] = {last, shares};
      if (last > told.possible)
        complain(symbols_[s] + " is " + text + ", which nobody has sent");
      auto lost = losses_[symbols_[s]];
      result_.lost += lost;
      // Where two parts have both taken ticks, those of one are dropped, and
      // it says so.
      if ((lost == 0 && last < told.answered && !told.unsure.contains(last))
          || shares + lost < told.taken)
        if (++missing > dropped)
          complain(symbols_[s] + " is " + text + ", and "
                   + std::to_string(told.answered) + " was answered, "
                   + std::to_string(told.taken) + " in all");
      if (shares > told.taken + told.unknown)
        complain(symbols_[s] + " is " + text + ", and only "
                 + std::to_string(told.taken) + " were taken, perhaps "
                 + std::to_string(told.unknown) + " more");
    }
  }
}

void simulation::check_viewers() {
  for (const auto& x : viewers_) {
    if (x->where() == nullptr) {
      complain(x->name() + " is nowhere");
      continue;
    }
    for (const auto& symbol : x->wanted()) {
      const auto& last = final_[symbol];
      auto shown = x->shown().find(symbol);
      if (shown == x->shown().end()) {
        if (last.price != 0)
          complain_of(symbol, x->name() + " at " + x->where()->config().name
                                + " shows no " + symbol);
        continue;
      }
      const auto& y = shown->second;
      if (y.price != last.price || y.volume != last.volume)
        complain_of(symbol, x->name() + " at " + x->where()->config().name
                              + " shows " + symbol + ' '
                              + std::to_string(y.price) + " x "
                              + std::to_string(y.volume) + ", which is "
                              + std::to_string(last.price) + " x "
                              + std::to_string(last.volume));
      else if (y.fresh == "down" && last.price != 0)
        complain(x->name() + " at " + x->where()->config().name + " shows "
                 + symbol + " down");
    }
  }
}

} // namespace livegrid::simulation
