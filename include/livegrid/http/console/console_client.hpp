#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/stats/summary.hpp"
#include "livegrid/http/console/console_socket.hpp"
#include "livegrid/http/operator/console_proof.hpp"

namespace livegrid {

/// Why a question was not answered.
struct console_failure {
  std::string why;
  bool lost = false;     ///< the node is gone, and will answer no more
  bool given_up = false; ///< whoever asked does not want to know any more
};

/// Where a node is.
struct console_address {
  std::string host; ///< may be an IPv6 address in brackets
  std::uint16_t port = 7780;

  /// Of a Unix socket, and then that counts.
  std::string path;

  std::string str() const;

  /// Reads HOST:PORT, or a path, which has a slash; nothing if it is neither.
  static std::optional<console_address> parse(std::string_view text);
};

/// A running node, from the operator's side. Every wait is bounded.
class console_client {
public:
  /// That it is done, or why not.
  using outcome = expected<void, console_failure>;

  /// @param key the operator's, `NAME.SECRET`, or empty. It is never sent.
  explicit console_client(std::string key = {});

  console_client(const console_client&) = delete;
  console_client& operator=(const console_client&) = delete;

  /// Finds the node.
  /// @returns why it cannot be reached, if it cannot.
  outcome connect(const console_address& where);

  /// Finds the node of this machine that has the default port, by its Unix
  /// socket if it can.
  outcome connect_here();

  /// @param given_up is called every few milliseconds while there is no answer;
  ///                 if it returns true there will be none.
  expected<console_answer, console_failure>
  ask(const std::string& line, const std::function<bool()>& given_up = {});

  /// What may stand in place of what is behind the last blank of `line`:
  /// commands, symbols (in quotes where it has to be), subscribers, feeds,
  /// levels, options and their values. One question; nothing if it is not
  /// answered within a second.
  std::vector<std::string> completions(const std::string& line);

private:
  /// Connects to `where_`, and makes sure who that is.
  outcome open();

  expected<void, std::string> open_socket();

  outcome greet();

  /// Shows that it has the key, and has the node show the same.
  outcome prove(const std::string& nonce);

  /// Hangs up.
  unexpected<console_failure> lost(std::string why);

  unexpected<console_failure> gone();

  expected<console_answer, console_failure> understand(const std::string& line);

  /// The answer, if there is one while the operator can wait for it.
  std::optional<console_answer> ask_soon(const std::string& line);

  /// The first cell of each row that an answer lists, if it begins so; of its
  /// first page.
  std::vector<std::string> first_cells(const std::string& command,
                                       const std::string& prefix);

  /// The names of symbols that begin so.
  std::vector<std::string> symbols_like(const std::string& prefix);

  /// The options of a command, as far as they go on from `word`.
  std::vector<std::string> options_of(const std::string& command,
                                      const std::string& word);

  std::string key_;
  console_address where_;
  console_socket socket_;
  std::optional<line_seal> questions_;
  std::optional<line_seal> answers_;
};

} // namespace livegrid
