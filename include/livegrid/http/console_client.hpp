#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/scoped_actor.hpp>

#include "livegrid/actors.hpp"

namespace livegrid {

/// Why a question was not answered.
struct console_failure {
  std::string why;
  bool lost = false; ///< the node is gone, and will answer no more
};

/// A running node, from the operator's side. Every wait is bounded.
class console_client {
public:
  explicit console_client(caf::actor_system& sys);

  console_client(const console_client&) = delete;
  console_client& operator=(const console_client&) = delete;

  /// Finds the node; `host` may be an IPv6 address in brackets.
  /// @returns why it cannot be reached, if it cannot.
  std::optional<std::string> connect(const std::string& host,
                                     std::uint16_t port);

  std::variant<console_answer, console_failure> ask(const std::string& line);

  /// What may stand in place of the last word of `line`: commands, symbols,
  /// subscribers, feeds, levels, options and their values.
  std::vector<std::string> completions(const std::string& line);

private:
  /// Whether the node has gone since it was last asked.
  bool gone();

  /// The first cell of each row that an answer lists, if it begins so; of all
  /// pages, up to a bound.
  std::vector<std::string> first_cells(const std::string& command,
                                       const std::string& prefix);

  /// The options of a command, as far as they go on from `word`.
  std::vector<std::string> options_of(const std::string& command,
                                      const std::string& word);

  caf::scoped_actor self_;
  console_actor node_;
  std::string where_;
  bool gone_ = false;
};

} // namespace livegrid
