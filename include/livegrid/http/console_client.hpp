#pragma once

#include <cstdint>
#include <functional>
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
  bool lost = false;     ///< the node is gone, and will answer no more
  bool given_up = false; ///< whoever asked does not want to know any more
};

/// A running node, from the operator's side. Every wait is bounded.
class console_client {
public:
  /// @param key the operator's, or empty.
  explicit console_client(caf::actor_system& sys, std::string key = {});

  console_client(const console_client&) = delete;
  console_client& operator=(const console_client&) = delete;

  /// Finds the node; `host` may be an IPv6 address in brackets.
  /// @returns why it cannot be reached, if it cannot.
  std::optional<std::string> connect(const std::string& host,
                                     std::uint16_t port);

  /// @param given_up is called every few milliseconds while there is no answer;
  ///                 if it returns true there will be none.
  std::variant<console_answer, console_failure>
  ask(const std::string& line, const std::function<bool()>& given_up = {});

  /// What may stand in place of the last word of `line`: commands, symbols,
  /// subscribers, feeds, levels, options and their values. One question;
  /// nothing if it is not answered within a second.
  std::vector<std::string> completions(const std::string& line);

private:
  /// Whether the node has gone since it was last asked.
  bool gone();

  /// The answer, if there is one while the operator can wait for it.
  std::optional<console_answer> ask_soon(const std::string& line);

  /// The first cell of each row that an answer lists, if it begins so; of its
  /// first page.
  std::vector<std::string> first_cells(const std::string& command,
                                       const std::string& prefix);

  /// The options of a command, as far as they go on from `word`.
  std::vector<std::string> options_of(const std::string& command,
                                      const std::string& word);

  caf::scoped_actor self_;
  std::string key_;
  door_actor node_;
  std::string where_;
  bool gone_ = false;
  std::uint64_t questions_ = 0;
};

} // namespace livegrid
