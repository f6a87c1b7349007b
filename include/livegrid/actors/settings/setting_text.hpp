#pragma once

#include <string>

namespace livegrid {

/// What `--help` prints: every setting with its meaning, range and default.
std::string help_text();

/// The example of a settings file: every setting at its default, under its
/// meaning and range. `deploy/livegrid.ini` is this text.
std::string example_file();

} // namespace livegrid
