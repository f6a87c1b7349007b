#include "livegrid/http/csv_ticks.hpp"

#include <algorithm>

#include "livegrid/number.hpp"

namespace livegrid {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept {
  auto first = text.find_first_not_of(blanks);
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes a quoted cell from the front of `rest`, which begins with the quote.
bool take_quoted(std::string_view& rest, std::string& cell) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      cell += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      cell += '"';
      ++i;
    } else {
      rest.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

} // namespace

bool split_csv(std::string_view line, std::vector<std::string_view>& cells,
               std::vector<std::string>& unquoted) {
  cells.clear();
  unquoted.clear();
  // Views into the texts must survive those that follow.
  auto quotes = std::count(line.begin(), line.end(), '"');
  unquoted.reserve(static_cast<std::size_t>(quotes) / 2);
  for (;;) {
    auto rest =
      line.substr(std::min(line.find_first_not_of(blanks), line.size()));
    if (rest.starts_with('"')) {
      if (unquoted.size() == unquoted.capacity())
        return false;
      auto& cell = unquoted.emplace_back();
      if (!take_quoted(rest, cell))
        return false;
      cells.push_back(cell);
      rest = rest.substr(std::min(rest.find_first_not_of(blanks), rest.size()));
      if (rest.empty())
        return true;
      if (rest.front() != ',')
        return false;
      line = rest.substr(1);
      continue;
    }
    auto comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == line.npos)
      return true;
    line.remove_prefix(comma + 1);
  }
}

csv_ticks::column csv_ticks::classify_column(std::string_view name) noexcept {
  using kind = column::kind;
  auto epoch = [](epoch_unit unit) { return column{kind::epoch, {}, unit}; };
  if (name == "ts_s")
    return epoch(epoch_unit::s);
  if (name == "ts_ms")
    return epoch(epoch_unit::ms);
  if (name == "ts_us")
    return epoch(epoch_unit::us);
  if (name == "ts_ns")
    return epoch(epoch_unit::ns);
  if (name == "time")
    return {kind::time, {}, epoch_unit::s};
  if (name == "change")
    return {kind::change, {}, epoch_unit::s};
  if (name == "day_volume")
    name = "volume";
  auto key = classify(name);
  if (key.what == tick_key::kind::number || key.what == tick_key::kind::symbol
      || key.what == tick_key::kind::seq)
    return {kind::tick_field, key, epoch_unit::s};
  return {};
}

std::string csv_ticks::header(std::string_view line) {
  if (!split_csv(line, cells_, unquoted_))
    return "a quote out of place in the header line";
  columns_.clear();
  std::vector<std::string> taken;
  bool has_symbol = false;
  for (auto name : cells_) {
    auto c = classify_column(name);
    has_symbol = has_symbol || name == "symbol";
    // Of columns that say the same the leftmost counts.
    std::string target{name};
    if (c.what == column::kind::time || c.what == column::kind::epoch)
      target = "time";
    else if (name == "day_volume")
      target = "volume";
    if (std::find(taken.begin(), taken.end(), target) != taken.end())
      c = column{};
    else if (c.what != column::kind::unknown)
      taken.push_back(std::move(target));
    columns_.push_back(c);
  }
  if (!has_symbol)
    return "no symbol column in the header line";
  return {};
}

std::optional<refusal> csv_ticks::set(tick& out, const column& c,
                                      std::string_view cell) {
  switch (c.what) {
  case column::kind::tick_field:
    if (c.key.what == tick_key::kind::symbol)
      return set_symbol(out, cell);
    if (c.key.what == tick_key::kind::seq)
      return set_seq(out, cell);
    return set_number(out, c.key.which, cell);
  case column::kind::time:
    return set_time(out, cell);
  case column::kind::epoch:
    out.time = parse_epoch(cell, c.unit);
    if (!out.time) {
      refusal fault;
      fault.field = "time";
      fault.message = "the time must be a number, from 1677 to 2262";
      return fault;
    }
    return std::nullopt;
  case column::kind::change:
  case column::kind::unknown:
    return std::nullopt;
  }
  return std::nullopt;
}

std::variant<tick, std::string> csv_ticks::row(std::string_view line) {
  if (!split_csv(line, cells_, unquoted_))
    return "a quote out of place";
  if (cells_.size() != columns_.size())
    return std::to_string(cells_.size()) + " fields, but the header line has "
           + std::to_string(columns_.size());
  tick result;
  std::string_view change;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].empty())
      continue;
    if (columns_[i].what == column::kind::change)
      change = cells_[i];
    if (auto fault = set(result, columns_[i], cells_[i]))
      return fault->message;
  }
  if (result.symbol.str().empty())
    return missing_symbol().message;
  if (!change.empty() && result.has(field::price)
      && !result.has(field::prev_close)) {
    auto x = parse_number(change);
    if (!x)
      return "change must be a number";
    if (auto fault = set_number(result, field::prev_close,
                                subtract(result.get(field::price), *x)))
      return "price - change: " + fault->message;
  }
  if (result.empty())
    return missing_fields().message;
  return result;
}

} // namespace livegrid
