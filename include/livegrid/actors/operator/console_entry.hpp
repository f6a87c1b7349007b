#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "livegrid/actors/operator/asker.hpp"
#include "livegrid/actors/operator/console_command.hpp"

namespace livegrid {

/// A row of the table of commands. Each group of commands has rows of its own,
/// which `console_commands` joins.
struct console_entry {
  std::string_view name;

  /// What stands behind the name, as `help`, a usage and the completion of the
  /// operator's program show it: `[PATTERN] [--sort=age|lag] [--page=N]`.
  std::string_view args;

  /// What it does, as `help` says it.
  std::string_view meaning;

  /// Answers the command, at once or later, by exactly one answer or error. Has
  /// as many words before it as the row allows, and none but its options.
  void (*run)(asker& ask, const console_command& x, console_promise to);

  std::size_t min_args = 0;
  std::size_t max_args = 0;

  /// Without `on`, which all commands have.
  std::vector<std::string_view> options;

  /// Whether it is about the symbol that the first word names, and so its
  /// owner's to answer, wherever it is asked.
  bool of_symbol = false;
};

using console_entries = std::vector<console_entry>;

} // namespace livegrid
