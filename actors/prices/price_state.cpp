#include "livegrid/actors/prices/price_state.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/time_text.hpp"

namespace livegrid {

namespace {

using namespace std::chrono;

/// Room for the longest text of a fixed cell: a name in quotes.
constexpr std::size_t max_text_size = symbol_name::max_size + 2;

static_assert(max_text_size >= max_number_size);

static_assert(max_text_size >= source::max_name + 2);

constexpr std::uint32_t bit(cell x) noexcept {
  return std::uint32_t{1} << index(x);
}

/// What is known of a symbol of which nothing has come.
constexpr std::uint32_t always_known = bit(cell::symbol) | bit(cell::freshness);

char* write_digits(char* out, unsigned x, int width) noexcept {
  for (auto i = width; i-- > 0; x /= 10)
    out[i] = static_cast<char>('0' + x % 10);
  return out + width;
}

/// Writes `YYYY-MM-DDTHH:MM:SS.mmmZ`.
char* write_time(char* out, sys_time<milliseconds> x) noexcept {
  auto day = floor<days>(x);
  auto rest = static_cast<unsigned>((x - day).count());
  out = write_date(out, day);
  *out++ = 'T';
  out = write_digits(out, rest / 3'600'000, 2);
  *out++ = ':';
  out = write_digits(out, rest / 60'000 % 60, 2);
  *out++ = ':';
  out = write_digits(out, rest / 1000 % 60, 2);
  *out++ = '.';
  out = write_digits(out, rest % 1000, 3);
  *out++ = 'Z';
  return out;
}

char* write_if_finite(char* out, double x) noexcept {
  return std::isfinite(x) ? write_number(out, x) : out;
}

} // namespace

price_state::price_state(symbol_name symbol) : symbol_(std::move(symbol)) {
  known_ = dirty_ = always_known;
}

applied price_state::apply(const tick& x, const tick_arrival& how) {
  if (x.seq && repeats(*x.seq, how.seq_of)) {
    ++repeats_;
    return applied::repeat;
  }
  // Before the date is looked at: that of what was invented is no date.
  if (stamp_.from.standing() == standing::yields
      && how.from.standing() == standing::claims)
    clear();
  auto at = x.time.value_or(how.received);
  auto late = (by_time_ && overtaken(x))
              || (!part_.span.holds(at) && !enter(at, how.received, x.anew));
  // A late one is counted all the same, or a count that has begun anew with it
  // would be taken for repeats.
  if (x.seq)
    count(*x.seq, how.seq_of);
  if (late) {
    ++late_;
    stale_ |= x.seq.has_value();
    return applied::late;
  }
  if (by_time_ && x.time) {
    take_in_time(x, how.received);
  } else {
    take(x);
    if (x.time)
      show_time(*x.time);
  }
  note_source(how.from);
  ++ticks_;
  auto ns = [](timestamp t) { return t.time_since_epoch().count(); };
  stamp_ = {how.from, how.feed, x.time ? ns(*x.time) : 0, ns(how.received),
            ns(how.applied)};
  set_fresh(freshness::live);
  return applied::yes;
}

void price_state::load(const tick& x, bool simulated) {
  take(x);
  if (simulated && x.has(field::price))
    note_source(source::simulator);
}

bool price_state::set_fresh(freshness x) noexcept {
  if (x == fresh_)
    return false;
  fresh_ = x;
  dirty_ |= bit(cell::freshness);
  stale_ = true;
  return true;
}

bool price_state::knows_extra(std::string_view name) const noexcept {
  return extras_ && extras_->find(name, 0) != extras_->cells.size();
}

row_ptr price_state::render() {
  if (!alive_ && !row_)
    row_ = row::vacant(symbol_);
  if (!stale_)
    return row_;
  constexpr std::string_view null = "null";
  char buf[written_cells][max_text_size];
  std::array<std::string_view, written_cells> texts;
  cell_set changed;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < written_cells; ++i) {
    auto before = row_ ? row_->text(static_cast<cell>(i)) : null;
    texts[i] = before;
    if ((dirty_ >> i) & 1u) {
      auto end = write(static_cast<cell>(i), buf[i]);
      texts[i] = {buf[i], static_cast<std::size_t>(end - buf[i])};
      if (texts[i].empty())
        texts[i] = null;
      changed[i] = texts[i] != before;
    }
    bytes += texts[i].size();
  }
  changed[index(cell::trade_date)] = changed[index(cell::date)];
  for (std::size_t i = 0; i < num_extras(); ++i) {
    const auto& x = extras_->cells[i];
    if ((extras_->dirty >> i) & 1u)
      changed[fixed_cells + i] =
        !row_ || i >= row_->num_extras() || row_->extra_text(i) != x.json;
    bytes += x.name.size() + x.json.size();
  }
  row_order order{.epoch = epoch_, .version = row_ ? row_->version() + 1 : 1};
  // What no tick has made is a state as well if others could not tell it.
  auto rolled = std::exchange(rolled_, false);
  if (ticked_ || rolled)
    state_ = {order.epoch, order.version};
  row_builder next{symbol_, order, changed};
  next.reserve(bytes);
  next.stamp(stamp_);
  next.session(session_);
  next.state(state_, past_);
  if (!marks_.empty())
    next.mark(marks_);
  if (knows(cell::seq))
    next.count(seq_of_, seqs_);
  if (!std::exchange(ticked_, false))
    next.restated();
  for (std::size_t i = 0; i < written_cells; ++i)
    if (texts[i] != null)
      next.set(static_cast<cell>(i), texts[i]);
  for (std::size_t i = 0; i < num_extras(); ++i)
    next.add_extra(extras_->cells[i].name, extras_->cells[i].json);
  row_ = std::move(next).finish();
  dirty_ = 0;
  if (extras_)
    extras_->dirty = 0;
  stale_ = false;
  return row_;
}

std::uint32_t price_state::applied_of(const batch_id& id) const noexcept {
  for (const auto& x : marks_)
    if (x.id.node == id.node)
      return x.id.number > id.number    ? UINT32_MAX
             : x.id.number == id.number ? x.ticks
                                        : 0;
  return 0;
}

void price_state::mark(const batch_id& id, std::uint32_t ticks) {
  auto known = std::find_if(marks_.begin(), marks_.end(), [&](const auto& x) {
    return x.id.node == id.node;
  });
  if (known == marks_.end() && marks_.size() == max_batch_marks)
    known = marks_.begin();
  if (known == marks_.end())
    known = marks_.emplace(known);
  *known = {id, ticks};
  std::rotate(known, known + 1, marks_.end());
}

std::optional<timestamp> price_state::last_received() const noexcept {
  if (ticks_ == 0 && stamp_.received == 0)
    return std::nullopt;
  return timestamp{std::chrono::nanoseconds{stamp_.received}};
}

std::size_t price_state::extra_cells::find(std::string_view name,
                                           std::size_t hint) const noexcept {
  if (hint < cells.size() && cells[hint].name == name)
    return hint;
  auto i = std::find_if(cells.begin(), cells.end(),
                        [name](const auto& x) { return x.name == name; });
  return static_cast<std::size_t>(i - cells.begin());
}

bool price_state::repeats(std::int64_t seq, std::uint64_t of) const noexcept {
  if (seq == 0 || !knows(cell::seq))
    return false;
  if (of == seq_of_)
    return seq <= seq_;
  auto i = std::find_if(seqs_.begin(), seqs_.end(),
                        [of](const seq_mark& x) { return x.of == of; });
  return i != seqs_.end() && seq <= i->seq;
}

void price_state::count(std::int64_t seq, std::uint64_t of) {
  if (knows(cell::seq) && of != seq_of_) {
    std::erase_if(seqs_, [of](const seq_mark& x) { return x.of == of; });
    if (seqs_.size() == max_seq_marks)
      seqs_.erase(seqs_.begin());
    seqs_.push_back({seq_of_, seq_});
  }
  seq_of_ = of;
  if (knows(cell::seq) && seq == seq_)
    return;
  seq_ = seq;
  mark(cell::seq);
}

void price_state::take(const tick& x) {
  if (x.cleared != 0)
    take_back(x.cleared);
  for (auto rest = x.given; rest != 0;
       rest = static_cast<std::uint16_t>(rest & (rest - 1))) {
    auto f = static_cast<field>(std::countr_zero(rest));
    set(f, x.get(f));
  }
  session_.given |= x.given;
  if (x.has(field::size) && !x.has(field::volume)) {
    auto before = knows(cell::volume) ? get(field::volume) : 0;
    set(field::volume, std::min(add(before, x.get(field::size)),
                                std::numeric_limits<double>::max()));
  }
  if (x.has(field::price)) {
    auto price = x.get(field::price);
    if (!knows(cell::high) || price > get(field::high))
      set(field::high, price);
    if (!knows(cell::low) || price < get(field::low))
      set(field::low, price);
    if (session_.awaits_open)
      take_open(x);
    if (part_.regular)
      session_.regular_price = price;
  }
  if (!x.extras.empty())
    take_extras(x.extras);
  alive_ = true;
  stale_ = true;
  ticked_ = true;
}

void price_state::show_time(timestamp x) noexcept {
  auto ms = floor<milliseconds>(x).time_since_epoch().count();
  if (knows(cell::time) && ms == time_ms_)
    return;
  time_ms_ = ms;
  mark(cell::time);
}

void price_state::take_extras(const std::vector<extra_cell>& xs) {
  if (!extras_)
    extras_ = std::make_unique<extra_cells>();
  auto& cells = extras_->cells;
  std::size_t hint = 0;
  for (const auto& x : xs) {
    auto i = extras_->find(x.name, hint);
    // What is taken back makes no cell.
    if (i == cells.size() && x.json == "null")
      continue;
    hint = i + 1;
    session_.given_extras |= std::uint64_t{1} << i;
    if (i == cells.size()) {
      assert(i < max_extra_cells);
      cells.push_back(x);
    } else if (cells[i].json != x.json) {
      cells[i].json = x.json;
    } else {
      continue;
    }
    extras_->dirty |= std::uint64_t{1} << i;
  }
}

void price_state::note_source(source x) noexcept {
  if (knows(cell::source) && x == stamp_.from)
    return;
  stamp_.from = x;
  mark(cell::source);
}

void price_state::clear() noexcept {
  dirty_ |= known_ & ~always_known;
  if (knows(cell::price) || knows(cell::prev_close))
    dirty_ |= bit(cell::change) | bit(cell::change_percent);
  known_ = always_known;
  part_ = {};
  session_ = {};
  if (!extras_)
    return;
  // They keep their places, which rows and their viewers count by.
  for (std::size_t i = 0; i < extras_->cells.size(); ++i) {
    extras_->cells[i].json = "null";
    extras_->dirty |= std::uint64_t{1} << i;
  }
}

char* price_state::write(cell x, char* out) const noexcept {
  auto quoted = [out](auto write_text) {
    *out = '"';
    auto end = write_text(out + 1);
    *end = '"';
    return end + 1;
  };
  auto change = [this] {
    return knows(cell::price) && knows(cell::prev_close)
             ? subtract(get(field::price), get(field::prev_close))
             : std::numeric_limits<double>::quiet_NaN();
  };
  auto follows = x == cell::change || x == cell::change_percent;
  if (!follows && !knows(x))
    return out;
  switch (x) {
  case cell::date:
    return quoted(
      [this](char* i) { return write_date(i, sys_days{days{day_}}); });
  case cell::time:
    return quoted([this](char* i) {
      return write_time(i, sys_time<milliseconds>{milliseconds{time_ms_}});
    });
  case cell::symbol:
    return quoted([this](char* i) {
      return std::copy(symbol_.str().begin(), symbol_.str().end(), i);
    });
  case cell::freshness:
    return quoted([this](char* i) {
      auto text = to_string(fresh_);
      return std::copy(text.begin(), text.end(), i);
    });
  case cell::source:
    return quoted([this](char* i) {
      auto text = stamp_.from.name();
      return std::copy(text.begin(), text.end(), i);
    });
  case cell::seq:
    return std::to_chars(out, out + max_text_size, seq_).ptr;
  case cell::change:
    return write_if_finite(out, change());
  case cell::change_percent: {
    // Of nothing, or of less, no part says which way it went.
    auto base = get(field::prev_close);
    return base > 0 ? write_if_finite(out, round_to(change() / base, 6)) : out;
  }
  default:
    return write_number(out, get(*to_field(x)));
  }
}

} // namespace livegrid
