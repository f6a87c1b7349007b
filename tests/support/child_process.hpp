#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "wait.hpp"

namespace livegrid::test {

/// A program that a test runs. Killed with its holder.
class child_process {
public:
  /// @param args the program, found in the PATH if it has no slash, and what
  /// follows it.
  /// @param output where stdout and stderr go; if empty, stdout can be read
  /// here.
  explicit child_process(std::vector<std::string> args,
                         const std::string& output = {});

  child_process(const child_process&) = delete;

  child_process& operator=(const child_process&) = delete;

  ~child_process();

  void signal(int number);

  /// Waits until it ends, after a signal that ends it.
  void wait();

  /// The next line of its stdout, without the line feed.
  std::string read_line();

private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string pending_;
};

} // namespace livegrid::test
