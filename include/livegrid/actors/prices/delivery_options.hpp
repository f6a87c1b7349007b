#pragma once

#include <chrono>

namespace livegrid {

/// How a subscriber wants its rows.
struct delivery_options {
  /// Only the row id and the cells that changed.
  bool changes_only = false;

  /// All rows of one flush as one JSON array.
  bool as_array = false;

  /// The cell `source` as well, whether the widget declares it or not.
  bool with_source = false;

  /// Least time between two updates of one row.
  std::chrono::milliseconds interval{0};

  friend bool operator==(const delivery_options&,
                         const delivery_options&) = default;
};

} // namespace livegrid
