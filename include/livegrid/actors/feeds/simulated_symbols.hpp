#pragma once

#include <cstddef>
#include <vector>

#include "livegrid/fwd.hpp"

namespace livegrid {

/// Where the simulator begins unless a file says otherwise: first the five
/// symbols of OpenBB's own Live Grid example, as they stand there, then some
/// thirty that everybody knows. All numbers are invented, if plausible.
/// @param most how many of them; 0 for all.
std::vector<tick> simulated_symbols(std::size_t most = 0);

} // namespace livegrid
