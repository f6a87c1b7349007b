// How a symbol goes from one trade date to the next.

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

const venue& around_the_clock() {
  static const auto result = *venue::make({.name = "24x7"});
  return result;
}

} // namespace

void price_state::trade_at(venue_ptr x) {
  venue_ = std::move(x);
  part_ = {};
}

bool price_state::enter(timestamp at, timestamp received) {
  const auto& where = venue_ ? *venue_ : around_the_clock();
  auto next = where.part_of(at);
  auto day = static_cast<std::int32_t>(next.date.time_since_epoch().count());
  if (knows(cell::date) && day != day_) {
    auto latest = later(received, clock_tolerance);
    if (day < day_) {
      // It is late, unless the date that is shown is one that a clock has said
      // that runs ahead: that shall not hold until the day has come.
      if (sys_days{days{day_}} <= where.part_of(latest).date)
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
              .awaits_open = true};
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

void price_state::forget(field f) noexcept {
  auto bit = std::uint32_t{1} << index(to_cell(f));
  known_ &= ~bit;
  dirty_ |= bit;
}

} // namespace livegrid
