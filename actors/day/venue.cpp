#include "livegrid/actors/day/venue.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace livegrid {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, num_roll_rules> roll_names{
  "session", "utc", "rolling24h"};

/// A time on a clock of which we know only the day and the minute.
time_zone::local_seconds at(sys_days date, int minute) {
  return time_zone::local_seconds{date.time_since_epoch()} + minutes{minute};
}

/// The same moment in nanoseconds, or the end of their range that is nearer.
timestamp clamped(sys_seconds x) {
  // The range begins and ends within a second, which is left out of it.
  static constexpr auto least = ceil<seconds>(timestamp::min());
  static constexpr auto most = floor<seconds>(timestamp::max());
  if (x < least)
    return timestamp::min();
  return x > most ? timestamp::max() : timestamp{x};
}

std::size_t weekday_of(sys_days date) {
  return weekday{date}.c_encoding();
}

/// Reads one member of a definition into `to`.
template <class T, class Parse>
std::optional<venue::fault> read(std::string_view member,
                                 const std::string& text, Parse parse, T& to) {
  auto x = parse(text);
  if (!x)
    return venue::fault{member, std::move(x).error()};
  to = std::move(*x);
  return std::nullopt;
}

} // namespace

std::string_view to_string(roll_rule x) noexcept {
  return roll_names[static_cast<std::size_t>(x)];
}

std::optional<roll_rule> parse_roll_rule(std::string_view name) noexcept {
  auto i = std::find(roll_names.begin(), roll_names.end(), name);
  if (i == roll_names.end())
    return std::nullopt;
  return static_cast<roll_rule>(i - roll_names.begin());
}

expected<venue, venue::fault> venue::make(venue_definition x) {
  venue result;
  auto why = read("tz", x.tz, time_zone::find, result.zone_);
  if (!why)
    why = read("session", x.session, parse_session, result.regular_);
  if (!why && !x.pre.empty())
    why = read("pre", x.pre, parse_session, result.pre_);
  if (!why && !x.post.empty())
    why = read("post", x.post, parse_session, result.post_);
  if (!why)
    why = read("holidays", x.holidays, parse_holidays, result.holidays_);
  if (!why)
    why = read("corrections", x.corrections, parse_corrections,
               result.corrections_);
  if (why)
    return unexpected{std::move(*why)};
  result.definition_ = std::move(x);
  return result;
}

const std::vector<session_period>& venue::regular_of(sys_days date) const {
  static const std::vector<session_period> none;
  if (auto i = corrections_.find(date); i != corrections_.end())
    return i->second;
  return holidays_.contains(date) ? none : regular_[weekday_of(date)];
}

std::optional<sys_seconds> venue::begin_of(sys_days date) const {
  std::optional<int> first;
  auto consider = [&first](const std::vector<session_period>& xs) {
    if (!xs.empty())
      first = std::min(first.value_or(xs.front().begin), xs.front().begin);
  };
  consider(regular_of(date));
  // What is traded around it is traded only on days that have a session.
  if (first || !(holidays_.contains(date) || corrections_.contains(date))) {
    consider(pre_[weekday_of(date)]);
    consider(post_[weekday_of(date)]);
  }
  if (!first)
    return std::nullopt;
  return zone_.first(at(date, *first));
}

trade_day venue::day_of(timestamp x) const {
  if (!by_session()) {
    auto day = floor<days>(x);
    return {day, {clamped(day), clamped(day + days{1})}};
  }
  auto now = floor<seconds>(x);
  auto today = floor<days>(sys_seconds{zone_.local(now).time_since_epoch()});
  // Of all dates that have begun the last one counts. A week has a day with a
  // session, unless that is a holiday.
  auto most =
    days{7 * static_cast<int>(holidays_.size() + corrections_.size() + 2)};
  auto date = today + days{max_days_before + 1};
  auto begin = begin_of(date);
  while ((!begin || *begin > now) && date > today - most)
    begin = begin_of(--date);
  // One that is further away may begin earlier than the next one.
  std::optional<sys_seconds> end;
  auto last = date + most;
  for (auto next = date + days{1}; next <= last; ++next) {
    auto y = begin_of(next);
    if (!y)
      continue;
    if (!end)
      last = std::min(last, next + days{max_days_before});
    end = std::min(end.value_or(*y), *y);
  }
  return {date,
          {begin ? clamped(*begin) : timestamp::min(),
           end ? clamped(*end) : timestamp::max()}};
}

day_part venue::part_of(timestamp x) const {
  auto day = day_of(x);
  day_part result{day.date, day.span, false};
  auto& span = result.span;
  auto look_at = [&](sys_days date) {
    for (const auto& p : regular_of(date)) {
      time_span open{clamped(zone_.first(at(date, p.begin))),
                     clamped(zone_.last(at(date, p.end)))};
      if (open.holds(x)) {
        result.regular = true;
        span.begin = std::max(span.begin, open.begin);
        span.end = std::min(span.end, open.end);
      } else if (open.end <= x) {
        span.begin = std::max(span.begin, open.end);
      } else {
        span.end = std::min(span.end, open.begin);
      }
    }
  };
  // A day in UTC has parts of the sessions of several days.
  auto around = by_session() ? 0 : max_days_before + 1;
  for (auto i = by_session() ? 0 : -1; i <= around; ++i)
    look_at(day.date + days{i});
  return result;
}

std::optional<timestamp> venue::regular_begin(sys_days date) const {
  const auto& xs = regular_of(date);
  if (xs.empty())
    return std::nullopt;
  return clamped(zone_.first(at(date, xs.front().begin)));
}

} // namespace livegrid
