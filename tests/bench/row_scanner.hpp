#pragma once

#include <cstdint>
#include <string_view>

#include "stamp.hpp"

namespace livegrid::bench {

/// What is looked at of a row.
struct scanned_row {
  std::uint32_t symbol = 0;
  stamp at = 0;
};

/// Finds the rows of a message in place. A row is searched for two keys, first
/// where the last row had them: rows are alike.
class row_scanner {
public:
  enum class result { row, end, bad };

  /// Starts with a message: one row or an array of them.
  void start(std::string_view message) noexcept;

  /// Reads the next row; `bad` if what is there is not a row.
  result next(scanned_row& out) noexcept;

private:
  /// Moves behind `key`; returns false if it is not there.
  bool skip_to(std::string_view key, std::size_t& guess) noexcept;

  const char* pos_ = nullptr;
  const char* end_ = nullptr;
  bool array_ = false;
  bool first_ = true;
  std::size_t symbol_guess_ = 0;
  std::size_t stamp_guess_ = 0;
};

} // namespace livegrid::bench
