#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Reads a JSON array of the symbols that are there from the start: names, or
/// objects with `symbol` and any cells that a tick may bring but `time` and
/// `seq`; each symbol once. The error names the file, the element, the field
/// and the reason.
/// @param max_symbols how many there may be.
expected<std::vector<tick>, std::string>
read_symbols_file(const std::string& path, std::size_t max_symbols);

} // namespace livegrid
