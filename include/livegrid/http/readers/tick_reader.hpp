#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/error.hpp"
#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/http/readers/refused_ticks.hpp"

namespace livegrid {

struct parsed_ticks {
  std::vector<tick> ticks;

  /// Whether the body was one object rather than a list of them.
  bool single = false;

  /// What was left out, if good ticks alone are taken; and of each tick its
  /// element, from which its place differs then.
  refused_ticks refused;
  std::vector<std::int64_t> elements;
};

/// Reads a body of ticks: one object, an array of objects, or one object a
/// line, blank lines allowed. All of it is read or refused: with
/// `errc::malformed` if it is not JSON, else with `errc::invalid` for the first
/// value that cannot be. The refusal's element is the index in the array or of
/// the line, both from 0 and blank lines included, and -1 for one object. Of a
/// key given twice the last counts.
/// @param which with `good_ones` only what is not JSON is refused, and ticks
///              that cannot be are left out.
expected<parsed_ticks, refusal> read_ticks(std::string_view body,
                                           taking which = taking::all_or_none);

} // namespace livegrid
