#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>
#include <termios.h>

#include "temp_file.hpp"

namespace livegrid::test {

/// livegrid-console on a terminal of its own, with a home of its own.
class pseudo_terminal {
public:
  /// @param state its XDG_STATE_HOME; empty for one of its own.
  explicit pseudo_terminal(const std::vector<std::string>& args,
                           const char* kind = "dumb", std::string state = {});

  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;

  ~pseudo_terminal();

  /// Whether this machine has terminals to give: a bare chroot has none.
  bool there() const noexcept {
    return child_ > 0;
  }

  void type(std::string_view keys);

  /// Reads until that text has come, and returns what came before it; gives up
  /// at the end or after `patience`.
  std::string wait_for(std::string_view what);

  void signal(int number);

  /// How the terminal is set: the program's way, seen from here.
  termios mode() const;

  void resize(unsigned short lines, unsigned short columns);

  /// Waits for its end; returns the exit code, or 128 and the signal's number.
  int wait_for_exit();

  /// What was written and not waited for.
  const std::string& rest() const noexcept {
    return seen_;
  }

private:
  bool read_some(std::string_view wanted);

  int fd_ = -1;
  pid_t child_ = -1;
  std::string seen_;
  temp_directory own_state_;
};

} // namespace livegrid::test
