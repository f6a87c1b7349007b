#pragma once

#include <string>

#include "livegrid/actors/operator/console_entry.hpp"

namespace livegrid {

/// What the operator may say: the rows of all groups, in the order of `help`.
const console_entries& all_commands();

/// Does what a line says, or has another node do it, and answers `to` then;
/// refuses what is no command, and words and options that it does not take.
void run_line(asker& ask, const std::string& line, console_promise to);

} // namespace livegrid
