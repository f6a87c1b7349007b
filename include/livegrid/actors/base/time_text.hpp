#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/timestamp.hpp"

namespace livegrid {

/// In what an epoch time counts.
enum class epoch_unit : std::uint8_t { s, ms, us, ns };

/// Reads a decimal number of units since 1970 UTC exactly, a fraction allowed;
/// digits below a nanosecond are dropped. Nothing if `text` is no JSON number
/// or the time is out of range (1677 to 2262).
std::optional<timestamp> parse_epoch(std::string_view text,
                                     epoch_unit unit) noexcept;

/// Reads an epoch time whose unit shows in its magnitude: seconds below 1e11,
/// milliseconds below 1e14, microseconds below 1e17, else nanoseconds. Nothing
/// if it would be before 1990: such a number was meant for something else.
std::optional<timestamp> parse_epoch(std::string_view text) noexcept;

/// Reads an ISO 8601 date, alone or with a time of day (`T` or a blank between
/// them), to the minute, the second or a fraction of it, with `Z`, an offset
/// such as `+02:00`, or nothing, which is UTC. A day without hyphens may have a
/// time without colons: `20260131`, `20260131T120000Z`.
std::optional<timestamp> parse_iso_time(std::string_view text) noexcept;

/// Bytes that `write_date` writes.
constexpr std::size_t date_size = 10;

/// Writes a day of the years 0 to 9999: `2026-01-31`.
/// @param out has room for `date_size` bytes.
/// @returns the end of what was written.
char* write_date(char* out, std::chrono::sys_days x) noexcept;

/// Takes a day that is written like this off the front of a text; nothing if
/// none stands there; the text then stays what it is.
std::optional<std::chrono::sys_days> take_date(std::string_view& text) noexcept;

/// Writes a time of the years 0 to 9999 to the second: `2026-01-31T12:00:00Z`.
std::string iso_time(std::chrono::sys_seconds x);

/// Reads an ISO 8601 time or an epoch time. Eight digits are a day.
std::optional<timestamp> parse_time(std::string_view text) noexcept;

} // namespace livegrid
