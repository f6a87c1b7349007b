#pragma once

#include <cstdint>
#include <string>

namespace livegrid {

/// How long it is from one moment to another, in nanoseconds. Sources say any
/// time from 1677 to 2262; what is longer than 292 years counts as 292 years.
std::int64_t span_between(std::int64_t from, std::int64_t to) noexcept;

/// A moment for people, of nanoseconds since 1970: `12:34:56.123456 UTC`, or
/// `-` for 0, which stands for a time that is not known.
std::string time_of_day(std::int64_t ns);

/// The same with its date: `2024-02-29 12:34:56.123456 UTC`.
std::string date_and_time(std::int64_t ns);

/// A span for people, down to microseconds: `500us`, `27ms`, `12s`, `2d`.
std::string fine_span(std::int64_t ns);

/// How long after `before` a moment was: `, 500us later`, or `, 2ms before it`.
/// Empty if one of them is not known.
std::string gap_after(std::int64_t at, std::int64_t before);

} // namespace livegrid
