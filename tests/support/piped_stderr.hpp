#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace livegrid::test {

/// Stderr as a pipe, whose reader is the test.
class piped_stderr {
public:
  piped_stderr() : before_(dup(STDERR_FILENO)) {
    if (before_ < 0 || pipe(ends_.data()) != 0
        || dup2(ends_[1], STDERR_FILENO) < 0)
      throw std::runtime_error("cannot make stderr a pipe");
    close(ends_[1]);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }

  piped_stderr(const piped_stderr&) = delete;

  piped_stderr& operator=(const piped_stderr&) = delete;

  ~piped_stderr() {
    restore();
    hang_up();
  }

  /// All that waits in it.
  std::string take() {
    std::string result;
    std::array<char, 4096> buf;
    for (;;) {
      auto n = read(ends_[0], buf.data(), buf.size());
      if (n <= 0)
        return result;
      result.append(buf.data(), static_cast<std::size_t>(n));
    }
  }

  void hang_up() {
    if (ends_[0] >= 0)
      close(std::exchange(ends_[0], -1));
  }

  /// From now on what goes to stderr goes where it went before.
  void restore() {
    if (before_ < 0)
      return;
    dup2(before_, STDERR_FILENO);
    close(std::exchange(before_, -1));
  }

private:
  int before_;
  std::array<int, 2> ends_{-1, -1};
};

} // namespace livegrid::test
