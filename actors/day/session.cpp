#include "livegrid/actors/day/session.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

using namespace std::chrono;
using periods = std::vector<session_period>;

constexpr int day_minutes = 24 * 60;

/// Why a part of a text is refused.
unexpected<std::string> fault(std::string_view part, std::string_view why) {
  return unexpected{quote(part) + ' ' + std::string{why}};
}

/// The value of `text` if it is all digits, else -1.
int number_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 8
      || !std::all_of(text.begin(), text.end(), is_digit))
    return -1;
  int result = 0;
  for (auto c : text)
    result = result * 10 + (c - '0');
  return result;
}

/// A time of day and how many days before the trade date, if it says that.
struct edge {
  int minute = 0;
  std::optional<int> days_before;

  int value() const noexcept {
    return minute - days_before.value_or(0) * day_minutes;
  }
};

/// Reads `0930` or `1900F4`.
std::optional<edge> parse_edge(std::string_view text) {
  edge result;
  if (text.size() == 6 && text[4] == 'F') {
    result.days_before = number_of(text.substr(5));
    if (*result.days_before < 1)
      return std::nullopt;
    text.remove_suffix(2);
  }
  auto time = text.size() == 4 ? number_of(text) : -1;
  if (time < 0 || time > 2400 || time % 100 > 59)
    return std::nullopt;
  result.minute = time / 100 * 60 + time % 100;
  return result;
}

expected<session_period, std::string> parse_period(std::string_view text) {
  auto dash = text.find('-');
  auto begin = parse_edge(text.substr(0, dash));
  auto end =
    dash == text.npos ? std::nullopt : parse_edge(text.substr(dash + 1));
  if (!begin || !end)
    return fault(text, "is no period such as 0930-1600 or 1700F1-1600");
  session_period result{begin->value(), end->value()};
  if (!begin->days_before && !end->days_before && result.end <= result.begin) {
    if (result.begin == 0 && result.end == 0)
      result.end = day_minutes;
    else
      result.begin -= day_minutes;
  }
  if (result.end <= result.begin)
    return fault(text, "ends before it begins");
  return result;
}

/// Reads `0930-1130,1300-1500` or `dayoff`.
expected<periods, std::string> parse_periods(std::string_view text) {
  periods result;
  if (text == "dayoff")
    return result;
  if (text.empty())
    return fault(text, "has no period");
  if (text.back() == ',')
    return fault(text, "ends with a comma");
  while (!text.empty()) {
    auto part = take_part(text, ',');
    auto x = parse_period(part);
    if (!x)
      return unexpected{std::move(x).error()};
    if (!result.empty() && x->begin < result.back().end)
      return fault(part, "begins before the period before it ends");
    if (!result.empty() && x->begin == result.back().end) {
      result.back().end = x->end;
      continue;
    }
    if (result.size() == max_session_periods)
      return fault(part, "is one period too many");
    result.push_back(*x);
  }
  return result;
}

std::optional<sys_days> parse_day(std::string_view text) {
  auto x = text.size() == 8 ? number_of(text) : -1;
  year_month_day result{year{x / 10000},
                        month{static_cast<unsigned>(x / 100 % 100)},
                        day{static_cast<unsigned>(x % 100)}};
  if (x < 0 || !result.ok())
    return std::nullopt;
  return sys_days{result};
}

expected<std::vector<sys_days>, std::string> parse_days(std::string_view text) {
  std::vector<sys_days> result;
  while (!text.empty()) {
    auto part = trimmed(take_part(text, ','));
    auto x = parse_day(part);
    if (!x)
      return fault(part, "is no day such as 20181231");
    if (result.size() == max_session_dates)
      return fault(part, "is one day too many");
    result.push_back(*x);
  }
  return result;
}

/// The days of the week that `2345` names, as bits; bit 0 is Sunday.
expected<unsigned, std::string> parse_weekdays(std::string_view text) {
  unsigned result = 0;
  for (auto c : text) {
    auto one = c >= '1' && c <= '7' ? 1u << (c - '1') : 0u;
    if (one == 0 || (result & one))
      return fault(text, "must be days of the week, each once: 1 is Sunday, 7 "
                         "Saturday");
    result |= one;
  }
  if (result == 0)
    return fault(text, "names no day of the week");
  return result;
}

/// Takes `;2` off the end of a session.
expected<std::string_view, std::string> without_first_day(std::string_view x) {
  auto i = x.find(';');
  if (i == x.npos)
    return x;
  auto rest = x.substr(i + 1);
  if (rest.size() != 1 || rest[0] < '1' || rest[0] > '7')
    return fault(rest, "must be the first day of the week, 1 to 7");
  return x.substr(0, i);
}

} // namespace

expected<session_week, std::string> parse_session(std::string_view text) {
  auto rest = without_first_day(trimmed(text));
  if (!rest)
    return unexpected{std::move(rest).error()};
  if (*rest == "24x7")
    rest = "0000-0000:1234567";
  if (rest->empty() || rest->back() == '|')
    return fault(text, "has a part without a period");
  session_week result;
  unsigned named = 0;
  std::optional<periods> others;
  while (!rest->empty()) {
    auto part = take_part(*rest, '|');
    auto colon = part.find(':');
    auto xs = parse_periods(part.substr(0, colon));
    if (!xs)
      return unexpected{std::move(xs).error()};
    if (colon == part.npos) {
      if (others)
        return fault(part, "is a second part without days");
      others = std::move(*xs);
      continue;
    }
    auto days = parse_weekdays(part.substr(colon + 1));
    if (!days)
      return unexpected{std::move(days).error()};
    if (*days & named)
      return fault(part, "names a day that a part before it names");
    named |= *days;
    for (std::size_t i = 0; i < result.size(); ++i)
      if ((*days >> i) & 1u)
        result[i] = *xs;
  }
  if (others)
    for (std::size_t i = 1; i <= 5; ++i)
      if (((named >> i) & 1u) == 0)
        result[i] = *others;
  if (std::all_of(result.begin(), result.end(),
                  [](const auto& x) { return x.empty(); }))
    return fault(text, "has no day with a period");
  return result;
}

expected<std::set<sys_days>, std::string>
parse_holidays(std::string_view text) {
  auto days = parse_days(trimmed(text));
  if (!days)
    return unexpected{std::move(days).error()};
  return std::set<sys_days>{days->begin(), days->end()};
}

expected<session_corrections, std::string>
parse_corrections(std::string_view text) {
  session_corrections result;
  auto rest = trimmed(text);
  while (!rest.empty()) {
    auto part = trimmed(take_part(rest, ';'));
    auto colon = part.find(':');
    if (colon == part.npos)
      return fault(part, "is no correction such as 1000-1400:20181114");
    auto xs = parse_periods(part.substr(0, colon));
    if (!xs)
      return unexpected{std::move(xs).error()};
    auto days = parse_days(part.substr(colon + 1));
    if (!days)
      return unexpected{std::move(days).error()};
    if (days->empty())
      return fault(part, "names no day");
    for (auto day : *days) {
      if (result.size() == max_session_dates)
        return fault(part, "has one day too many");
      if (!result.emplace(day, *xs).second)
        return fault(part, "names a day twice");
    }
  }
  return result;
}

} // namespace livegrid
