#pragma once

#include <cstddef>
#include <string>

#include "livegrid/actors/stats/summary.hpp"

namespace livegrid {

/// An answer of the console's for a terminal that is `width` columns wide; 0
/// for no limit. What came from outside cannot move the cursor.
std::string to_text(const console_answer& x, std::size_t width);

/// The same as one line of JSON: `parts`, `lists` and `note`; all but ASCII is
/// escaped.
std::string to_json(const console_answer& x);

} // namespace livegrid
