#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/time_text.hpp"
#include "livegrid/http/readers/tick_values.hpp"

namespace livegrid {

/// What a column of CSV is taken for.
struct csv_column {
  enum class kind : std::uint8_t {
    unused,
    tick_field,
    change, ///< gives prev_close, unless the row has it
    time,   ///< epoch or ISO 8601
    epoch,
    day,  ///< a time without a time of day
    date, ///< the day of a `time` that may be a time of day alone
  };

  kind what = kind::unused;
  tick_key key{};                  ///< of a tick's field
  epoch_unit unit = epoch_unit::s; ///< of an epoch time

  /// Whether a cell that cannot be read costs itself alone, and not its row.
  bool optional = false;
};

/// What a header line comes to.
struct csv_header {
  std::vector<csv_column> columns;

  /// Why it cannot be one; empty if it can.
  std::string fault;

  /// Which columns are not used, and which are, in a line for the operator;
  /// empty if all are.
  std::string note;
};

/// Tells the columns by their names, whatever the case of letters. Of columns
/// that say the same the leftmost counts; of times those that are ours before
/// an exchange's, these before a receiver's, and a day last.
csv_header read_csv_header(const std::vector<std::string_view>& names);

} // namespace livegrid
