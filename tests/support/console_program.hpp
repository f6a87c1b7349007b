#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "http_client.hpp"
#include "json_value.hpp"
#include "node_process.hpp"

namespace livegrid::test {

/// The path of livegrid-console.
std::string console_program();

/// The program on pipes, running. Killed when the test ends.
class console_run {
public:
  explicit console_run(const std::vector<std::string>& args,
                       std::string_view input = {});

  console_run(const console_run&) = delete;
  console_run& operator=(const console_run&) = delete;

  ~console_run();

  /// Waits until stdout holds that text.
  void wait_for(std::string_view what);

  void signal(int number);

  /// Closes our end of its stdout.
  void stop_reading();

  /// Waits for its end; returns the exit code, or 128 and the signal's number.
  int wait_for_exit();

  std::string output() const {
    return out_;
  }

  std::string errors();

private:
  bool read_some(clock::time_point deadline);

  pid_t pid_ = -1;
  int fd_ = -1;
  std::string out_;
  std::unique_ptr<capture> err_;
};

/// What came of a console that has ended.
struct console_outcome {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

console_outcome run_console(const std::vector<std::string>& args,
                            std::string_view input = {});

/// A node and its operator.
struct console_fixture {
  explicit console_fixture(
    std::vector<std::string> args = {"--market.feed=none", example_symbols()})
    : node(std::move(args)) {
    // nop
  }

  node_process node;

  /// `--node=HOST:PORT`
  std::string where() const;

  /// Runs commands, each with `-c`.
  console_outcome ask(std::initializer_list<std::string> commands);

  /// The answer to a command that must work.
  json_value answer(const std::string& command);

  /// The id of the only subscriber, once there is one.
  std::string only_subscriber();
};

/// A fact of the part of that kind in an answer; gives up without it.
std::string fact(const json_value& answer, std::string_view kind,
                 std::string_view key);

/// The cell below `column` in the row of an answer's list whose first cell is
/// `row`; gives up without it.
std::string cell_of(const json_value& answer, std::string_view row,
                    std::string_view column, std::size_t list = 0);

/// The first cells of an answer's list, comma-separated.
std::string first_column(const json_value& answer, std::size_t list = 0);

/// Microseconds since midnight of `12:34:56.123456 UTC...`.
std::int64_t time_of(const std::string& text);

/// Microseconds from one such time to another, over midnight if need be.
std::int64_t us_between(const std::string& from, const std::string& to);

} // namespace livegrid::test
