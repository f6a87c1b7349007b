// How a symbol's state is read back from its row.

#include <algorithm>
#include <charconv>
#include <chrono>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/actors/prices/price_state.hpp"

namespace livegrid {

namespace {

using namespace std::chrono;

std::optional<std::string_view> unquoted(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// Reads `width` digits off the front of `in`; -1 if they are none.
int take_digits(std::string_view& in, std::size_t width) noexcept {
  unsigned result = 0;
  auto part = in.substr(0, width);
  auto [end, err] =
    std::from_chars(part.data(), part.data() + part.size(), result);
  if (err != std::errc{} || part.size() != width
      || end != part.data() + part.size())
    return -1;
  in.remove_prefix(width);
  return static_cast<int>(result);
}

bool take(std::string_view& in, char x) noexcept {
  if (in.empty() || in.front() != x)
    return false;
  in.remove_prefix(1);
  return true;
}

/// Reads `YYYY-MM-DDTHH:MM:SS.mmmZ`.
std::optional<sys_time<milliseconds>> take_time(std::string_view& in) noexcept {
  auto date = take_date(in);
  auto h = date && take(in, 'T') ? take_digits(in, 2) : -1;
  auto m = h >= 0 && take(in, ':') ? take_digits(in, 2) : -1;
  auto s = m >= 0 && take(in, ':') ? take_digits(in, 2) : -1;
  auto ms = s >= 0 && take(in, '.') ? take_digits(in, 3) : -1;
  if (ms < 0 || !take(in, 'Z') || h > 23 || m > 59 || s > 59)
    return std::nullopt;
  return *date + hours{h} + minutes{m} + seconds{s} + milliseconds{ms};
}

} // namespace

price_state price_state::blank() const {
  price_state result{symbol_};
  result.venue_ = venue_;
  result.by_time_ = by_time_;
  return result;
}

bool price_state::restore(const row_ptr& x) {
  auto result = blank();
  if (!result.read_cells(*x))
    return false;
  result.epoch_ = epoch_;
  result.state_ = x->state();
  result.past_ = x->past();
  result.past_.add(x->state());
  if (result.knows(cell::source) && result.stamp_.from != x->stamp().from)
    return false;
  result.stamp_ = x->stamp();
  result.session_ = x->session();
  result.marks_ = x->marks();
  result.seq_of_ = x->seq_of();
  result.seqs_ = x->seqs();
  result.alive_ = !x->is_vacant();
  result.dirty_ = 0;
  result.row_ = x;
  // The next row is of this owner, whatever it shows.
  result.stale_ = result.alive_;
  *this = std::move(result);
  return true;
}

price_state::merging price_state::merge(const row_ptr& x, std::uint64_t epoch) {
  auto own = render();
  if (x->is_vacant())
    return {};
  if (x->state() <= own->state()) {
    // Rows have been shown that come after this owner's by their epoch.
    auto passed = x->order().epoch > epoch_;
    if (passed) {
      epoch_ = epoch;
      past_.add(state_);
      stale_ = true;
    }
    return {passed, knowledge_of(*own, *x) == knowledge::none ? x : nullptr};
  }
  auto known = own->is_vacant() ? knowledge::all : knowledge_of(*x, *own);
  auto next = blank();
  next.epoch_ = epoch;
  // Who was shown the rows so far gets this one whole.
  if (!next.restore(with_order(
        *x, {.epoch = epoch,
             .version = std::max(own->version(), x->version()) + 1})))
    return {};
  next.ticks_ = ticks_;
  next.repeats_ = repeats_;
  next.late_ = late_;
  *this = std::move(next);
  if (known != knowledge::all)
    set_fresh(freshness::down);
  return {true, known == knowledge::none ? own : nullptr};
}

bool price_state::read_cells(const row& x) {
  for (std::size_t i = 0; i < fixed_cells; ++i) {
    auto which = static_cast<cell>(i);
    auto text = x.text(which);
    if (text != "null" && !read_cell(which, text))
      return false;
  }
  for (std::size_t i = 0; i < x.num_extras(); ++i) {
    if (!extras_)
      extras_ = std::make_unique<extra_cells>();
    extras_->cells.push_back(
      {std::string{x.extra_name(i)}, std::string{x.extra_text(i)}});
  }
  return true;
}

bool price_state::read_cell(cell which, std::string_view text) {
  known_ |= std::uint32_t{1} << index(which);
  switch (which) {
  case cell::symbol:
    return unquoted(text) == symbol_.str();
  case cell::freshness: {
    auto name = unquoted(text);
    auto fresh = name ? parse_freshness(*name) : std::nullopt;
    fresh_ = fresh.value_or(fresh_);
    return fresh.has_value();
  }
  case cell::date:
  case cell::trade_date: {
    auto rest = unquoted(text);
    auto day = rest ? take_date(*rest) : std::nullopt;
    if (!day || !rest->empty())
      return false;
    day_ = static_cast<std::int32_t>(day->time_since_epoch().count());
    return true;
  }
  case cell::time: {
    auto rest = unquoted(text);
    auto time = rest ? take_time(*rest) : std::nullopt;
    if (!time || !rest->empty())
      return false;
    time_ms_ = time->time_since_epoch().count();
    return true;
  }
  case cell::source: {
    auto name = unquoted(text);
    auto from = name ? source::parse(*name) : std::nullopt;
    stamp_.from = from.value_or(stamp_.from);
    return from.has_value();
  }
  case cell::seq: {
    auto [end, err] =
      std::from_chars(text.data(), text.data() + text.size(), seq_);
    return err == std::errc{} && end == text.data() + text.size();
  }
  case cell::change:
  case cell::change_percent:
    // They follow from the others.
    return true;
  default: {
    auto f = to_field(which);
    auto value = parse_number(text);
    if (!f || !value)
      return false;
    values_[static_cast<std::size_t>(*f)] = *value;
    return true;
  }
  }
}

} // namespace livegrid
