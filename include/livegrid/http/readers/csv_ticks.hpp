#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/http/readers/csv_columns.hpp"

namespace livegrid {

/// Splits a line of CSV into its cells. Fields may be quoted, a quote in them
/// doubled; blanks around unquoted ones do not count. Returns false if a quote
/// is out of place. The cells point into `line`, or into `unquoted` where
/// quotes had to be taken out of the text.
/// @param separator a comma or a tab.
bool split_csv(std::string_view line, char separator,
               std::vector<std::string_view>& cells,
               std::vector<std::string>& unquoted);

/// Turns rows of CSV into ticks, by the names of their columns. Numbers may be
/// written as people do, `+0.45`, `.5` or `1.`.
class csv_ticks {
public:
  /// Is told of each optional cell that is left out, and why.
  using bad_cell_callback = std::function<void(std::string_view why)>;

  /// Reads the header line, in place of one before; if it cannot be one, says
  /// why.
  expected<void, std::string> header(std::string_view line);

  /// Which columns are not used, for the operator; empty if all are.
  const std::string& note() const noexcept {
    return header_.note;
  }

  /// Reads a row; its time, if it has one, is that of its pace column. An
  /// empty cell is not given.
  /// @returns the tick, or why it cannot be one; then no cell is told.
  expected<tick, std::string> row(std::string_view line,
                                  const bad_cell_callback& on_bad_cell);

private:
  std::optional<refusal> set(tick& out, const csv_column& c,
                             std::string_view cell);

  std::optional<refusal> set_csv_time(tick& out, const csv_column& c,
                                      std::string_view cell);

  /// Sets prev_close by the change, if it has none.
  std::optional<refusal> set_change(tick& out, std::string_view cell);

  char separator_ = ',';
  csv_header header_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> unquoted_;
  std::string_view date_; ///< of the row in hand
  std::string number_;    ///< one that is written anew
};

} // namespace livegrid
