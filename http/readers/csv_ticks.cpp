#include "livegrid/http/readers/csv_ticks.hpp"

#include <algorithm>
#include <utility>

#include "livegrid/actors/base/number.hpp"
#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

using kind = csv_column::kind;

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

/// A number as JSON has it: without a plus, with a digit on both sides of the
/// point. What is none stays what it is.
/// @param buffer where it is written if it has to be.
std::string_view plain_number(std::string_view text, std::string& buffer) {
  auto rest = text;
  auto negative = rest.starts_with('-');
  if (negative || rest.starts_with('+'))
    rest.remove_prefix(1);
  auto whole = static_cast<std::size_t>(
    std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
  auto point = whole < rest.size() && rest[whole] == '.';
  auto part = point && whole + 1 < rest.size() && is_digit(rest[whole + 1]);
  if (whole == 0 && !part)
    return text;
  if (whole > 0 && (!point || part) && !text.starts_with('+'))
    return text;
  buffer = negative ? "-" : "";
  buffer += whole > 0 ? rest.substr(0, whole) : "0";
  rest.remove_prefix(whole);
  // A point without a digit behind it says nothing.
  if (point && !part)
    rest.remove_prefix(1);
  buffer += rest;
  return buffer;
}

} // namespace

bool split_csv(std::string_view line, char separator,
               std::vector<std::string_view>& cells,
               std::vector<std::string>& unquoted) {
  const std::string_view blanks = separator == '\t' ? " " : " \t";
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
      if (rest.front() != separator)
        return false;
      line = rest.substr(1);
      continue;
    }
    auto end = line.find(separator);
    cells.push_back(trimmed(line.substr(0, end)));
    if (end == line.npos)
      return true;
    line.remove_prefix(end + 1);
  }
}

expected<void, std::string> csv_ticks::header(std::string_view line) {
  if (line.find('\0') != line.npos)
    return unexpected{
      "has zero bytes in its header line: it must be UTF-8, not UTF-16 or "
      "binary"};
  if (line.find('\r') != line.npos)
    return unexpected{
      "its lines end with CR alone; end them with LF (tr '\\r' '\\n')"};
  // Tabs stand between fields where no comma does.
  separator_ =
    line.find(',') == line.npos && line.find('\t') != line.npos ? '\t' : ',';
  if (!split_csv(line, separator_, cells_, unquoted_))
    return unexpected{"a quote out of place in the header line"};
  header_ = read_csv_header(cells_);
  if (!header_.fault.empty())
    return unexpected{header_.fault};
  return {};
}

std::optional<refusal> csv_ticks::set_csv_time(tick& out, const csv_column& c,
                                               std::string_view cell) {
  if (c.what == kind::epoch) {
    out.time = parse_epoch(plain_number(cell, number_), c.unit);
    if (out.time)
      return std::nullopt;
    refusal fault;
    fault.field = "time";
    fault.message = "the time must be a number, from 1677 to 2262";
    return fault;
  }
  // A time of day is one only with its day.
  if (!date_.empty() && cell.size() > 2 && cell[2] == ':')
    return set_time(out, std::string{date_} + ' ' + std::string{cell});
  return set_time(out, cell);
}

std::optional<refusal> csv_ticks::set_change(tick& out, std::string_view cell) {
  if (!out.has(field::price) || out.has(field::prev_close))
    return std::nullopt;
  refusal fault;
  auto x = parse_number(plain_number(cell, number_));
  if (!x) {
    fault.message = "change must be a number";
    return fault;
  }
  auto why =
    set_number(out, field::prev_close, subtract(out.get(field::price), *x));
  if (why)
    why->message = "price - change: " + why->message;
  return why;
}

std::optional<refusal> csv_ticks::set(tick& out, const csv_column& c,
                                      std::string_view cell) {
  switch (c.what) {
  case kind::tick_field:
    if (c.key.what == tick_key::kind::symbol)
      return set_symbol(out, cell);
    if (c.key.what == tick_key::kind::seq)
      return set_seq(out, plain_number(cell, number_));
    return set_number(out, c.key.which, plain_number(cell, number_));
  case kind::time:
  case kind::epoch:
  case kind::day:
    return set_csv_time(out, c, cell);
  case kind::change:
  case kind::date:
  case kind::unused:
    return std::nullopt;
  }
  return std::nullopt;
}

expected<tick, std::string>
csv_ticks::row(std::string_view line, const bad_cell_callback& on_bad_cell) {
  const auto& columns = header_.columns;
  if (!split_csv(line, separator_, cells_, unquoted_))
    return unexpected{"a quote out of place"};
  if (cells_.size() != columns.size())
    return unexpected{std::to_string(cells_.size())
                      + " fields, but the header line has "
                      + std::to_string(columns.size())};
  tick result;
  std::vector<std::string> bad;
  std::string_view change;
  date_ = {};
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells_[i] = trimmed(cells_[i]);
    if (columns[i].what == kind::date)
      date_ = cells_[i];
    else if (columns[i].what == kind::change)
      change = cells_[i];
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].empty())
      continue;
    auto fault = set(result, columns[i], cells_[i]);
    if (fault && !columns[i].optional)
      return unexpected{std::move(fault->message)};
    if (fault)
      bad.emplace_back(std::move(fault->message));
  }
  if (result.symbol.str().empty())
    return unexpected{missing_symbol().message};
  if (!change.empty())
    if (auto fault = set_change(result, change))
      bad.emplace_back(std::move(fault->message));
  if (result.empty())
    return unexpected{bad.empty() ? missing_fields().message : bad.front()};
  for (const auto& why : bad)
    if (on_bad_cell)
      on_bad_cell(why);
  return result;
}

} // namespace livegrid
