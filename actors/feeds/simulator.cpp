#include "livegrid/actors/feeds/simulator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/stats/load.hpp"

namespace livegrid {

namespace {

/// The standard deviation of a day's return.
constexpr double day_sigma = 0.015;

/// How many ticks a symbol has in eight hours, at one in 750 ms.
constexpr double day_ticks = 8 * 3600 / 0.75;

/// Half of what lies between bid and offer, as a part of the price.
constexpr double least_half_spread = 0.00005;
constexpr double most_half_spread = 0.00015;

/// A usual trade, as a part of the volume at the start, and where none is
/// known.
constexpr double usual_part = 0.00003;
constexpr double usual_size_otherwise = 100;

/// Decimals of a price: cents, but four digits where these would be fewer.
int decimals_of(double price) {
  constexpr int most = 12;
  if (price >= 1)
    return 2;
  return std::min(most, 3 - static_cast<int>(std::floor(std::log10(price))));
}

constexpr std::chrono::milliseconds shortest_gap{500};
constexpr std::chrono::milliseconds longest_gap{1000};
constexpr std::chrono::seconds publish_timeout{10};

} // namespace

void simulator_state::schedule(std::size_t index, time_point now) {
  std::uniform_int_distribution<std::int64_t> gap{shortest_gap.count(),
                                                  longest_gap.count()};
  turns.push({now + std::chrono::milliseconds{gap(random)}, index});
}

simulator_state::walk simulator_state::make_walk(symbol_name symbol,
                                                 double price, double volume) {
  auto usual =
    volume > 0 ? std::max(1., volume * usual_part) : usual_size_otherwise;
  return {std::move(symbol), price, volume, usual};
}

void simulator_state::begin(walk x, time_point now) {
  auto [known, fresh] = places.try_emplace(x.symbol, walks.size());
  if (fresh)
    walks.emplace_back();
  auto i = known->second;
  auto moving = walks[i].moving;
  walks[i] = std::move(x);
  walks[i].moving = true;
  if (!moving)
    schedule(i, now);
}

void simulator_state::go_on(const row_batch& rows) {
  auto now = self->clock().now();
  for (const auto& x : rows.rows) {
    auto price = parse_number(x->text(cell::price));
    if (!price)
      continue;
    auto volume = parse_number(x->text(cell::volume));
    begin(make_walk(x->symbol(), *price, volume.value_or(0)), now);
  }
  wait(now);
}

tick simulator_state::move(walk& x) {
  static const auto sigma = day_sigma / std::sqrt(day_ticks);
  std::normal_distribution<double> step{-sigma * sigma / 2, sigma};
  std::uniform_real_distribution<double> part{least_half_spread,
                                              most_half_spread};
  std::exponential_distribution<double> size{1};
  auto sized = [&](double usual) {
    return std::min(max_value, std::max(1., std::round(usual * size(random))));
  };
  // Room for an offer above it.
  x.price = std::min(max_value / 2, x.price * std::exp(step(random)));
  auto decimals = decimals_of(x.price);
  auto least = std::pow(10, -decimals);
  auto price = std::max(2 * least, round_to(x.price, decimals));
  auto half = std::max(least, price * part(random));
  auto traded = sized(x.usual_size);
  x.volume = std::min(max_value, x.volume + traded);
  tick result;
  result.symbol = x.symbol;
  result.set(field::price, price);
  result.set(field::bid, round_to(price - half, decimals));
  result.set(field::ask, round_to(price + half, decimals));
  result.set(field::size, traded);
  result.set(field::volume, x.volume);
  result.set(field::bid_size, sized(5 * x.usual_size));
  result.set(field::ask_size, sized(5 * x.usual_size));
  return result;
}

void simulator_state::step() {
  if (paused)
    return;
  auto now = self->clock().now();
  while (!turns.empty() && turns.top().due <= now) {
    auto i = turns.top().index;
    turns.pop();
    tick_batch batch{source::simulator, wall_clock(), {}};
    batch.ticks.emplace_back(move(walks[i]));
    batch.ticks.back().time = batch.received;
    self->request(market, publish_timeout, publish_atom_v, std::move(batch))
      .then(
        [this, i](std::uint64_t taken) {
          auto then = self->clock().now();
          // None taken: somebody else looks after this symbol now.
          if (taken > 0) {
            ++ticks;
            schedule(i, then);
          } else {
            walks[i].moving = false;
          }
          wait(then);
        },
        [this](caf::error& why) { self->quit(std::move(why)); });
  }
}

void simulator_state::wait(time_point now) {
  // One wait an answer: as many steps are under way as there are walks.
  if (turns.empty() || paused)
    return;
  self->delayed_send(
    self, std::max(turns.top().due - now, time_point::duration{}), step_atom_v);
}

void simulator_state::pause(bool on) {
  if (std::exchange(paused, on) && !on)
    wait(self->clock().now());
}

actor_status simulator_state::status() const {
  return {name,
          "",
          {{"symbols", walks.size()},
           {"moving", turns.size()},
           {"ticks", ticks},
           {"paused", paused}},
          load_of(self)};
}

feed_actor::behavior_type
simulator(feed_actor::stateful_pointer<simulator_state> self,
          entry_actor market, std::vector<tick> first_states,
          std::uint64_t seed, timestamp (*wall_clock)()) {
  auto& state = self->state;
  state.self = self;
  state.market = std::move(market);
  state.wall_clock = wall_clock;
  state.random.seed(seed);
  auto now = self->clock().now();
  for (const auto& x : first_states) {
    if (!x.has(field::price))
      continue;
    auto volume = x.has(field::volume) ? x.get(field::volume) : 0;
    state.begin(state.make_walk(x.symbol, x.get(field::price), volume), now);
  }
  state.wait(now);
  return {
    [self](const row_batch& rows) { self->state.go_on(rows); },
    [self](step_atom) { self->state.step(); },
    [self](pause_atom, bool on) { self->state.pause(on); },
    [self](status_atom) { return self->state.status(); },
  };
}

} // namespace livegrid
