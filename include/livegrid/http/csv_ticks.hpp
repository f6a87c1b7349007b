#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "livegrid/http/tick_values.hpp"
#include "livegrid/http/time_text.hpp"

namespace livegrid {

/// Splits a line of CSV into its cells. Fields may be quoted, a quote in them
/// doubled; blanks around unquoted ones do not count. Returns false if a quote
/// is out of place. The cells point into `line`, or into `unquoted` where
/// quotes had to be taken out of the text.
bool split_csv(std::string_view line, std::vector<std::string_view>& cells,
               std::vector<std::string>& unquoted);

/// Turns rows of CSV into ticks, by the names of their columns.
class csv_ticks {
public:
  /// Reads the header line. Returns why it cannot be, or an empty text.
  std::string header(std::string_view line);

  /// Reads a row; its time, if it has one, is that of its pace column. An
  /// empty cell is not given.
  std::variant<tick, std::string> row(std::string_view line);

private:
  struct column {
    enum class kind : std::uint8_t {
      unknown,
      tick_field,
      change, ///< gives prev_close, unless the row has it
      time,   ///< epoch or ISO 8601
      epoch,
    };

    kind what = kind::unknown;
    tick_key key;
    epoch_unit unit = epoch_unit::s;
  };

  static column classify_column(std::string_view name) noexcept;

  std::optional<refusal> set(tick& out, const column& c, std::string_view cell);

  std::vector<column> columns_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> unquoted_;
};

} // namespace livegrid
