// How a symbol goes from one trade date to the next, and which ticks are late.

#include <algorithm>
#include <iterator>
#include <utility>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/prices/price_state.hpp"

namespace livegrid {

namespace {

using namespace std::chrono;

/// A source's clock may be ahead of ours by so much: the first tick of a trade
/// date may come before we think that it has begun.
constexpr minutes clock_tolerance{5};

/// Without an overflow at the end of the clock's range.
timestamp later(timestamp x, nanoseconds by) noexcept {
  return x > timestamp::max() - by ? timestamp::max() : x + by;
}

constexpr field quote_fields[] = {field::bid, field::ask, field::bid_size,
                                  field::ask_size};

bool brings_quote(const tick& x) noexcept {
  return std::any_of(std::begin(quote_fields), std::end(quote_fields),
                     [&](field f) { return x.has(f); });
}

const venue& around_the_clock() {
  static const auto result = *venue::make({.name = "24x7"});
  return result;
}

} // namespace

void price_state::trade_at(venue_ptr x) {
  venue_ = std::move(x);
  part_ = {};
}

const venue& price_state::where() const {
  return venue_ ? *venue_ : around_the_clock();
}

bool price_state::end_day(std::int32_t date, bool heard_or_not) {
  if (!knows(cell::date) || date <= day_)
    return false;
  if (!heard_or_not) {
    auto last = where().day_of(timestamp{nanoseconds{stamp_.received}}).date;
    if (last >= sys_days{days{date}})
      return false;
  }
  roll();
  // The next tick says anew of which part of which date it is.
  part_ = {};
  day_ = date;
  mark(cell::date);
  stale_ = rolled_ = true;
  return true;
}

std::int64_t price_state::next_roll() const {
  // Whatever the last tick said: its date's end is that of its last moment.
  auto day = std::clamp(sys_days{days{day_}}, ceil<days>(timestamp::min()),
                        floor<days>(timestamp::max()));
  auto begin = where().regular_begin(day);
  auto at = begin ? *begin : timestamp{day};
  return where().next_roll(at).time_since_epoch().count();
}

std::string price_state::origins() const {
  constexpr std::string_view closes[num_close_origins]{
    "an earlier date", "the settlement of the date before",
    "the close of the date before", "the last price of the regular session",
    "the last price of the date before"};
  std::string result;
  for (std::size_t i = 0; i < num_fields; ++i) {
    auto f = static_cast<field>(i);
    if (!knows(to_cell(f)))
      continue;
    std::string_view from = "an earlier date";
    if (f == field::prev_close && session_.base != close_origin::unknown)
      from = closes[static_cast<std::size_t>(session_.base)];
    else if (f == field::open || f == field::high || f == field::low)
      from = "prices";
    else if (f == field::volume)
      from = "sizes";
    if ((session_.given >> i) & 1u)
      from = "the source";
    if (!result.empty())
      result += ", ";
    result.append(to_string(f)).append(": ").append(from);
  }
  return result;
}

bool price_state::enter(timestamp at, timestamp received, bool anew) {
  const auto& place = where();
  auto next = place.part_of(at);
  auto day = static_cast<std::int32_t>(next.date.time_since_epoch().count());
  if (knows(cell::date) && day != day_) {
    auto latest = later(received, clock_tolerance);
    if (day < day_ && anew) {
      session_ = {};
      for (auto f : {field::prev_close, field::open, field::high, field::low,
                     field::volume})
        forget(f);
    } else if (day < day_) {
      // It is late, unless the date that is shown is one that a clock has said
      // that runs ahead: that shall not hold until the day has come.
      if (sys_days{days{day_}} <= place.part_of(latest).date)
        return false;
    } else if (at > latest) {
      // Its cells count, but a clock that runs ahead ends no day.
      return true;
    } else {
      roll();
    }
  }
  part_ = next;
  if (!knows(cell::date) || day != day_) {
    day_ = day;
    mark(cell::date);
  }
  return true;
}

bool price_state::overtaken(const tick& x) const noexcept {
  if (!x.time || x.anew || !session_.newest)
    return false;
  return x.time->time_since_epoch().count() < (x.has(field::price)
                                                 ? session_.newest->trade
                                                 : session_.newest->quote);
}

void price_state::take_in_time(const tick& x, timestamp received) {
  if (!session_.newest || x.anew)
    session_.newest.emplace();
  auto& newest = *session_.newest;
  auto ns = x.time->time_since_epoch().count();
  auto is_trade = x.has(field::price);
  auto is_quote = !is_trade || brings_quote(x);
  auto is_last = ns >= std::max(newest.trade, newest.quote);
  // A clock that runs ahead shall not keep others' ticks out until then.
  auto counts = *x.time <= later(received, clock_tolerance);
  if (is_quote && ns < newest.quote) {
    auto trade = x;
    for (auto f : quote_fields)
      trade.clear(f);
    take(trade);
  } else {
    take(x);
    if (is_quote && counts)
      newest.quote = ns;
  }
  if (is_trade && counts)
    newest.trade = ns;
  if (is_last)
    show_time(*x.time);
}

void price_state::roll() {
  auto close = given_extra("settle");
  auto base = close_origin::settle;
  if (!close) {
    close = given_extra("close");
    base = close_origin::close;
  }
  if (!close) {
    close = session_.regular_price;
    base = close_origin::regular;
  }
  if (!close && knows(cell::price)) {
    close = get(field::price);
    base = close_origin::last;
  }
  session_ = {.base = close ? base : close_origin::unknown,
              .awaits_open = true,
              .newest = session_.newest};
  if (close)
    set(field::prev_close, *close);
  for (auto f : {field::open, field::high, field::low, field::volume})
    forget(f);
}

std::optional<double> price_state::given_extra(std::string_view name) const {
  if (!extras_)
    return std::nullopt;
  auto i = extras_->find(name, 0);
  if (i == extras_->cells.size() || ((session_.given_extras >> i) & 1u) == 0)
    return std::nullopt;
  auto x = parse_number(extras_->cells[i].json);
  return x && acceptable(field::prev_close, *x) ? x : std::nullopt;
}

void price_state::take_open(const tick& x) noexcept {
  session_.awaits_open = false;
  if (!x.has(field::open) && !knows(cell::open))
    set(field::open, x.get(field::price));
}

void price_state::take_back(std::uint16_t fields) noexcept {
  for (std::size_t i = 0; i < num_fields; ++i)
    if ((fields >> i) & 1u)
      forget(static_cast<field>(i));
  session_.given &= static_cast<std::uint16_t>(~fields);
  // A price that was none is nobody's close.
  if ((fields >> static_cast<unsigned>(field::price)) & 1u)
    session_.regular_price.reset();
}

void price_state::forget(field f) noexcept {
  auto bit_of = [](cell x) { return std::uint32_t{1} << index(x); };
  known_ &= ~bit_of(to_cell(f));
  dirty_ |= bit_of(to_cell(f));
  if (f == field::price || f == field::prev_close)
    dirty_ |= bit_of(cell::change) | bit_of(cell::change_percent);
}

} // namespace livegrid
