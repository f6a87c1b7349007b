#include "livegrid/actors/prices/row.hpp"

#include <cassert>
#include <utility>

#include "livegrid/actors/base/time_text.hpp"

namespace livegrid {

row_ptr row::vacant(symbol_name symbol) {
  auto json = '"' + symbol.str() + '"';
  row_builder result{std::move(symbol), {}, {}};
  result.set(cell::symbol, json);
  result.set(cell::freshness, "\"never\"");
  return std::move(result).finish();
}

int row::find_extra(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < extras_.size(); ++i)
    if (extra_name(i) == name)
      return static_cast<int>(i);
  return -1;
}

std::optional<std::int32_t> row::trade_date() const noexcept {
  auto rest = text(cell::date);
  if (!rest.starts_with('"'))
    return std::nullopt;
  rest.remove_prefix(1);
  auto day = take_date(rest);
  if (!day)
    return std::nullopt;
  return static_cast<std::int32_t>(day->time_since_epoch().count());
}

bool row::consistent() const noexcept {
  auto within = [this](std::uint64_t offset, std::uint64_t size) {
    return offset + size <= text_.size();
  };
  for (const auto& s : fixed_)
    if (!within(s.offset, s.size))
      return false;
  for (const auto& s : extras_)
    if (!within(s.offset, std::uint64_t{s.name_size} + s.size))
      return false;
  return extras_.size() <= max_extra_cells
         && (changed_ >> (fixed_cells + extras_.size())).none()
         && marks_.size() <= max_batch_marks && seqs_.size() <= max_seq_marks;
}

row_builder::row_builder(symbol_name symbol, const row_order& order,
                         cell_set changed)
  : row_(caf::make_counted<row>()) {
  row_->symbol_ = std::move(symbol);
  row_->order_ = order;
  row_->changed_ = changed;
}

void row_builder::mark(std::vector<batch_mark> xs) {
  row_->marks_ = std::move(xs);
}

void row_builder::count(std::uint64_t of, std::vector<seq_mark> others) {
  row_->seq_of_ = of;
  row_->seqs_ = std::move(others);
}

void row_builder::stamp(const row_stamp& x) {
  row_->stamp_ = x;
}

void row_builder::session(const session_mark& x) {
  row_->session_ = x;
}

void row_builder::state(const state_id& shown, const lineage& past) {
  row_->state_ = shown;
  row_->past_ = past;
}

void row_builder::carry(const row& x) {
  row_->stamp_ = x.stamp_;
  row_->session_ = x.session_;
  row_->state_ = x.state_;
  row_->past_ = x.past_;
  row_->marks_ = x.marks_;
  row_->seq_of_ = x.seq_of_;
  row_->seqs_ = x.seqs_;
}

void row_builder::restated() {
  row_->restated_ = true;
}

void row_builder::reserve(std::size_t bytes) {
  row_->text_.reserve(bytes);
}

void row_builder::set(cell x, std::string_view json) {
  auto& s = row_->fixed_[index(x)];
  s.offset = static_cast<std::uint32_t>(row_->text_.size());
  s.size = static_cast<std::uint32_t>(json.size());
  row_->text_ += json;
}

void row_builder::add_extra(std::string_view name, std::string_view json) {
  assert(row_->extras_.size() < max_extra_cells);
  row_->extras_.push_back({static_cast<std::uint32_t>(row_->text_.size()),
                           static_cast<std::uint32_t>(name.size()),
                           static_cast<std::uint32_t>(json.size())});
  row_->text_ += name;
  row_->text_ += json;
}

row_ptr row_builder::finish() && {
  row_->fixed_[index(cell::trade_date)] = row_->fixed_[index(cell::date)];
  return std::move(row_);
}

row_ptr with_link(row_ptr x, std::uint32_t link, std::int64_t came) {
  auto result = x->unique() ? caf::intrusive_ptr<row>{const_cast<row*>(x.get())}
                            : caf::make_counted<row>(*x);
  result->order_.link = link;
  result->came_ = came;
  return result;
}

row_ptr with_order(const row& x, const row_order& order) {
  auto result = caf::make_counted<row>(x);
  result->order_ = order;
  return result;
}

knowledge knowledge_of(const row& newer, const row& older) noexcept {
  const auto& x = older.state();
  // What one owner has made it knows, one after the other.
  return x.epoch == newer.state().epoch ? knowledge::all : newer.past().of(x);
}

row_ptr unmarked(const row& x) {
  auto order = x.order();
  order.marks += 2;
  return with_order(x, order);
}

row_ptr marked_down(const row& x) {
  auto order = x.order();
  order.marks |= 1;
  cell_set changed;
  changed[index(cell::freshness)] = true;
  row_builder result{x.symbol(), order, changed};
  result.carry(x);
  result.restated();
  auto text = '"' + std::string{to_string(freshness::down)} + '"';
  for (std::size_t i = 0; i < written_cells; ++i) {
    auto which = static_cast<cell>(i);
    if (which == cell::freshness)
      result.set(which, text);
    else if (x.text(which) != "null")
      result.set(which, x.text(which));
  }
  for (std::size_t i = 0; i < x.num_extras(); ++i)
    result.add_extra(x.extra_name(i), x.extra_text(i));
  return std::move(result).finish();
}

std::array<std::uint64_t, 2> to_words(const cell_set& x) noexcept {
  static const cell_set low{~std::uint64_t{0}};
  return {(x & low).to_ullong(), (x >> 64).to_ullong()};
}

bool from_words(const std::array<std::uint64_t, 2>& words,
                cell_set& x) noexcept {
  if (words[1] >> (x.size() - 64))
    return false;
  x = cell_set{words[1]} << 64 | cell_set{words[0]};
  return true;
}

} // namespace livegrid
