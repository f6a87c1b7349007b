#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "livegrid/actors/stats/summary.hpp"

namespace livegrid {

// What livegrid-console and a node say to each other: lines, each a JSON
// object, in turn.
//
//   operator  {"livegrid_console":1}
//   node      {"livegrid_console":1,"nonce":"..","proof":true}
//   operator  {"key":"NAME","nonce":"..","proof":".."}      } if the node wants
//   node      {"proof":".."}                                } a proof
//   operator  {"ask":"status"}                              } again and again;
//   node      {"answer":{..}} or {"error":".."}             } sealed, if proved
//
// Proofs and seals are those of `console_proof`. Whatever is refused ends with
// an error, and the node hangs up.

/// The longest line to a node, in bytes.
constexpr std::size_t max_console_question = 16 * 1024;

/// The longest line from a node, in bytes.
constexpr std::size_t max_console_answer = 4 * 1024 * 1024;

/// The members of a line that either side looks at; those that are not there
/// are empty.
struct console_line {
  std::uint64_t protocol = 0;
  std::string nonce;
  bool wants_proof = false;
  std::string key;
  std::string proof;
  std::optional<std::string> ask;
  std::optional<console_answer> answer;
  std::optional<std::string> error;

  std::string str() const;

  /// Reads a line that may come from anybody; nothing if it is none of these.
  static std::optional<console_line> parse(std::string_view text);
};

/// The version of this protocol, with which each side begins.
constexpr std::uint64_t console_protocol = 1;

} // namespace livegrid
