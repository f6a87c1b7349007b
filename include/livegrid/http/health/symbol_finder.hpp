#pragma once

#include <functional>
#include <optional>
#include <string>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"

namespace livegrid {

/// Looks for the name of a symbol that has a row, and calls back once, on the
/// loop of whoever asks: with nothing if none could be had.
using symbol_finder =
  std::function<void(std::function<void(std::optional<std::string>)>)>;

/// Finds the oldest symbol of a market. One without symbols has a row for any
/// name, a vacant one, and does not make a symbol of it.
/// @param loop where the caller runs; outlives what is made.
symbol_finder find_oldest(caf::actor_system& sys, caf::execution_unit& loop,
                          market_actor market, grid_actor grid);

} // namespace livegrid
