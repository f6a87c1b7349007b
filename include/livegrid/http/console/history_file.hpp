#pragma once

#include <string>
#include <vector>

namespace livegrid {

/// The lines that the operator has typed, kept across runs in a file that only
/// the operator can read. Failing to is no error: there is no history then.
class history_file {
public:
  /// @param path empty for none.
  explicit history_file(std::string path) : path_(std::move(path)) {
    // nop
  }

  /// `livegrid/history` in $XDG_STATE_HOME or ~/.local/state; empty without a
  /// home.
  static std::string default_path();

  /// Oldest first; 1000 at most.
  std::vector<std::string> read() const;

  /// Adds a line to what the file holds by now, unless it is the last one.
  void add(const std::string& line) const;

private:
  std::string path_;
};

} // namespace livegrid
