#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

/// Reads a JSON array of first states: objects with `symbol` and at least one
/// of `price`, `prev_close`, `volume` and `market_cap`, each symbol once. The
/// error names the file, the element, the field and the reason.
/// @param max_symbols how many there may be.
expected<std::vector<tick>, std::string>
read_symbols_file(const std::string& path, std::size_t max_symbols);

/// The five symbols of OpenBB's own Live Grid example.
std::vector<tick> builtin_symbols();

} // namespace livegrid
