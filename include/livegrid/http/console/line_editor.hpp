#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "livegrid/http/console/history_file.hpp"

namespace livegrid {

/// Reads lines from a terminal, with history and completion, by libedit. There
/// may be one at a time.
class line_editor {
public:
  /// Returns what the last word of a line may become.
  using completer = std::function<std::vector<std::string>(const std::string&)>;

  line_editor(completer complete, history_file history);

  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;

  ~line_editor();

  /// The next line, or nothing at the end of the input and when SIGINT comes.
  /// Ctrl-C gives up what is typed: that is an empty line, and not kept.
  std::optional<std::string> read(const char* prompt);

private:
  history_file history_;
};

} // namespace livegrid
