#include "livegrid/http/readers/csv_columns.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

using kind = csv_column::kind;

/// A name of a time, and whether its unit shows in it.
struct time_name {
  std::string_view name;
  std::optional<epoch_unit> unit = std::nullopt;
};

constexpr auto s = epoch_unit::s;
constexpr auto ms = epoch_unit::ms;
constexpr auto us = epoch_unit::us;
constexpr auto ns = epoch_unit::ns;

/// The leftmost of these counts, whichever it is.
constexpr auto own_times = std::to_array<time_name>(
  {{"ts_s", s}, {"ts_ms", ms}, {"ts_us", us}, {"ts_ns", ns}, {"time"}});

/// What others call the time at which something happened, ...
constexpr auto event_times =
  std::to_array<time_name>({{"timestamp"},
                            {"datetime"},
                            {"date_time"},
                            {"ts"},
                            {"ts_event"},
                            {"event_time"},
                            {"trade_time"},
                            {"transact_time"},
                            {"exchange_time"},
                            {"exchange_timestamp"},
                            {"participant_timestamp"},
                            {"sip_timestamp"},
                            {"timestamp_s", s},
                            {"timestamp_ms", ms},
                            {"timestamp_us", us},
                            {"timestamp_ns", ns},
                            {"epoch_s", s},
                            {"epoch_ms", ms},
                            {"epoch_us", us},
                            {"epoch_ns", ns}});

/// ... and at which they heard of it.
constexpr auto receive_times = std::to_array<time_name>({{"local_timestamp"},
                                                         {"local_time"},
                                                         {"ts_recv"},
                                                         {"recv_time"},
                                                         {"recv_ts"},
                                                         {"receive_time"},
                                                         {"received_at"},
                                                         {"recv_s", s},
                                                         {"recv_ms", ms},
                                                         {"recv_us", us},
                                                         {"recv_ns", ns}});

constexpr auto days =
  std::to_array<time_name>({{"date"}, {"day"}, {"trade_date"}});

/// Columns that a note names, and bytes of each name.
constexpr std::size_t max_named = 20;
constexpr std::size_t max_name = 40;

/// The leftmost of the columns that has one of the names.
struct found_time {
  std::size_t at;
  const time_name* name;
};

template <class Names>
std::optional<found_time> find_time(const std::vector<std::string>& columns,
                                    const Names& names) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto x = std::find_if(names.begin(), names.end(),
                          [&](const auto& y) { return y.name == columns[i]; });
    if (x != names.end())
      return found_time{i, &*x};
  }
  return std::nullopt;
}

void take_time(csv_header& to, const std::vector<std::string>& names) {
  auto own = find_time(names, own_times);
  auto time = own;
  if (!time)
    time = find_time(names, event_times);
  if (!time)
    time = find_time(names, receive_times);
  auto day = find_time(names, days);
  if (!time && day)
    to.columns[day->at] = {.what = kind::day, .optional = true};
  if (!time)
    return;
  to.columns[time->at] = {.what = time->name->unit ? kind::epoch : kind::time,
                          .unit = time->name->unit.value_or(s),
                          .optional = !own};
  if (day && !time->name->unit)
    to.columns[day->at] = {.what = kind::date, .optional = true};
}

csv_column field_of(std::string_view name) {
  if (name == "change")
    return {.what = kind::change, .optional = true};
  auto key = classify(name == "day_volume" ? "volume" : name);
  using key_kind = tick_key::kind;
  if (key.what == key_kind::symbol || key.what == key_kind::seq)
    return {.what = kind::tick_field, .key = key};
  if (key.what == key_kind::number)
    return {.what = kind::tick_field,
            .key = key,
            .optional = key.which != field::price};
  return {};
}

bool same_target(const csv_column& a, const csv_column& b) {
  return a.what == b.what
         && (a.what != kind::tick_field
             || (a.key.what == b.key.what && a.key.which == b.key.which));
}

std::string note_of(const csv_header& x,
                    const std::vector<std::string_view>& names) {
  auto list = [&](bool used) {
    std::string result;
    std::size_t n = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if ((x.columns[i].what != kind::unused) != used || names[i].empty())
        continue;
      if (n++ < max_named)
        result += (result.empty() ? "" : ", ")
                  + std::string{cut_text(names[i], max_name)};
    }
    if (n > max_named)
      result += " and " + std::to_string(n - max_named) + " more";
    return result;
  };
  auto unused = list(false);
  return unused.empty()
           ? unused
           : "not used: " + unused + "; columns taken: " + list(true);
}

/// Why there is no symbol, if a guess can be made.
std::string missing_symbol_column(const std::vector<std::string_view>& names) {
  std::string result = "no symbol column in the header line";
  if (names.size() == 1 && names[0].find(';') != std::string_view::npos)
    result += ": its fields are separated by semicolons; write it with commas "
              "(or tabs) between fields, and points in numbers";
  else if (names.size() == 1 && names[0].find('|') != std::string_view::npos)
    result += ": its fields are separated by |; write it with commas";
  return result;
}

} // namespace

csv_header read_csv_header(const std::vector<std::string_view>& names) {
  csv_header result;
  result.columns.resize(names.size());
  std::vector<std::string> lowered;
  for (auto x : names)
    lowered.emplace_back(to_lower(x));
  take_time(result, lowered);
  bool has_symbol = false;
  std::vector<csv_column> taken;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto& at = result.columns[i];
    auto c = at.what == kind::unused ? field_of(lowered[i]) : csv_column{};
    has_symbol = has_symbol || lowered[i] == "symbol";
    if (c.what == kind::unused
        || std::any_of(taken.begin(), taken.end(),
                       [&](const auto& x) { return same_target(x, c); }))
      continue;
    at = c;
    taken.emplace_back(c);
  }
  if (!has_symbol)
    result.fault = missing_symbol_column(names);
  result.note = note_of(result, names);
  return result;
}

} // namespace livegrid
