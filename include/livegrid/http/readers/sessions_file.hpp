#pragma once

#include <string>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/day/venue_table.hpp"

namespace livegrid {

/// Reads a JSON file of markets and of the symbols that are traded there:
///
///     {"venues": {"us": {"tz": "America/New_York", "session": "0930-1600",
///                        "holidays": ["20261126", "20261225"]}},
///      "symbols": {"AAPL": "us", "ES*": "us", "*": "24x7"}}
///
/// Members of a venue are those of `venue_definition`. `holidays` and
/// `corrections` may be one text or an array of texts. Of the patterns the most
/// specific one counts, see `venue_table`.
/// @returns the table, or the file, where in it something is wrong, and what.
expected<venue_table, std::string> read_sessions_file(const std::string& path);

} // namespace livegrid
