#pragma once

#include <string_view>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"

namespace livegrid {

struct parsed_ticks {
  std::vector<tick> ticks;

  /// Whether the body was one object rather than a list of them.
  bool single = false;
};

/// Reads a body of ticks: one object, an array of objects, or one object a
/// line, blank lines allowed. All of it is read or refused: with
/// `errc::malformed` if it is not JSON, else with `errc::invalid` for the first
/// value that cannot be. The refusal's element is the index in the array or of
/// the line, both from 0 and blank lines included, and -1 for one object. Of a
/// key given twice the last counts.
expected<parsed_ticks, refusal> read_ticks(std::string_view body);

} // namespace livegrid
