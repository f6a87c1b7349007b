#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"

struct gzFile_s;

namespace livegrid {

/// Reads a text file line by line, unpacking it on the way if it is gzip.
/// Holds one line in memory at a time. Not thread-safe.
class line_reader {
public:
  /// Bytes that a line may have.
  static constexpr std::size_t max_line = 1024 * 1024;

  enum class result {
    line,
    too_long, ///< over `max_line`; skipped
    end,
    broken, ///< unreadable from here on; see `error`
  };

  line_reader() = default;

  line_reader(const line_reader&) = delete;

  line_reader& operator=(const line_reader&) = delete;

  ~line_reader();

  /// Opens a file, or says why it cannot be.
  expected<void, std::string> open(const std::string& path);

  /// Gets the next line without its line end, valid until the next call.
  result next(std::string_view& line);

  /// The number of the line that `next` got last, from 1.
  std::size_t line_number() const noexcept {
    return line_number_;
  }

  /// Why the file is broken.
  const std::string& error() const noexcept {
    return error_;
  }

  /// Starts over. Returns false if the file cannot.
  bool rewind();

private:
  /// Gets more bytes into the buffer; false at the end or if it is broken.
  bool fill();

  gzFile_s* file_ = nullptr;
  std::vector<char> buffer_;
  std::size_t begin_ = 0; ///< of what `buffer_` holds
  std::size_t end_ = 0;
  std::string line_; ///< one that does not lie in `buffer_` as a whole
  std::size_t line_number_ = 0;
  std::string error_;
};

} // namespace livegrid
