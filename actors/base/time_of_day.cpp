#include "livegrid/actors/base/time_of_day.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "livegrid/actors/base/time_text.hpp"

namespace livegrid {

using namespace std::chrono;

std::string time_of_day(std::int64_t ns) {
  if (ns == 0)
    return "-";
  // Microseconds before days: the first day of the range has no beginning in
  // nanoseconds.
  auto t = floor<microseconds>(sys_time<nanoseconds>{nanoseconds{ns}});
  auto us = (t - floor<days>(t)).count();
  char text[40];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%06d UTC",
                static_cast<int>(us / 3'600'000'000),
                static_cast<int>(us / 60'000'000 % 60),
                static_cast<int>(us / 1'000'000 % 60),
                static_cast<int>(us % 1'000'000));
  return text;
}

std::string date_and_time(std::int64_t ns) {
  if (ns == 0)
    return "-";
  auto day = floor<days>(sys_time<nanoseconds>{nanoseconds{ns}});
  char text[date_size];
  return std::string{text, write_date(text, day)} + ' ' + time_of_day(ns);
}

std::string fine_span(std::int64_t ns) {
  auto us = ns / 1000;
  if (us < 10'000)
    return std::to_string(us) + "us";
  constexpr std::int64_t ms = 1000;
  struct {
    std::int64_t us;
    const char* unit;
  } const units[] = {{86'400'000 * ms, "d"},
                     {3'600'000 * ms, "h"},
                     {60'000 * ms, "m"},
                     {1000 * ms, "s"}};
  for (const auto& x : units)
    if (us >= 2 * x.us)
      return std::to_string(us / x.us) + x.unit;
  return std::to_string(us / ms) + "ms";
}

std::int64_t span_between(std::int64_t from, std::int64_t to) noexcept {
  // Of either sign, so that whoever asks can turn it round.
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  std::int64_t result = 0;
  if (__builtin_sub_overflow(to, from, &result))
    return to < from ? -most : most;
  return std::max(result, -most);
}

std::string gap_after(std::int64_t at, std::int64_t before) {
  if (at == 0 || before == 0)
    return {};
  auto d = span_between(before, at);
  return d < 0 ? ", " + fine_span(-d) + " before it"
               : ", " + fine_span(d) + " later";
}

} // namespace livegrid
