#pragma once

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"

namespace livegrid {

/// A time of trading, in minutes from the midnight with which the trade date
/// begins on the clocks of the place: `begin` belongs to it, `end` does not.
/// `begin` is less than 0 where trading begins on a day before.
struct session_period {
  int begin = 0;
  int end = 0;

  friend bool operator==(const session_period&,
                         const session_period&) = default;
};

/// So many days before its trade date a period may begin.
constexpr int max_days_before = 9;

/// So many periods a day may have, and so many dates a list.
constexpr std::size_t max_session_periods = 16;
constexpr std::size_t max_session_dates = 10'000;

/// When a market is open, by the day of the week of the trade date (0 is
/// Sunday): periods in their order, none for a day without trading.
using session_week = std::array<std::vector<session_period>, 7>;

/// Reads a session as TradingView writes it:
///
/// * `24x7`: all days;
/// * `0930-1600`: Monday to Friday. A period that does not end later than it
///   begins begins on the day before: `1700-1600`, `1700-1700`; `0000-0000` is
///   the whole day;
/// * `0930-1130,1300-1500`: several a day; those that touch are one;
/// * `1700F1-1515`: `F` and a digit from 1 to 9 say how many days before;
/// * `0930-1600:23456`: on these days of the trade date, 1 is Sunday;
/// * `0900-1630|0900-1400:2`: other periods for some days; the part without
///   days is for those that no other part names. `dayoff` is no period at all;
/// * `;2` at its end, on which day a week begins, is read and says nothing
/// here.
///
/// @returns the week, or what is wrong with the text.
expected<session_week, std::string> parse_session(std::string_view text);

/// Reads days without trading: `20181105,20181107`.
expected<std::set<std::chrono::sys_days>, std::string>
parse_holidays(std::string_view text);

/// What is traded on which dates instead of what the session says.
using session_corrections =
  std::map<std::chrono::sys_days, std::vector<session_period>>;

/// Reads days with other periods than usual, which may be holidays:
/// `1900F4-2350F4,1000-1845:20181113;1000-1400:20181114,20181115`.
expected<session_corrections, std::string>
parse_corrections(std::string_view text);

} // namespace livegrid
